import { DoseError } from '../errors.ts'
import type { HubSubscription } from '../store/hubs.ts'
import type { Stage, StageContext } from './stage.ts'
import { callbackPath, hubSecret, isReachable, LEASE_SECONDS } from './websub.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** A hub that has not verified by then is asked again, less and less often. */
const FIRST_WAIT_MS = 10 * MINUTE_MS
/** A hub that does not let go after so many requests forgets us when the lease ends. */
const FAREWELLS = 3

/** Asks the hub of a source to tell us of news, again before the lease ends, or to let go. */
export const subscribe: Stage = {
  name: 'subscribe',
  does: "asks a source's hub to tell of news",
  takes: 'source',
  gives: 'nothing',
  concurrency: 4,

  async run({ id }, context) {
    const { store, clock, config, log } = context
    const row = await store.hubs.get(id)
    const now = Date.parse(clock.now())
    if (!row || Date.parse(row.next_at) > now) return []
    if (row.state === 'leaving' && row.tries >= FAREWELLS) {
      await store.hubs.forget(id)
      return []
    }
    const source = await store.sources.get(id)
    const isWanted = row.state === 'leaving' || source?.state === 'active'
    if (!isWanted || !isReachable(config.PUBLIC_URL)) {
      await store.hubs.rest(id, new Date(now + DAY_MS).toISOString())
      return []
    }
    const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(row.tries, 10), DAY_MS)
    await store.hubs.ask(id, new Date(now + wait).toISOString())
    const error = await request(row, config.PUBLIC_URL, context)
    if (error === null) {
      log.info('hub asked', { source_id: id, state: row.state })
    } else {
      await store.hubs.fail(id, error)
      log.warn('a hub refuses', { source_id: id, reason: error })
    }
    return []
  },
}

/** @returns what went wrong, or `null`. */
async function request(
  row: HubSubscription,
  publicUrl: string,
  { store, http, signal }: StageContext,
): Promise<string | null> {
  const secret = await store.settings.signingSecret()
  const isLeaving = row.state === 'leaving'
  const form = {
    'hub.callback': publicUrl + callbackPath(secret, row.source_id),
    'hub.mode': isLeaving ? 'unsubscribe' : 'subscribe',
    'hub.topic': row.topic,
    ...(!isLeaving && {
      'hub.lease_seconds': String(LEASE_SECONDS),
      'hub.secret': hubSecret(secret, row),
    }),
  }
  try {
    const answer = await http.post({ url: row.hub, form, signal })
    if (answer.kind === 'fetched') return null
    return 'reason' in answer ? answer.reason : `${answer.kind}`
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    return error.message
  }
}
