import type { JobsOptions } from 'bullmq'

/** What every job carries: the id and version of a row, and the trace it belongs to. */
export type JobData = {
  readonly id: string
  readonly version: number
  readonly trace: string
  /** The span that asked for it, where runs are traced. */
  readonly span?: string
}

/** A failing job is tried this often, waiting 1, 2, 4, 8 s in between. */
const ATTEMPTS = 5
const BACKOFF_MS = 1_000

/** Trimming by count or age on completion deadlocks on PostgreSQL: remove at once, keep failures. */
export const JOB: JobsOptions = {
  attempts: ATTEMPTS,
  backoff: { type: 'exponential', delay: BACKOFF_MS },
  removeOnComplete: true,
}

/** A wake-up has no row that a kept failure would speak for; the next ring makes up for it. */
export const RING: JobsOptions = { ...JOB, removeOnFail: true }

/** BullMQ refuses ids with `:` and ids of digits only. */
export const jobIdOf = (stage: string, { id, version }: Pick<JobData, 'id' | 'version'>): string =>
  `${stage}-${id}-${version}`
