import { createHash, createHmac } from 'node:crypto'
import { isSameSecret } from '../io/same-secret.ts'
import type { Instant } from '../model.ts'
import type { HubSubscription } from '../store/hubs.ts'
import type { Source } from '../store/sources.ts'
import { ingest } from './ingest.ts'
import { type Deps, handTo } from './stage.ts'

/** W3C WebSub, the subscriber's part: https://www.w3.org/TR/websub/ */

/** What a hub asks when it verifies an intent, WebSub §5.3. */
export type Verification = {
  readonly mode: string
  readonly topic: string
  readonly challenge: string
  readonly leaseSeconds: number
  readonly reason: string
}

/** What a hub brings. */
export type Delivery = {
  readonly signature: string | null
  readonly contentType: string | null
  readonly bytes: Uint8Array
}

/** `gone` tells a hub that nobody wants it any more, WebSub §7. */
export type Received = 'taken' | 'ignored' | 'full' | Unwanted

/** Not an address of ours, or one that nobody listens at any more. */
export type Unwanted = 'gone' | 'unknown'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** Asked of the hub; it decides. */
export const LEASE_SECONDS = 10 * 86_400
/** A hub may grant what it likes; a lease is believed within these bounds. */
const LEASE_MS = { least: 5 * MINUTE_MS, most: 30 * DAY_MS }
/** Renewed when this much of it is over, so that a few refusals cost nothing. */
const RENEW_AFTER = 0.75
const ADDRESS = /^[\d.]+$|:/
/** Names that mean something inside one house only (RFC 6761, RFC 6762, RFC 9476 and custom). */
const PRIVATE_NAME = /\.(?:local|localhost|localdomain|lan|home|internal|intranet|test|arpa)\.?$/
const CHALLENGE_CHARS_MAX = 2_048
const REASON_CHARS_MAX = 300
/** A signature names its algorithm (WebSub §7.1); others are no signatures. */
const SIGNATURE = /^(sha1|sha256|sha384|sha512)=([0-9a-f]{40,128})$/i

type WebsubDeps = Pick<Deps, 'store' | 'clock' | 'queues' | 'log'>

/**
 * Whether hubs can reach us: an https address with a public name. `PUBLIC_URL` says so; where it is
 * not set, nobody outside knows us.
 */
export function isReachable(publicUrl: string | undefined): publicUrl is string {
  const url = URL.parse(publicUrl ?? '')
  if (url?.protocol !== 'https:' || !url.hostname.includes('.')) return false
  return !ADDRESS.test(url.hostname) && !PRIVATE_NAME.test(url.hostname)
}

/** Where the hub of a source finds us. Whoever has not been told the last part cannot guess it. */
export const callbackPath = (secret: string, sourceId: string): string =>
  `/websub/${sourceId}/${keyOf(secret, sourceId)}`

const keyOf = (secret: string, sourceId: string): string =>
  createHmac('sha256', secret).update(`websub callback\n${sourceId}`).digest('base64url')

/** What the hub signs its deliveries with: nothing is stored, every process knows it. */
export const hubSecret = (
  secret: string,
  { source_id, hub }: Pick<HubSubscription, 'source_id' | 'hub'>,
) => createHmac('sha256', secret).update(`websub secret\n${source_id}\n${hub}`).digest('hex')

type Hinted = { readonly hubs: readonly string[]; readonly self: string | null }

/**
 * Notes the hub that a feed or its HTTP answer names. What a source hides behind a log-in is asked
 * of nobody else, and without an address of ours there is nobody to be told.
 */
export async function noteHub(
  source: Source,
  { hubs, self }: Hinted,
  { store, clock, config }: Pick<Deps, 'store' | 'clock' | 'config'>,
): Promise<void> {
  const hub = hubs.find((one) => one.startsWith('https:')) ?? hubs[0]
  const isOpen = source.kind === 'feed' && source.secrets === null
  if (hub === undefined || !isOpen || !isReachable(config.PUBLIC_URL)) return
  await store.hubs.offer(source.id, hub, self ?? source.url, clock.now())
}

/** @returns what the hub wants to hear, or `null` where we did not ask for it. */
export async function verifyIntent(
  sourceId: string,
  key: string,
  intent: Verification,
  { store, clock, log }: WebsubDeps,
): Promise<string | null> {
  if (!(await isOurs(sourceId, key, store))) return null
  const row = await store.hubs.get(sourceId)
  const now = clock.now()
  const isTopic = row?.topic === intent.topic
  if (intent.mode === 'denied') {
    const reason = `the hub says no: ${intent.reason.slice(0, REASON_CHARS_MAX) || 'no reason'}`
    if (isTopic) await store.hubs.refuse(sourceId, reason, after(now, DAY_MS))
    return ''
  }
  if (intent.challenge === '' || intent.challenge.length > CHALLENGE_CHARS_MAX) return null
  if (intent.mode === 'unsubscribe') {
    if (row && !(isTopic && row.state === 'leaving')) return null
    await store.hubs.forget(sourceId)
    return intent.challenge
  }
  if (intent.mode !== 'subscribe' || !row || !isTopic || row.state === 'leaving') return null
  const asked = Number.isFinite(intent.leaseSeconds) ? intent.leaseSeconds * 1_000 : DAY_MS
  const lease = Math.min(Math.max(asked, LEASE_MS.least), LEASE_MS.most)
  await store.hubs.confirm(sourceId, after(now, lease), after(now, lease * RENEW_AFTER))
  log.info('hub confirmed a subscription', { source_id: sourceId })
  return intent.challenge
}

type Expected = { readonly row: HubSubscription; readonly source: Source }

/** Whether we asked for what is delivered to this address. */
export async function expectDelivery(
  sourceId: string,
  key: string,
  { store }: Pick<Deps, 'store'>,
): Promise<Expected | Unwanted> {
  if (!(await isOurs(sourceId, key, store))) return 'unknown'
  const [row, source] = [await store.hubs.get(sourceId), await store.sources.get(sourceId)]
  if (!row || !source || row.state === 'leaving' || source.state !== 'active') return 'gone'
  return { row, source }
}

/**
 * Takes in what a hub delivers as if it had been fetched. Unsigned or wrongly signed content is
 * answered like any other and ignored (WebSub §7.1): nobody learns whether a guess was right.
 */
export async function receiveDelivery(
  sourceId: string,
  key: string,
  delivery: Delivery,
  deps: WebsubDeps,
): Promise<Received> {
  const { store, clock, queues, log } = deps
  const expected = await expectDelivery(sourceId, key, deps)
  if (typeof expected === 'string') return expected
  const { row, source } = expected
  const secret = hubSecret(await store.settings.signingSecret(), row)
  if (!isSigned(delivery, secret)) {
    log.warn('a delivery of a hub was not signed by it', { source_id: sourceId })
    return 'ignored'
  }
  if (await store.house.fetchStop()) return 'full'
  const now = clock.now()
  await store.documents.put(source.id, [readingOf(source, row, delivery)], now)
  await store.hubs.delivered(sourceId, now)
  await handTo(ingest, await store.documents.pending(source.id), source.id, queues)
  log.info('a hub delivered', { source_id: sourceId })
  return 'taken'
}

/** The bytes of one document of the source, whichever way they came. */
function readingOf(source: Source, { topic }: HubSubscription, { contentType, bytes }: Delivery) {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { ref: source.ref ?? source.url, url: topic, contentType, bytes, sha256 }
}

async function isOurs(sourceId: string, key: string, store: Deps['store']): Promise<boolean> {
  return isSameSecret(key, keyOf(await store.settings.signingSecret(), sourceId))
}

function isSigned({ signature, bytes }: Delivery, secret: string): boolean {
  const [, algorithm = '', given = ''] = SIGNATURE.exec(signature ?? '') ?? []
  if (algorithm === '') return false
  const right = createHmac(algorithm.toLowerCase(), secret).update(bytes).digest('hex')
  return isSameSecret(given.toLowerCase(), right)
}

const after = (now: Instant, ms: number): Instant => new Date(Date.parse(now) + ms).toISOString()
