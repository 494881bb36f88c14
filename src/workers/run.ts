import { randomUUID } from 'node:crypto'
import { DoseError } from '../errors.ts'
import type { Attempt, Queues } from '../io/queues.ts'
import type { Digest } from '../model.ts'
import { skeletonOf } from '../text/skeleton.ts'
import { next, pipeline } from './pipeline.ts'
import { reconcile } from './reconcile.ts'
import { recordLog } from './run-log.ts'
import { type Deps, handTo, type Key, type Stage, WAKE } from './stage.ts'

/** Starts a worker for every stage named, or for all. */
export function startWorkers(deps: Deps, only?: readonly string[]): void {
  for (const stage of pipeline)
    if (!only || only.includes(stage.name))
      deps.queues.work(stage.name, stage.concurrency, (job) => runStage(stage, job, deps))
}

/** How often it is looked whether the schedules are still there. */
const CLOCKS_MS = 60_000

/**
 * Lets the clock ring the stages that want it, and rings once at once: what fell due meanwhile does
 * not wait for the next minute. Upserted by name, so that any process may do it, and again every
 * minute, since a Redis that was emptied has lost its schedules too.
 *
 * @returns what ends the looking; the schedules stay.
 */
export async function startClocks({ store, queues, log }: Deps): Promise<() => void> {
  await setClocks({ store, queues })
  for (const stage of clocked) await queues.wake(stage.name, { ...WAKE, trace: randomUUID() })
  const timer = setInterval(() => {
    setClocks({ store, queues }).catch((error: unknown) =>
      log.warn('the clocks are not set', { error }),
    )
  }, CLOCKS_MS)
  timer.unref()
  return () => clearInterval(timer)
}

const clocked = pipeline.filter(({ everyMs }) => everyMs)

/** Setting a clock that runs does not change when it rings. */
export async function setClocks({ store, queues }: Pick<Deps, 'store' | 'queues'>): Promise<void> {
  for (const { name, everyMs = 0 } of clocked)
    await queues.schedule(`every-${name}`, name, { everyMs }, { ...WAKE, trace: 'clock' })
  for (const digest of await store.digests.list()) await setDigestClock(digest, queues)
}

/** Rings when a digest fires, so that its edition does not wait for the next minute. */
export async function setDigestClock(digest: Digest, queues: Queues): Promise<void> {
  const { id, schedule: pattern, timeZone } = digest
  const data = { ...WAKE, trace: 'clock' }
  await queues.schedule(`digest-${id}`, reconcile.name, { pattern, timeZone }, data)
}

/** Whether trying again cannot help. */
export const isPermanent = (error: unknown): boolean => error instanceof DoseError && !error.retry

/** One attempt: recorded, run, handed on, recorded. The hand-off comes before the run is done. */
async function runStage(stage: Stage, job: Attempt, deps: Deps): Promise<void> {
  const { id, version, attempt } = job
  const trace = job.trace === 'clock' ? randomUUID() : job.trace
  const log = deps.log.with({ stage: stage.name, row_id: id, trace })
  // A wake-up has no row: its run goes by the trace that rang.
  const run = { stage: stage.name, id: stage.wakeUp ? trace : id, version, attempt, trace }
  const recorded = recordLog(log, deps.clock)
  const { lines } = recorded
  const context = {
    ...deps,
    log: recorded.log,
    attempt,
    lastAttempt: job.lastAttempt,
    trace,
    signal: job.signal,
  }
  const span = {
    run: { ...run, queuedAt: job.queuedAt },
    parent: job.span,
    attributes: attributesOf(stage, job),
  }
  try {
    await deps.store.runs.start(run, job.queuedAt, deps.clock.now())
    await deps.traces.span(span, async () => {
      const keys = await stage.run({ id, version }, context)
      await handOn(stage, keys, trace, deps)
    })
    await deps.store.runs.finish(run, { state: 'done', lines }, deps.clock.now())
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    const final = job.lastAttempt || isPermanent(error)
    log.error(final ? 'job failed for good' : 'job failed and is tried again', { error, attempt })
    const state = final ? 'failed' : 'retrying'
    // Where even the record fails, the row still wants its final state.
    await deps.store.runs
      .finish(run, { state, lines, ...describe(error) }, deps.clock.now())
      .catch((cause: unknown) => log.error('the failure is not recorded', { error: cause }))
    if (final) await stage.giveUp?.({ id, version }, error, context)
    throw error
  }
}

/** Named as OpenTelemetry names what is read from a queue. */
const attributesOf = (stage: Stage, { id, version, attempt, jobId, queuedAt }: Attempt) => ({
  'messaging.destination.name': stage.name,
  'messaging.message.id': jobId,
  'dose.row': id,
  'dose.version': version,
  'dose.attempt': attempt,
  'dose.queued_at': queuedAt,
})

/** To the next stage; past it what it has no work for. */
async function handOn(
  stage: Stage,
  keys: readonly Key[],
  trace: string,
  deps: Deps,
): Promise<void> {
  const following = next(stage.name)
  if (!following || keys.length === 0) return
  const picked = following.pick ? await following.pick(keys, deps) : keys
  await handTo(following, picked, trace, deps.queues)
  const ids = new Set(picked.map(({ id }) => id))
  if (picked.length < keys.length)
    await handOn(
      following,
      keys.filter(({ id }) => !ids.has(id)),
      trace,
      deps,
    )
}

/** A stack says where in our code; what we can name needs none. */
const STACK_CHARS_MAX = 4_000

function describe(error: Error) {
  const isNamed = error instanceof DoseError
  return {
    errorClass: isNamed ? error.code : error.name,
    error: error.message,
    errorKind: skeletonOf(error.message),
    ...(!isNamed && error.stack && { stack: error.stack.slice(0, STACK_CHARS_MAX) }),
  }
}
