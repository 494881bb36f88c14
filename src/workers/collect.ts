import { DoseError } from '../errors.ts'
import {
  type ImapFolder,
  type ImapPlace,
  openFolder,
  parseImapUrl,
  type UnseenMail,
} from '../io/imap.ts'
import type { Log } from '../io/log.ts'
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
/** A mail that fails is tried for about a day of looks; what fails still is the mail's own fault. */
const TRIES_MAX = 288

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
  const after = await takeIn(place, before, context).catch((error: unknown) => {
    if (!isUnreadable(error)) throw error
    return { state: before, broken: error }
  })
  const { state, broken } = after
  if (broken) log.warn('the mailbox of bounces cannot be read', { error: broken })
  await store.mailboxes.put(broken ? unread(state, broken.message, now) : read(state, clock.now()))
}

const isUnreadable = (error: unknown): error is DoseError =>
  error instanceof DoseError && error.code === 'MAILBOX_UNREADABLE'

const neverSeen = (name: string, now: Instant): MailboxState => ({
  ...{ name, uid_validity: '', uid: 0, failures: 0, failing_since: null, error: null, due_at: now },
  failed: null,
})

function unread(state: MailboxState, error: string, now: Instant): MailboxState {
  const failures = state.failures + 1
  const waitMs = Math.min(WAIT_MS_MAX, EVERY_MS * 2 ** (failures - 1))
  const due_at = new Date(Date.parse(now) + waitMs).toISOString()
  return { ...state, failures, failing_since: state.failing_since ?? now, error, due_at }
}

function read(state: MailboxState, now: Instant): MailboxState {
  const tried = Object.keys(state.failed ?? {}).length
  const error = tried > 0 ? `${tried} mails could not be taken in, see the log` : null
  const failing_since = error ? (state.failing_since ?? now) : null
  return { ...state, failures: 0, failing_since, error, due_at: now }
}

/** How far a look came; `broken`: why it ended there. */
type Look = { readonly state: MailboxState; readonly broken: DoseError | null }

async function takeIn(
  place: ImapPlace,
  before: MailboxState,
  context: StageContext,
): Promise<Look> {
  const folder = await openFolder(place)
  try {
    return await takeMails(folder, before, context)
  } finally {
    await folder.close()
  }
}

/**
 * Mails that nobody has seen and that were not looked at before, then those that failed. What is no answer to us is
 * left. One that fails is tried again with the next looks and holds up no other, whatever is the matter with it.
 */
async function takeMails(
  folder: ImapFolder,
  before: MailboxState,
  context: StageContext,
): Promise<Look> {
  const { clock, log, queues } = context
  const until = Date.parse(clock.now()) + LOOK_MS
  const { fresh, again, failed, ...begun } = selectMails(await folder.unseen(), before, folder)
  let { uid } = begun
  let taken = 0
  let broken: DoseError | null = null
  for (const mail of [...fresh, ...again]) {
    if (broken || Date.parse(clock.now()) > until || queues.stopping.aborted) break
    try {
      if (await takeOne(folder, mail, before.name, context)) taken += 1
      failed.delete(mail.uid)
    } catch (error) {
      if (isUnreadable(error)) broken = error
      noteFailure(failed, mail, error, log)
    }
    uid = Math.max(uid, mail.uid)
  }
  if (taken > 0) log.info('mails were taken in from the mailbox of bounces', { taken })
  const far = { uid_validity: folder.validity, uid, failed: Object.fromEntries(failed) }
  // Where a look got past a mail the next is soon, or one bad mail would slow all that come after it.
  const failures = taken > 0 || uid > begun.uid ? 0 : before.failures
  return { state: { ...before, ...far, failures }, broken }
}

/** How often mails were tried that failed, by their numbers. */
type Failed = Map<number, number>

function selectMails(
  unseen: readonly UnseenMail[],
  before: MailboxState,
  { validity }: ImapFolder,
) {
  const isSame = before.uid_validity === validity
  const tries = (isSame && before.failed) || {}
  const uid = isSame ? Number(before.uid) : 0
  const fresh = unseen.filter((mail) => mail.uid > uid)
  const failed: Failed = new Map(
    unseen.flatMap(({ uid }) => (tries[uid] === undefined ? [] : [[uid, tries[uid]]])),
  )
  // One that ends every look comes behind those that failed by chance.
  const again = unseen
    .filter((mail) => failed.has(mail.uid))
    .toSorted((a, b) => (failed.get(a.uid) ?? 0) - (failed.get(b.uid) ?? 0))
  return { uid, fresh, again, failed }
}

function noteFailure(failed: Failed, { uid }: UnseenMail, error: unknown, log: Log): void {
  const tries = (failed.get(uid) ?? 0) + 1
  if (tries < TRIES_MAX) failed.set(uid, tries)
  else failed.delete(uid)
  const told = tries < TRIES_MAX ? 'could not be taken in' : 'is given up'
  log.error(`a mail that came back ${told}`, { error, uid, tries })
}

/** @returns whether it was taken in; else it is left, and the log says why. */
async function takeOne(
  folder: ImapFolder,
  { uid, bytes }: UnseenMail,
  mailbox: string,
  deps: ReportDeps,
): Promise<boolean> {
  const leave = (left: string) => {
    deps.log.warn('a mail is left in the mailbox of bounces', { mailbox, uid, left })
    return false
  }
  if (bytes > RETURNED_BYTES_MAX) return leave('it is too large')
  const mail = await folder.read(uid)
  if (mail === null) return leave('it has gone')
  const { outcome } = await takeReturned(mail, null, deps, 'mail')
  if (outcome === 'missing') return leave('it is about no mail of ours')
  await folder.done(uid)
  return true
}
