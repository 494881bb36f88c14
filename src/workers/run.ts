import { randomUUID } from 'node:crypto'
import { DoseError } from '../errors.ts'
import type { Attempt } from '../io/queues.ts'
import { next, pipeline } from './pipeline.ts'
import { type Deps, handTo, type Stage, WAKE } from './stage.ts'

/** Starts a worker for every stage named, or for all. */
export function startWorkers(deps: Deps, only?: readonly string[]): void {
  for (const stage of pipeline)
    if (!only || only.includes(stage.name))
      deps.queues.work(stage.name, stage.concurrency, (job) => runStage(stage, job, deps))
}

/** Lets the clock ring the stages that want it. Upserted by name: any process may do it. */
export async function startClocks(deps: Deps): Promise<void> {
  for (const stage of pipeline)
    if (stage.everyMs)
      await deps.queues.schedule(
        `every-${stage.name}`,
        stage.name,
        { everyMs: stage.everyMs },
        { ...WAKE, trace: 'clock' },
      )
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
  const context = { ...deps, log, attempt, lastAttempt: job.lastAttempt, trace, signal: job.signal }
  await deps.store.runs.start(run, deps.clock.now(), deps.clock.now())
  try {
    const keys = await stage.run({ id, version }, context)
    const following = next(stage.name)
    if (following) await handTo(following, keys, trace, deps.queues)
    await deps.store.runs.finish(run, { state: 'done' }, deps.clock.now())
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    const final = job.lastAttempt || isPermanent(error)
    log.error(final ? 'job failed for good' : 'job failed and is tried again', { error, attempt })
    await deps.store.runs.finish(
      run,
      { state: final ? 'failed' : 'retrying', ...describe(error) },
      deps.clock.now(),
    )
    if (final) await stage.giveUp?.({ id, version }, error, context)
    throw error
  }
}

function describe(error: Error): { errorClass: string; error: string } {
  const errorClass = error instanceof DoseError ? error.code : error.name
  return { errorClass, error: error.message }
}
