import { nextTry } from '../delivery/bounce.ts'
import {
  type Asking,
  buildLetter,
  isTooMany,
  isWorthATry,
  limitReach,
  linkEnds,
  ownerKey,
} from '../delivery/letter.ts'
import { parseMailbox } from '../delivery/mailbox.ts'
import { signTimed } from '../delivery/token.ts'
import { PLAIN_MAIL } from '../edition/brand.ts'
import { shortTime } from '../edition/dates.ts'
import type { LetterView } from '../edition/letter.ts'
import { languageOf, type SayToReader, sayToReader } from '../edition/reader-texts.ts'
import type { SendResult } from '../io/mail.ts'
import { LETTERS } from '../io/outbox.ts'
import type { Digest, Instant } from '../model.ts'
import type { Letter } from '../store/letters.ts'
import { COMPLAINED } from '../store/reports.ts'
import { senderOf } from './desk.ts'
import { brandOf } from './issues.ts'
import { returnPathOf } from './reports.ts'
import type { Stage, StageContext } from './stage.ts'

/** Letters of one ring, twenty at a time; what is left waits for the next. */
const CLAIM = 20
const ROUNDS = 10
const EVERY_MS = 60_000

/**
 * Answers readers by mail. What is asked for is only written down at first, the same for every
 * address; whether it gets a letter, and which, is decided here, out of sight of whoever asked.
 */
export const letter: Stage = {
  name: 'letter',
  does: 'answers readers by mail',
  takes: 'nothing',
  gives: 'nothing',
  concurrency: 1,
  wakeUp: true,
  everyMs: EVERY_MS,

  async run(_key, context) {
    const { store, clock, queues, log } = context
    const senderId = await senderOf(context)
    for (let round = 0; round < ROUNDS && !queues.stopping.aborted; round++) {
      const claims = await store.letters.claim(senderId, CLAIM, clock.now())
      const ends = await Promise.allSettled(claims.map((one) => answer(one, senderId, context)))
      const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
      for (const error of failures) log.error('a letter failed half-way', { error })
      if (failures.length > 0) throw failures[0] // the next claiming settles what they left
      if (claims.length < CLAIM) break
    }
    return []
  },
}

async function answer(one: Letter, senderId: string, context: StageContext): Promise<void> {
  const { store, mailer, clock, config } = context
  const settle = (end: Parameters<typeof store.letters.settle>[2]) =>
    store.letters.settle(one.id, senderId, end, clock.now())
  const reason = await whyNot(one, context)
  const view = reason === null ? await viewOf(one, context) : null
  if (!view) {
    await settle({ state: 'dropped', reason: reason ?? 'nobody here has this address' })
    return
  }
  const { digest, ...said } = view
  const message = buildLetter({
    letterId: one.id,
    rendered: context.renderer.letter(said),
    from: parseMailbox(digest?.from ?? config.MAIL_FROM, 'MAIL_FROM'),
    to: one.email,
    date: one.created_at,
  })
  const secret = await store.settings.signingSecret()
  const returnPath = returnPathOf('letter', one.id, secret, config)
  await mailer.send(
    { message, editionId: LETTERS, deliveryId: one.id, returnPath },
    () => store.letters.submit(one.id, senderId, clock.now()),
    async (result) => {
      const isWritten = await settle(endOf(result, one, clock.now(), config.RETRY_SECONDS * 1_000))
      if (isWritten && result.kind === 'bounced' && result.hard)
        await store.subscribers.suppress(one.email_key, `bounced: ${result.code}`, clock.now())
    },
  )
}

/** Why an address gets no letter; `null` where it does. */
async function whyNot(one: Letter, { store }: StageContext): Promise<string | null> {
  const suppression = await store.readers.suppression(one.email_key)
  // Who complained has still the right to their data, to another address and to be deleted.
  const isOwners = one.kind === 'link' && suppression === COMPLAINED
  if (suppression && !isOwners) return 'the address is suppressed'
  const asking: Asking = { at: one.created_at, digestId: one.digest_id }
  const earlier = await store.letters.before(one, limitReach(one.kind, one.created_at))
  return isTooMany(one.kind, asking, earlier) ? 'asked for too often' : null
}

function endOf(result: SendResult, one: Letter, now: Instant, firstWaitMs: number) {
  switch (result.kind) {
    case 'accepted':
      return { state: 'accepted', reason: null } as const
    case 'abandoned':
      return { state: 'planned', reason: null } as const
    case 'deferred': {
      const dueAt = nextTry(one.attempt, now, one.id, firstWaitMs)
      return isWorthATry(one.created_at, dueAt)
        ? ({ state: 'planned', reason: result.reason, dueAt } as const)
        : ({ state: 'bounced', reason: result.reason } as const)
    }
    case 'postponed': {
      const dueAt = new Date(Date.parse(now) + result.retryMs).toISOString()
      return { state: 'planned', reason: result.reason, dueAt } as const
    }
    default:
      return { state: result.kind, reason: result.reason } as const
  }
}

type Addressed = LetterView & { readonly digest: Digest | undefined }

/** What the letter says; `null` where there is nobody to say it to. */
async function viewOf(one: Letter, context: StageContext): Promise<Addressed | null> {
  const { store, config } = context
  const reader = await store.readers.findByAddress(one.email_key)
  const language = languageOf(one.language)
  const say = sayToReader(language)
  const digest = await digestOf(one, store)
  const said = await wordsOf(one, reader?.id, digest, say, context)
  if (!said) return null
  return {
    ...{ ...said, language, digest },
    name: digest?.name ?? 'Daily Dose',
    postal: digest?.postal ?? config.POSTAL_ADDRESS,
    brand: digest ? brandOf(digest, context) : PLAIN_MAIL,
  }
}

/** Whose letter it is: of the digest it is about, of the only one there is, or of the house. */
async function digestOf({ kind, digest_id }: Letter, store: StageContext['store']) {
  if (digest_id) return store.digests.find(digest_id)
  const [digest, second] = kind === 'alert' ? [] : await store.digests.list()
  return second ? undefined : digest
}

type Words = Pick<LetterView, 'subject' | 'text' | 'url' | 'button' | 'notes'>

async function wordsOf(
  one: Letter,
  readerId: string | undefined,
  digest: Digest | undefined,
  say: SayToReader,
  context: StageContext,
): Promise<Words | null> {
  const link = await linkMaker(one, say, context)
  const ignore = say('mailIgnore')
  switch (one.kind) {
    case 'signup': {
      if (!digest?.open) return null
      const names = { digest: digest.name }
      if (readerId !== undefined && (await isReading(readerId, digest, context)))
        return {
          ...{ subject: say('mailKnown', names), text: say('mailKnownText', names) },
          ...link('/me/', 'owner', ownerKey(readerId, one.email_key), 'link', 'mailLinkButton'),
        }
      const made = link('/confirm/', 'confirm', one.id, 'signup', 'mailConfirmButton')
      return {
        ...{ subject: say('mailConfirm', names), text: say('mailConfirmText', names) },
        ...{ ...made, notes: [ignore, ...made.notes] },
      }
    }
    case 'link':
      if (readerId === undefined) return null
      return {
        ...{ subject: say('mailLink'), text: say('mailLinkText') },
        ...link('/me/', 'owner', ownerKey(readerId, one.email_key), 'link', 'mailLinkButton'),
      }
    case 'move': {
      const made = link('/move/', 'move', one.id, 'move', 'mailConfirmButton')
      return {
        ...{ subject: say('mailMove'), text: say('mailMoveText') },
        ...{ ...made, notes: [ignore, ...made.notes] },
      }
    }
    case 'alert': {
      const { subject = '', text = '', lines = [] } = one.choices.says ?? {}
      const url = `${context.publicUrl()}/admin/alerts`
      return { subject, text, url, button: 'Open the dashboard', notes: lines }
    }
    case 'moved': {
      const text = say('mailMovedText', { address: one.choices.to ?? '' })
      return { subject: say('mailMoved'), text, url: null, button: '', notes: [] }
    }
  }
}

async function isReading(readerId: string, digest: Digest, { store }: StageContext) {
  const all = await store.readers.subscriptions(readerId)
  return all.some(({ digestId, state }) => digestId === digest.id && state !== 'unsubscribed')
}

/** Makes the link of a letter, with how long it works. */
async function linkMaker(one: Letter, say: SayToReader, { store, publicUrl }: StageContext) {
  const secret = await store.settings.signingSecret()
  return (
    path: string,
    scope: Parameters<typeof signTimed>[1],
    id: string,
    kind: Letter['kind'],
    button: 'mailConfirmButton' | 'mailLinkButton',
  ) => {
    const ends = linkEnds(kind, one.created_at)
    return {
      url: `${publicUrl()}${path}${signTimed(secret, scope, id, ends)}`,
      button: say(button),
      notes: [say('mailUntil', { time: shortTime(ends, one.language) })],
    }
  }
}
