import type { Resolved } from '../store/decisions.ts'
import type { LogEntry, LoggedArticle, Snapshot, Step } from '../store/log.ts'
import { LEVELS } from '../story/level.ts'
import type { Applied, Placed } from './cluster-thread.ts'
import { type Key, type Stage, type StageContext, WAKE } from './stage.ts'

/** Articles worked in by one transaction. */
const BATCH = 500
/** Whoever holds the lease renews it with every batch; a holder silent for this long has lost it. */
const LEASE_MS = 60_000
const RETRY_MS = 500
/**
 * Articles wait until nothing is being fetched or ingested and their pages were asked for, so that
 * they enter the log with their whole text and in an order of their own, not in that of the
 * workers; but never longer than this.
 */
const PATIENCE_MS = 5 * 60_000
/** Stories are repaired after this many articles of one drain, and at its end. */
const TICK_EVERY = 2_000
/**
 * A snapshot of the clusterer is stored after this many log entries, or after this share of the
 * articles in memory: writing one costs more the more there are. A restart replays the rest.
 */
const SNAPSHOT_EVERY = 2_000
const SNAPSHOT_SHARE = 0.01
/** Rows of a snapshot that are handed to the thread at once: some 30 MB. */
const ROWS_AT_ONCE = 200
/** Decisions taken up before articles are. */
const DECISIONS_AT_ONCE = 100

/**
 * Takes up the articles that wait and puts them into stories. It is rung, not given work: whoever
 * holds the lease drains the log alone. Stories are a function of the log; nothing here looks at
 * a clock or at other workers to decide where an article belongs.
 */
export const cluster: Stage = {
  name: 'cluster',
  does: 'puts articles into stories',
  takes: 'article',
  gives: 'story',
  concurrency: 1,
  wakeUp: true,

  async run(_key, context) {
    const { store, queues, processId, trace } = context
    const { n, since, decided, ticked } = await store.log.waitingSince()
    if (n === 0 && ticked && !decided) return []
    const busy = await isBusy(context, since)
    if (busy && !decided) return ringAgain(context)
    const lease = await store.leases.take('cluster', processId, LEASE_MS)
    if (!lease) return ringAgain(context)
    try {
      return await drain(context, lease, busy)
    } finally {
      await store.leases.release(lease)
      if (busy) await ringAgain(context)
    }

    async function ringAgain({ log }: StageContext) {
      log.debug('cluster is rung again', { in_ms: RETRY_MS })
      await queues.wake('cluster', { ...WAKE, trace }, RETRY_MS)
      return []
    }
  },
}

async function isBusy({ store, queues, clock }: StageContext, since: string | null) {
  const patient = since !== null && Date.parse(clock.now()) - Date.parse(since) < PATIENCE_MS
  if (!patient) return false
  const { documents, pages } = await store.progress()
  if (documents + pages > 0) return true
  const counts = await Promise.all([queues.counts('fetch'), queues.counts('ingest')])
  return counts.some(({ waiting, active }) => waiting + active > 0)
}

type Lease = NonNullable<Awaited<ReturnType<StageContext['store']['leases']['take']>>>

/**
 * Decisions, then batch after batch of articles, and a tick that repairs the stories of the window.
 *
 * @param busy articles are still being fetched or ingested, so that only decisions have their turn.
 */
async function drain(context: StageContext, lease: Lease, busy: boolean): Promise<Key[]> {
  const { store, clusterThread, processId } = context
  const touched = new Map<string, Key>()
  const commit = async (step: Step) => {
    try {
      for (const key of await store.log.commit(lease, step)) touched.set(key.id, key)
    } catch (error) {
      await clusterThread.run('forget', undefined) // it is ahead of what is stored
      throw error
    }
  }
  let { seq, snapshotSeq, regrouped } = await standAtWatermark(context)
  const step = async (
    entries: readonly LogEntry[],
    articles: readonly LoggedArticle[],
    decision?: Resolved,
  ) => {
    const placed = await work(context, entries, articles)
    const held = await clusterThread.run<number>('size', undefined)
    // What was removed must not be needed to come back to here.
    const due =
      seq - snapshotSeq >= Math.max(SNAPSHOT_EVERY, held * SNAPSHOT_SHARE) ||
      decision?.kind === 'removal'
    const snapshot = due ? await clusterThread.run<Snapshot>('snapshot', undefined) : null
    if (due) snapshotSeq = seq
    const assignments = latestOf([...regrouped, ...placed.assignments])
    regrouped = []
    await commit({ ...placed, assignments, entries, snapshot, ...(decision && { decision }) })
  }
  for (const waiting of await store.decisions.waiting(DECISIONS_AT_ONCE)) {
    const decision = await store.decisions.resolve(waiting)
    await step([decided(decision, ++seq, context.clock.now())], [], decision)
  }
  for (let sinceTick = 0; !busy; ) {
    const waiting = await store.log.waiting(BATCH)
    if (waiting.length > 0) {
      await store.leases.take('cluster', processId, LEASE_MS)
      const at = context.clock.now()
      await step(
        waiting.map((article) => entryOf(article, ++seq, at)),
        waiting,
      )
      sinceTick += waiting.length
    }
    if (waiting.length > 0 && sinceTick < TICK_EVERY) continue
    await step([tick(++seq, context.clock.now())], [])
    if (waiting.length === 0) break
    sinceTick = 0
  }
  return [...touched.values()]
}

const entryOf = (
  { id, version, isNew }: LoggedArticle & { isNew: boolean },
  seq: number,
  at: string,
): LogEntry => ({ seq, kind: isNew ? 'article' : 'revision', article_id: id, version, at })

const tick = (seq: number, at: string): LogEntry => ({
  seq,
  kind: 'tick',
  article_id: null,
  version: null,
  at,
})

const decided = ({ kind, detail }: Resolved, seq: number, at: string): LogEntry => ({
  seq,
  kind,
  article_id: null,
  version: null,
  at,
  detail,
})

async function work(
  { clusterThread }: StageContext,
  entries: readonly LogEntry[],
  articles: readonly LoggedArticle[],
): Promise<Pick<Step, 'assignments' | 'revised'>> {
  const byId = new Map(articles.map((article) => [article.id, article]))
  const applied = entries.map((entry) => told(entry, byId.get(entry.article_id ?? '') ?? null))
  const placed = [...pinned(entries), ...(await clusterThread.run<Placed[]>('apply', applied))]
  const assignments = latestOf(placed)
  const revised = entries.flatMap(({ kind, article_id, detail }) =>
    kind === 'revision' && article_id ? [article_id] : (detail?.retell ?? []),
  )
  return { assignments, revised }
}

/** Where each article went last. */
const latestOf = (placed: readonly Placed[]): Placed[] => [
  ...new Map(placed.map((place) => [place.articleId, place])).values(),
]

/** A decision also moves articles that are too old to be in memory. */
export const pinned = (entries: readonly LogEntry[]): Placed[] =>
  entries.flatMap(({ detail }) =>
    (detail?.pins ?? [])
      .filter(({ from, to }) => from !== to)
      .map(({ id, to }) => ({ articleId: id, storyId: to, duplicateOf: null })),
  )

/** An entry as the thread is told of it. */
export const told = (
  { seq, kind, at, detail = null }: LogEntry,
  article: LoggedArticle | null,
): Applied => ({ seq, kind, at, article, detail })

/**
 * Brings the clusterer to the last stored entry: from memory, or from snapshot and log. Where articles of the log are
 * gone with their source, those that were near them may be grouped otherwise now: `regrouped` is where they are, for
 * the rows to follow.
 */
async function standAtWatermark({ store, clusterThread }: StageContext) {
  const { watermark, snapshot, snapshotSeq, settings } = await store.log.state(LEVELS.story)
  const position = await clusterThread.run<number | null>('position', undefined)
  if (position === watermark) return { seq: watermark, snapshotSeq, regrouped: [] }
  await clusterThread.run('forget', undefined)
  for (let first = -1; snapshot !== null; ) {
    const rows = await store.log.records(first, ROWS_AT_ONCE)
    const last = rows.at(-1)
    if (last === undefined) break
    await clusterThread.run(
      'read',
      rows.map(({ bytes }) => bytes),
    )
    first = last.first
  }
  await clusterThread.run('load', { settings, snapshot, seq: snapshotSeq })
  const placed: Placed[] = []
  let isWhole = true
  for (let seq = snapshotSeq; seq < watermark; ) {
    const entries = await store.log.read(seq, BATCH)
    if (entries.length === 0) break
    const applied = entries.map((entry) => told(entry, entry.article))
    placed.push(...(await clusterThread.run<Placed[]>('apply', applied)))
    isWhole &&= entries.every(({ article_id, article }) => article_id === null || article !== null)
    seq = entries.at(-1)?.seq ?? watermark
  }
  return { seq: watermark, snapshotSeq, regrouped: isWhole ? [] : placed }
}
