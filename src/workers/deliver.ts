import { createHash } from 'node:crypto'
import { nextTry } from '../delivery/bounce.ts'
import { type Mailbox, parseMailbox } from '../delivery/mailbox.ts'
import { buildMessage } from '../delivery/message.ts'
import { type SkipReason, statesBefore } from '../delivery/state.ts'
import { signToken } from '../delivery/token.ts'
import { fillPersonal } from '../edition/personal.ts'
import { selectIssue } from '../edition/select.ts'
import { DoseError } from '../errors.ts'
import type { SendResult } from '../io/mail.ts'
import type { Digest, Instant, Rendered } from '../model.ts'
import type { Claim, Settlement } from '../store/deliveries.ts'
import type { EditionRecord } from '../store/editions.ts'
import type { Sender } from '../store/senders.ts'
import type { Store } from '../store/store.ts'
import type { Key, Stage, StageContext } from './stage.ts'

/** Deliveries one job claims. */
const CHUNK = 200
/** Deliveries claimed at a time; a process that dies gives this many back. */
const CLAIM = 20

/** Sends an edition to the readers it is due to. The ledger says which; the job only rings. */
export const deliver: Stage = {
  name: 'deliver',
  does: 'sends an edition to its readers',
  takes: 'edition',
  gives: 'nothing',
  concurrency: 2,

  async run({ id }, context) {
    const { store, clock, queues } = context
    const edition = await store.editions.get(id)
    if (!edition || edition.state === 'draft') return []
    const sender = await senderOf(context)
    await store.deliveries.skipDeparted(id, clock.now())
    const post = await openPost(edition, context)
    for (let sent = 0; sent < CHUNK && !queues.stopping.aborted; sent += CLAIM) {
      const claims = await store.deliveries.claim(id, sender.id, CLAIM, clock.now())
      if (claims.length === 0) break
      await Promise.all(claims.map((claim) => send(claim, sender, post, context)))
    }
    await store.editions.settle(id)
    return []
  },
}

/** Keys of the jobs that together send what is due of an edition. */
export async function deliveryChunks(store: Store, id: string, now: Instant): Promise<Key[]> {
  const due = (await store.deliveries.due(now)).find(({ editionId }) => editionId === id)
  return Array.from({ length: Math.ceil((due?.n ?? 0) / CHUNK) }, (_, chunk) => ({
    id,
    version: chunk,
  }))
}

/** One sender a process: its lock tells the others that this process lives. */
const senders = new WeakMap<Store, Promise<Sender>>()

async function senderOf({ store, clock }: StageContext): Promise<Sender> {
  const known = senders.get(store)
  if (known && (await (await known).isAlive())) return known
  const sender = store.senders.register(clock.now())
  senders.set(store, sender)
  return sender
}

/** Ends this process's sender: what it had claimed is planned again. */
export async function closeSender(store: Store): Promise<void> {
  const sender = senders.get(store)
  senders.delete(store)
  await (await sender)?.close()
}

type Post = {
  readonly edition: EditionRecord
  readonly digest: Digest
  readonly from: Mailbox
  readonly secret: string
  /** The issue for a reader's topics, rendered once; `null` when nothing matches. */
  readonly issueFor: (topics: readonly string[]) => { rendered: Rendered; hash: string } | null
}

async function openPost(
  edition: EditionRecord,
  { store, config, renderer }: StageContext,
): Promise<Post> {
  const digest = await store.digests.find(edition.digestName)
  if (!digest) throw new DoseError('NOT_FOUND', `digest ${edition.digestName}`)
  const rendered = new Map<string, ReturnType<Post['issueFor']>>()
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
      if (!rendered.has(key)) rendered.set(key, render(topics))
      return rendered.get(key) ?? null
    },
  }
}

async function send(
  claim: Claim,
  sender: Sender,
  post: Post,
  context: StageContext,
): Promise<void> {
  const { store, mailer, clock } = context
  const settle = (end: Settlement) =>
    store.deliveries.settle(claim.id, sender.id, end, statesBefore(end.state), clock.now())
  const issue = post.issueFor(claim.topics)
  if (!issue) return void (await settle({ state: 'skipped', reason: 'quiet' satisfies SkipReason }))
  const message = messageFor(claim, issue.rendered, post, context)
  const sent = { issueHash: issue.hash, messageId: message.messageId }
  const result = await mailer.send(
    { message, editionId: claim.editionId, deliveryId: claim.id },
    () => store.deliveries.submit(claim.id, sender.id, sent, clock.now()),
  )
  if (result.kind === 'bounced' && result.hard)
    await store.subscribers.suppress(
      claim.email.toLowerCase(),
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
