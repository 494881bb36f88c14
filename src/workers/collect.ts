import { DoseError } from '../errors.ts'
import {
  type ImapFolder,
  type ImapPlace,
  openFolder,
  parseImapUrl,
  type UnseenMail,
} from '../io/imap.ts'
import { RETURNED_BYTES_MAX } from '../io/returned.ts'
import type { Instant } from '../model.ts'
import type { MailboxState } from '../store/mailboxes.ts'
import { type ReportDeps, takeReturned } from './reports.ts'
import type { Stage, StageContext } from './stage.ts'

const EVERY_MS = 5 * 60_000
/** One looks at a time, and for less than that; what is left waits for the next look. */
const LEASE_MS = 10 * 60_000
const LOOK_MS = 4 * 60_000
/** A mailbox that cannot be looked into is left alone for ever longer, up to this. */
const WAIT_MS_MAX = 60 * 60_000

/** Takes in what came back to a mailbox of BOUNCE_IMAP, by the same way as a mail server of ours does. */
export const collect: Stage = {
  name: 'collect',
  does: 'takes in mails that came back to a mailbox',
  takes: 'nothing',
  gives: 'nothing',
  concurrency: 1,
  wakeUp: true,
  everyMs: EVERY_MS,

  async run(_key, context) {
    const { store, config, processId } = context
    if (!config.BOUNCE_IMAP) return []
    const lease = await store.leases.take('collect', processId, LEASE_MS)
    if (!lease) return []
    try {
      await look(parseImapUrl(config.BOUNCE_IMAP), context)
    } finally {
      await store.leases.release(lease)
    }
    return []
  },
}

async function look(place: ImapPlace, context: StageContext): Promise<void> {
  const { store, clock, log } = context
  const now = clock.now()
  const before = (await store.mailboxes.find(place.name)) ?? neverSeen(place.name, now)
  if (before.due_at > now) return
  try {
    const folder = await openFolder(place)
    try {
      await takeIn(folder, before, context)
    } finally {
      await folder.close()
    }
  } catch (error) {
    if (!(error instanceof DoseError) || error.code !== 'MAILBOX_UNREADABLE') throw error
    log.warn('the mailbox of bounces cannot be read', { error })
    await store.mailboxes.put(failed(before, error.message, now))
  }
}

const neverSeen = (name: string, now: Instant): MailboxState => ({
  ...{ name, uid_validity: '', uid: 0, failures: 0, failing_since: null, error: null, due_at: now },
})

function failed(before: MailboxState, error: string, now: Instant): MailboxState {
  const failures = before.failures + 1
  const waitMs = Math.min(WAIT_MS_MAX, EVERY_MS * 2 ** (failures - 1))
  const due_at = new Date(Date.parse(now) + waitMs).toISOString()
  return { ...before, failures, failing_since: before.failing_since ?? now, error, due_at }
}

/** Mails that nobody has seen and that were not looked at before; what is no answer to us is left. */
async function takeIn(folder: ImapFolder, before: MailboxState, context: StageContext) {
  const { store, clock, log } = context
  const until = Date.parse(clock.now()) + LOOK_MS
  const from = before.uid_validity === folder.validity ? Number(before.uid) : 0
  const mails = (await folder.unseen()).filter(({ uid }) => uid > from)
  const errors: unknown[] = []
  let uid = from
  let taken = 0
  for (const mail of mails) {
    if (Date.parse(clock.now()) > until || context.queues.stopping.aborted) break
    const left = await takeOne(folder, mail, context, (error) => errors.push(error))
    if (left === null) taken += 1
    else
      log.warn('a mail is left in the mailbox of bounces', {
        mailbox: before.name,
        uid: mail.uid,
        left,
      })
    uid = mail.uid
  }
  if (errors.length > 0 && taken === 0) throw errors[0] // it is not the mails
  const fine = { failures: 0, failing_since: null, error: null, due_at: clock.now() }
  await store.mailboxes.put({ ...before, ...fine, uid_validity: folder.validity, uid })
  if (taken > 0) log.info('mails were taken in from the mailbox of bounces', { taken })
}

/** @returns why it is left; `null` where it was taken in. */
async function takeOne(
  folder: ImapFolder,
  { uid, bytes }: UnseenMail,
  deps: ReportDeps,
  onError: (error: unknown) => void,
): Promise<string | null> {
  if (bytes > RETURNED_BYTES_MAX) return 'it is too large'
  const mail = await folder.read(uid)
  if (mail === null) return 'it has gone'
  try {
    const { outcome } = await takeReturned(mail, null, deps, 'mail')
    if (outcome === 'missing') return 'it is about no mail of ours'
  } catch (error) {
    deps.log.error('a mail that came back could not be taken in', { error, uid })
    onError(error)
    return 'it could not be taken in'
  }
  await folder.done(uid)
  return null
}
