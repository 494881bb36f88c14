import { cluster } from './cluster.ts'
import { ingest } from './ingest.ts'
import { page } from './page.ts'
import { replay } from './replay.ts'
import { score } from './score.ts'
import { type Deps, handTo, type Key, type Stage, WAKE } from './stage.ts'
import { summarise } from './summarise.ts'

/** Rows rung for at once; the next time brings the rest. */
const BATCH = 5_000

type RingDeps = Pick<Deps, 'store' | 'queues' | 'clock'>

/**
 * Rings again for every row that still wants a stage: its ring may have been lost between a commit
 * and the queue, or with a queue that was emptied. Ringing for one that waits anyway does nothing.
 */
export async function ringForRows(deps: RingDeps, trace: string): Promise<void> {
  const { store, clock } = deps
  await ring(ingest, await store.documents.pending(), deps, trace)
  await ring(page, await store.pages.due(clock.now(), BATCH), deps, trace)
  await ring(score, await store.articles.unscored(BATCH), deps, trace)
  const { unlogged, ticked } = await store.progress()
  if (unlogged > 0 || !ticked) await ring(cluster, [WAKE], deps, trace)
  await ring(
    replay,
    (await store.replays.open()).map((id) => ({ id, version: 1 })),
    deps,
    trace,
  )
  await ring(summarise, await store.stories.unsummarised(BATCH), deps, trace)
}

/** A failure that is kept in the queue would swallow a new job with its id: it is tried again. */
export async function ring(
  stage: Stage,
  keys: readonly Key[],
  { queues }: Pick<Deps, 'queues'>,
  trace: string,
): Promise<void> {
  if (keys.length === 0) return
  await handTo(stage, keys, trace, queues)
  if (stage.wakeUp) return
  await queues.retryFailed(
    stage.name,
    keys.map((key) => ({ ...key, trace })),
  )
}
