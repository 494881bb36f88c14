import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { addressKey } from '../delivery/address.ts'
import { nextTry } from '../delivery/bounce.ts'
import { type Mailbox, parseMailbox } from '../delivery/mailbox.ts'
import { buildMessage } from '../delivery/message.ts'
import { type SkipReason, statesBefore } from '../delivery/state.ts'
import { signToken } from '../delivery/token.ts'
import { fillPersonal } from '../edition/personal.ts'
import { type PictureMode, picturesIn, withPicture } from '../edition/picture.ts'
import { selectIssue } from '../edition/select.ts'
import { citedIn, withholdEdition } from '../edition/withhold.ts'
import { DoseError } from '../errors.ts'
import type { SendResult } from '../io/mail.ts'
import type { Digest, Instant, Rendered } from '../model.ts'
import type { Claim, Settlement } from '../store/deliveries.ts'
import type { EditionRecord } from '../store/editions.ts'
import type { Store } from '../store/store.ts'
import { CLAIM, leaveClaim, settleLeft, takeClaims } from './desk.ts'
import type { Key, Stage, StageContext } from './stage.ts'

/** Deliveries one job claims. */
const CHUNK = 200

/** Sends an edition to the readers it is due to. The ledger says which; the job only rings. */
export const deliver: Stage = {
  name: 'deliver',
  does: 'sends an edition to its readers',
  takes: 'edition',
  gives: 'nothing',
  concurrency: 2,

  async run({ id }, context) {
    const { store, clock, queues, log } = context
    const edition = await store.editions.get(id)
    if (!edition || edition.state === 'draft') return []
    await store.deliveries.skipDeparted(id, clock.now())
    const post = await openPost(await shownNow(edition, context), context)
    try {
      for (let sent = 0; sent < CHUNK && !queues.stopping.aborted; sent += CLAIM)
        if ((await sendNext(id, post, context)) === 0) break
    } finally {
      await settleLeft(context).catch((error: unknown) => log.error('claims are left', { error }))
    }
    await store.editions.settle(id)
    return []
  },
}

/**
 * Sends the next deliveries and tells how many. One that fails half-way holds up no other: the next
 * claiming settles it. Where all fail, the trouble is not theirs.
 */
async function sendNext(editionId: string, post: Post, context: StageContext): Promise<number> {
  const { store, log } = context
  const { senderId, claims } = await takeClaims(editionId, context)
  const ends = await Promise.allSettled(
    claims.map((claim) =>
      send(claim, senderId, post, context).finally(() => leaveClaim(store, claim.id)),
    ),
  )
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  for (const error of failures) log.error('a sending failed half-way', { error })
  if (claims.length > 0 && failures.length === claims.length) throw failures[0]
  return claims.length
}

/** What was taken down since it was frozen is not sent; pictures come from where IMAGES says. */
async function shownNow(
  edition: EditionRecord,
  { store, config, publicUrl }: StageContext,
): Promise<EditionRecord> {
  const shown = withholdEdition(edition, await store.rights.restrictions(citedIn(edition.pool)))
  const secret = await store.settings.signingSecret()
  const pictures = picturesIn(mailPictures(config), publicUrl(), secret)
  return { ...shown, pool: shown.pool.map((card) => withPicture(card, pictures)) }
}

/** Mails that leave this machine cannot show what only this machine serves. */
const mailPictures = ({ IMAGES, SMTP_URL, PUBLIC_URL }: Config): PictureMode =>
  IMAGES === 'proxied' && SMTP_URL && !PUBLIC_URL ? 'off' : IMAGES

/** Keys of the jobs that together send what is due of an edition. */
export async function deliveryChunks(store: Store, id: string, now: Instant): Promise<Key[]> {
  const chunks = Math.ceil((await store.deliveries.dueOf(id, now)) / CHUNK)
  return Array.from({ length: chunks }, (_, chunk) => ({ id, version: chunk }))
}

export { closeSender } from './desk.ts'

type Post = {
  readonly edition: EditionRecord
  readonly digest: Digest
  readonly from: Mailbox
  readonly secret: string
  /** The issue for a reader's topics, rendered once; `null` when nothing matches. */
  readonly issueFor: (topics: readonly string[]) => Promise<RenderedIssue | null>
}

type RenderedIssue = { readonly rendered: Rendered; readonly hash: string }

async function openPost(
  edition: EditionRecord,
  { store, config, renderer }: StageContext,
): Promise<Post> {
  const digest = await store.digests.find(edition.digestName)
  if (!digest) throw new DoseError('NOT_FOUND', `digest ${edition.digestName}`)
  const issues = new Map<string, ReturnType<Post['issueFor']>>()
  let turn = Promise.resolve()
  const render = (topics: readonly string[]) => {
    const issue = selectIssue(edition.pool, { topics }, edition.size)
    if (!issue) return null
    const mail = renderer.mail({ edition, issue, postal: digest.postal ?? config.POSTAL_ADDRESS })
    const hash = createHash('sha256').update(`${mail.subject}\n${mail.html}\n${mail.text}`)
    return { rendered: mail, hash: hash.digest('hex') }
  }
  return {
    edition,
    digest,
    from: parseMailbox(digest.from ?? config.MAIL_FROM, digest.from ? '--from' : 'MAIL_FROM'),
    secret: await store.settings.signingSecret(),
    issueFor(topics) {
      const key = JSON.stringify([...topics].sort())
      const known = issues.get(key)
      if (known) return known
      const issue = turn.then(() => render(topics))
      issues.set(key, issue)
      turn = issue.then(breathe, breathe) // a rendering takes milliseconds: others come between
      return issue
    },
  }
}

const breathe = async (): Promise<void> => nextTurn()

async function send(
  claim: Claim,
  senderId: string,
  post: Post,
  context: StageContext,
): Promise<void> {
  const { store, mailer, clock } = context
  const settle = (end: Settlement) =>
    store.deliveries.settle(claim.id, senderId, end, statesBefore(end.state), clock.now())
  const issue = await post.issueFor(claim.topics)
  if (!issue) return void (await settle({ state: 'skipped', reason: 'quiet' satisfies SkipReason }))
  const message = messageFor(claim, issue.rendered, post, context)
  const sent = { issueHash: issue.hash, messageId: message.messageId }
  const result = await mailer.send(
    { message, editionId: claim.editionId, deliveryId: claim.id },
    () => store.deliveries.submit(claim.id, senderId, sent, clock.now()),
  )
  if (result.kind === 'bounced' && result.hard)
    await store.subscribers.suppress(
      addressKey(claim.email),
      `bounced: ${result.code}`,
      clock.now(),
    )
  await settle(settlementOf(result, claim, clock.now()))
}

function settlementOf(result: SendResult, claim: Claim, now: Instant): Settlement {
  switch (result.kind) {
    case 'accepted':
      return { state: 'accepted', reason: null }
    case 'deferred':
      return {
        state: 'deferred',
        reason: result.reason,
        dueAt: nextTry(claim.attempt, now, claim.id),
      }
    case 'abandoned':
      return { state: 'planned', reason: null } // skipDeparted finds out why
    default:
      return { state: result.kind, reason: result.reason }
  }
}

function messageFor(
  claim: Claim,
  rendered: Rendered,
  post: Post,
  { publicUrl, clock }: StageContext,
) {
  const { edition, digest, from, secret } = post
  const base = publicUrl()
  const token = signToken(secret, 'unsubscribe', claim.subscriptionId)
  const unsubscribeUrl = `${base}/u/${token}`
  const personal = fillPersonal(rendered, {
    address: claim.email,
    reason: `You get ${digest.name} because you signed up: ${claim.consent}.`,
    viewUrl: `${base}/editions/${edition.id}`,
    preferencesUrl: unsubscribeUrl,
    unsubscribeUrl,
  })
  return buildMessage({
    rendered: personal,
    editionId: edition.id,
    subscriptionId: claim.subscriptionId,
    digest: { name: digest.name, slug: digest.name },
    from,
    to: { name: claim.name, address: claim.email },
    unsubscribeUrl,
    date: edition.frozenAt ?? clock.now(),
  })
}
