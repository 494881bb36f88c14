import { type Answered, nextFetch } from '../article/next-fetch.ts'
import { DoseError } from '../errors.ts'
import type { FetchOutcome, Source } from '../store/sources.ts'
import { countMove, isConfirmed, leavesOrigin, type Move } from './move.ts'
import { readFeed } from './read-feed.ts'
import { readFolder } from './read-folder.ts'
import type { Stage, StageContext } from './stage.ts'
import { brokenOff, READ, type Visit } from './visit.ts'

/** Who changes a source on its own word, as the audit log names it. */
const FETCH = { name: 'fetch', address: null }

/** Reads one source, stores the documents that changed, and decides when it is asked again. */
export const fetch: Stage = {
  name: 'fetch',
  does: 'reads a source',
  takes: 'source',
  gives: 'document',
  // Nearly all of them wait: for their domain's turn, or for a slow host. As many as there are
  // keep a place for every domain; what they hold in memory is bounded by io/http.
  concurrency: 256,

  async run({ id }, context) {
    const { store, clock, log } = context
    const source = await store.sources.get(id)
    if (!source || source.state === 'gone') return []
    if (await store.house.fetchStop()) return [] // it stays due, and is read once there is room
    if (source.first_fetch_at === null) await store.sources.begin(id, clock.now())
    const visit = await readSource(source, context)
    await conclude(source, visit, context)
    if (visit.kind === 'read') log.info('source read', { source_id: id })
    else log.warn('source not read', { source_id: id, reason: visit.error })
    return store.documents.pending(id)
  },

  async giveUp({ id }, error, context) {
    const source = await context.store.sources.get(id)
    if (source) await conclude(source, brokenOff(error.message), context)
  },
}

/** A source that cannot be read is an outcome, not an error: the next time is on its own clock. */
async function readSource(source: Source, context: StageContext): Promise<Visit> {
  try {
    if (source.kind === 'feed' || source.kind === 'list') return await readFeed(source, context)
    if (source.kind === 'folder') return await readFolder(source, context)
    return READ
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    return brokenOff(error.message)
  }
}

/** Writes down what came of a visit. */
async function conclude(source: Source, visit: Visit, context: StageContext): Promise<void> {
  const { store, clock, log } = context
  const now = clock.now()
  const { kind, error, validators, status, request } = visit
  const next = nextFetch({
    id: source.id,
    now,
    interval: { seconds: source.interval_seconds, fixed: isFixed(source) },
    answer: answered(source, visit),
    pacing: source.pacing,
    gapSeconds: source.gap_seconds,
    newestAt: source.newest_at,
    pushed: await store.sources.isPushed(source.id),
  })
  const told = { to: source.moved_to, times: source.moved_times }
  const move = kind === 'read' ? countMove(told, visit.movedTo) : told
  const outcome: FetchOutcome = { kind, error, validators, status, request, next, move }
  await store.sources.finish(source.id, outcome, now)
  if (kind === 'read' && isConfirmed(move)) await follow(source, move, context)
  if (kind !== 'gone') return
  log.warn('source retired', { source_id: source.id, reason: error })
  await store.audit.write(FETCH, 'source retired', source.id, { error }, now)
}

/** Looking into a folder costs nobody anything. */
const isFixed = ({ interval_fixed, kind }: Source): boolean => interval_fixed || kind === 'folder'

function answered({ failures }: Source, visit: Visit): Answered {
  const { kind, maxAgeSeconds, retryAfterSeconds } = visit
  if (kind === 'read') return { kind, maxAgeSeconds }
  if (kind === 'postponed') return { kind, retryAfterSeconds: retryAfterSeconds ?? 0 }
  return { kind: 'failed', failures: failures + 1, retryAfterSeconds }
}

/** The source is the same, with its id and articles; only where it is asked changes. */
async function follow(source: Source, { to, times }: Move, context: StageContext): Promise<void> {
  const { store, clock, log } = context
  if (to === null) return
  const told = { source_id: source.id, from: source.url, to }
  if (source.secrets !== null && leavesOrigin(source.url, to)) {
    log.warn('source has moved, but its log-in is not sent to another host', told)
  } else if (await store.sources.move(source.id, to)) {
    log.info('source has moved', { ...told, confirmations: times })
    const detail = { from: source.url, to, confirmations: times }
    await store.audit.write(FETCH, 'source moved', source.id, detail, clock.now())
  } else {
    log.warn('source has moved to where another one is', told)
  }
}
