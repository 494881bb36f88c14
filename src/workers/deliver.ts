import { blameOf, nextTry } from '../delivery/bounce.ts'
import { withinWindow } from '../delivery/due.ts'
import { readerLinks } from '../delivery/links.ts'
import { type Mailbox, parseMailbox } from '../delivery/mailbox.ts'
import { buildMessage } from '../delivery/message.ts'
import { type SkipReason, statesBefore } from '../delivery/state.ts'
import { longDate } from '../edition/dates.ts'
import { fillPersonal } from '../edition/personal.ts'
import { textsFor } from '../edition/texts.ts'
import { DoseError } from '../errors.ts'
import type { SendResult } from '../io/mail.ts'
import type { Digest, Instant, Rendered } from '../model.ts'
import type { Claim, Settlement } from '../store/deliveries.ts'
import type { EditionRecord } from '../store/editions.ts'
import type { Store } from '../store/store.ts'
import { CLAIM, leaveClaim, settleLeft, takeClaims } from './desk.ts'
import { type Issues, openIssues } from './issues.ts'
import { returnPathOf } from './reports.ts'
import type { Key, Stage, StageContext } from './stage.ts'

/** Deliveries one job claims. */
const CHUNK = 200

/** For so long after it was first put off a mail is tried: by then the next of a daily digest is near. */
const GIVE_UP_MS = 20 * 3_600_000

/** Messages of one job on their way at once: some are made while others wait for their server. */
const LANES = 10

/** Sends an edition to the readers it is due to. The ledger says which; the job only rings. */
export const deliver: Stage = {
  name: 'deliver',
  does: 'sends an edition to its readers',
  takes: 'edition',
  gives: 'nothing',
  concurrency: 2,

  async run({ id }, context) {
    const { store, clock } = context
    const edition = await store.editions.get(id)
    if (!edition || edition.state === 'draft') return []
    await store.sending.skipRecalled(clock.now())
    const post = await openPost(edition, context)
    for (let left = CHUNK; left > 0 && !context.queues.stopping.aborted; ) {
      const { taken, failures } = await sendRound(id, left, post, context)
      left -= taken
      if (taken > 0 && failures.length >= taken) throw failures[0]
      const reopened = await store.sending.endFirst(clock.now())
      if (reopened.includes(id)) left = CHUNK
      else if (failures.length === 0) break
    }
    await store.sending.skipRecalled(clock.now()) // claims called off meanwhile are planned again
    await store.editions.settle(id)
    return []
  },
}

type Round = { readonly taken: number; readonly failures: readonly unknown[] }

/**
 * Sends what is due, at most `limit`, on several lanes that take the next as soon as they are free.
 * A sending that fails half-way holds up no other: it is settled when the lanes have come to rest,
 * and may be tried in a round of its own. Where all fail, the trouble is not theirs.
 */
async function sendRound(
  id: string,
  limit: number,
  post: Post,
  context: StageContext,
): Promise<Round> {
  const { store, log, queues } = context
  const waiting: { claim: Claim; senderId: string }[] = []
  const failures: unknown[] = []
  const open = new Set<string>()
  let taken = 0
  let over = false
  let refilling: Promise<void> | null = null

  const refill = async () => {
    const batch = await takeClaims(id, Math.min(CLAIM, limit - taken), context)
    taken += batch.taken
    for (const { id } of batch.claims) open.add(id)
    waiting.push(...batch.claims.map((claim) => ({ claim, senderId: batch.senderId })))
    over = batch.taken === 0 || taken >= limit || failures.length >= CLAIM
  }
  const next = async () => {
    while (waiting.length === 0 && !over && !queues.stopping.aborted) {
      refilling ??= refill().finally(() => {
        refilling = null
      })
      await refilling
    }
    return queues.stopping.aborted ? undefined : waiting.shift()
  }
  const lane = async () => {
    for (let item = await next(); item; item = await next())
      await send(item.claim, item.senderId, post, context).then(
        () => {
          open.delete(item.claim.id)
          leaveClaim(store, item.claim.id)
        },
        (error: unknown) => {
          failures.push(error)
          log.error('a sending failed half-way', { error })
        },
      )
  }
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane))
  const broken = lanes.find((end) => end.status === 'rejected')
  for (const claimId of open) leaveClaim(store, claimId)
  await settleLeft(context).catch((error: unknown) => log.error('claims are left', { error }))
  if (broken) throw broken.reason
  return { taken, failures }
}

/** Keys of the jobs that together send what is due of an edition. */
export async function deliveryChunks(store: Store, id: string, now: Instant): Promise<Key[]> {
  const chunks = Math.ceil((await store.deliveries.dueOf(id, now)) / CHUNK)
  return Array.from({ length: chunks }, (_, chunk) => ({ id, version: chunk }))
}

export { closeSender } from './desk.ts'

type Post = {
  readonly digest: Digest
  readonly from: Mailbox
  readonly secret: string
  readonly issues: Issues
}

async function openPost(edition: EditionRecord, context: StageContext): Promise<Post> {
  const { store, config } = context
  const digest = await store.digests.find(edition.digestName)
  if (!digest) throw new DoseError('NOT_FOUND', `digest ${edition.digestName}`)
  return {
    digest,
    from: parseMailbox(digest.from ?? config.MAIL_FROM, digest.from ? '--from' : 'MAIL_FROM'),
    secret: await store.settings.signingSecret(),
    issues: await openIssues(edition, digest, context),
  }
}

async function send(
  claim: Claim,
  senderId: string,
  post: Post,
  context: StageContext,
): Promise<void> {
  const { store, mailer, clock, config } = context
  const settle = (end: Settlement) =>
    store.deliveries.settle(claim.id, senderId, end, statesBefore(end.state), clock.now())
  const turn = inWindow(clock.now(), claim, post)
  if (turn > clock.now())
    return void (await settle({ state: 'planned', reason: 'waits for the window', dueAt: turn }))
  const issue = await post.issues.for(claim)
  if (!issue) return void (await settle({ state: 'skipped', reason: 'quiet' satisfies SkipReason }))
  const message = messageFor(claim, issue.rendered, post, context)
  const { messageId } = message
  const sent = { issueHash: issue.hash, messageId, emailKey: claim.emailKey }
  const returnPath = returnPathOf('bounce', claim.id, post.secret, config)
  await mailer.send(
    { message, editionId: claim.editionId, deliveryId: claim.id, returnPath },
    () => store.deliveries.submit(claim.id, senderId, sent, clock.now()),
    async (result) => {
      const end = settlementOf(result, claim, post, clock.now(), config.RETRY_SECONDS * 1_000)
      const isWritten = await settle(end)
      if (isWritten && end.state === 'bounced')
        await store.reports.blame(claim, blameFor(result), clock.now())
    },
  )
}

/** Who was put off for too long counts as refused for now. */
const blameFor = (result: SendResult) =>
  result.kind === 'bounced' ? blameOf(result.code, result.hard) : blameOf('put off', false)

function settlementOf(
  result: SendResult,
  claim: Claim,
  post: Post,
  now: Instant,
  firstWaitMs: number,
): Settlement {
  switch (result.kind) {
    case 'accepted':
      return { state: 'accepted', reason: null }
    case 'deferred':
      return putOff(result.reason, claim, post, now, firstWaitMs)
    case 'abandoned':
      return { state: 'planned', reason: null } // the next claiming finds out why
    case 'postponed':
      return {
        state: 'planned',
        reason: `waits: ${result.reason}`,
        dueAt: inWindow(later(now, result.retryMs), claim, post),
      }
    default:
      return { state: result.kind, reason: result.reason }
  }
}

const later = (at: Instant, ms: number): Instant => new Date(Date.parse(at) + ms).toISOString()

/**
 * The first instant from `at` on at which a mail may leave for this reader. What an operator sends,
 * at once or again, leaves whatever the hour.
 */
function inWindow(at: Instant, claim: Claim, { digest, issues: { edition } }: Post): Instant {
  const window = edition.atOnce || claim.resent ? null : digest.window
  return withinWindow(at, window, claim.timeZone ?? edition.timeZone)
}

/** Tried again with ever longer waits within the digest's window, until its time is over. */
function putOff(
  reason: string,
  claim: Claim,
  post: Post,
  now: Instant,
  firstWaitMs: number,
): Settlement {
  const at = nextTry(claim.attempt, now, claim.id, firstWaitMs)
  const giveUpAt = claim.giveUpAt ?? later(now, GIVE_UP_MS)
  if (at > giveUpAt) return { state: 'bounced', reason: `put off for too long: ${reason}` }
  return { state: 'deferred', reason, dueAt: inWindow(at, claim, post), giveUpAt }
}

/** Why they get it, with what was noted when they signed up. */
function reasonFor({ consent, language }: Claim, { name }: Digest): string {
  const locale = language ?? 'en'
  const say = textsFor(locale)
  const [, date] = /^confirmed on (\d{4}-\d{2}-\d{2})$/.exec(consent) ?? []
  const said = date ? say('confirmedOn', { date: longDate(date, locale) }) : consent
  return say('because', { digest: name, consent: said })
}

function messageFor(
  claim: Claim,
  rendered: Rendered,
  post: Post,
  { publicUrl, clock, config }: StageContext,
) {
  const { digest, from, secret } = post
  const { edition } = post.issues
  const { subscriptionId } = claim
  const links = readerLinks(publicUrl(), secret, edition.id, subscriptionId)
  const personal = fillPersonal(rendered, {
    ...links,
    address: claim.email,
    reason: reasonFor(claim, digest),
  })
  return buildMessage({
    rendered: personal,
    editionId: edition.id,
    deliveryId: claim.id,
    digest: { name: digest.name, slug: digest.name },
    from,
    to: { name: claim.name, address: claim.email },
    unsubscribeUrl: links.unsubscribeUrl,
    unsubscribeMailto: returnPathOf('leave', claim.id, secret, config),
    date: edition.frozenAt ?? clock.now(),
  })
}
