import type { Job, Queue } from 'bullmq'
import type { Instant } from '../model.ts'
import { JOB, type JobData, jobIdOf } from './queue-jobs.ts'

/** Where a job stands that may be taken out of its queue; one that runs is left to end. */
export type Removable = 'waiting' | 'delayed' | 'failed'

/** A job as it is matched: with what went wrong when it was last tried. */
export type QueuedJob = JobData & { readonly error: string | null }

/** A job as its queue holds it. */
export type HeldJob = {
  readonly state: string
  /** Tries that it had. */
  readonly tries: number
  readonly addedAt: Instant
  readonly data: Readonly<Record<string, unknown>>
}

/** Jobs of a stage that stand there, have done so for this long, and match. */
export type Wanted = {
  readonly state: Removable
  readonly olderMs: number
  /** Without it, all do. */
  readonly matches?: ((job: QueuedJob) => boolean) | undefined
}

/** What became of jobs that were to be taken out. */
export type Removal = {
  readonly removed: number
  /** Match as well, but run, and are left to end. */
  readonly running: number
  /** Were found, and had begun or gone when their turn came. */
  readonly gone: number
}

/** What operators do to queues by hand. */
export type QueueCare = {
  /** Running jobs end, no other begins; in all processes, until it is resumed. */
  pause(stage: string): Promise<void>
  resume(stage: string): Promise<void>
  isPaused(stage: string): Promise<boolean>
  /** Puts jobs in line, one every `gapMs`, with all their tries; those in line already stay there. */
  again(stage: string, jobs: readonly JobData[], gapMs: number): Promise<void>
  /** What was to run later runs now. @returns how many. */
  promote(stage: string): Promise<number>
  /** How many `clean` would take out; rings of clocks are never among them. */
  countOf(stage: string, wanted: Wanted): Promise<number>
  /** Takes jobs out, unless they run. Their rows stay. */
  clean(stage: string, wanted: Wanted): Promise<Removal>
  /** The job of a row, while its queue holds it: what is done is removed. */
  held(stage: string, job: Pick<JobData, 'id' | 'version'>): Promise<HeldJob | null>
  /** Takes one job out, unless it runs. @returns whether it was there. */
  remove(stage: string, job: Pick<JobData, 'id' | 'version'>): Promise<boolean>
  /** Lets at most so many jobs begin in a minute, in all processes; `null` lets all. */
  limit(stage: string, perMinute: number | null): Promise<void>
  limitOf(stage: string): Promise<number | null>
  /** Since when the first job in line has waited. */
  oldestWaiting(stage: string): Promise<Instant | null>
}

const MINUTE_MS = 60_000
/** Jobs taken out, or looked at, in one statement. */
const AT_ONCE = 1_000

/** @param queueOf the queue of a stage */
export function careFor(queueOf: (stage: string) => Queue): QueueCare {
  return {
    pause: (stage) => queueOf(stage).pause(),
    resume: (stage) => queueOf(stage).resume(),
    isPaused: (stage) => queueOf(stage).isPaused(),

    async again(stage, jobs, gapMs) {
      const queue = queueOf(stage)
      for (const [index, data] of jobs.entries()) {
        const jobId = jobIdOf(stage, data)
        const kept = await queue.getJob(jobId)
        if (kept?.finishedOn) await queue.remove(jobId) // a failure that is kept would swallow the new job
        await queue.add(stage, data, { ...JOB, jobId, delay: index * gapMs })
      }
    },

    async promote(stage) {
      const jobs = await queueOf(stage).getDelayed()
      // What rings by the clock is a delayed job as well, and rings at its time.
      const ours = jobs.filter((job) => !job.repeatJobKey)
      for (const job of ours) await unlessGone(job, () => job.promote())
      return ours.length
    },

    async countOf(stage, wanted) {
      return (await idsOf(queueOf(stage), wanted)).size
    },

    async clean(stage, wanted) {
      const queue = queueOf(stage)
      const { state, olderMs, matches } = wanted
      if (!matches && state !== 'delayed') return cleanAll(queue, state, olderMs)
      let [removed, gone] = [0, 0]
      for (const id of await idsOf(queue, wanted)) {
        // What began meanwhile is locked; on Redis, removing what is not there counts as done.
        const there = (await queue.getJobState(id)) === state && (await queue.remove(id)) > 0
        if (there) removed++
        else gone++
      }
      return { removed, gone, running: await runningOf(queue, matches) }
    },

    async held(stage, key) {
      const job = await queueOf(stage).getJob(jobIdOf(stage, key))
      if (!job) return null
      return {
        state: await job.getState(),
        tries: job.attemptsMade,
        addedAt: new Date(job.timestamp).toISOString(),
        data: job.data,
      }
    },

    async remove(stage, job) {
      const jobId = jobIdOf(stage, job)
      const queue = queueOf(stage)
      // On Redis, removing what is not there counts as done.
      return (await queue.getJob(jobId)) !== undefined && (await queue.remove(jobId)) > 0
    },

    async limit(stage, perMinute) {
      if (perMinute === null) await queueOf(stage).removeGlobalRateLimit()
      else await queueOf(stage).setGlobalRateLimit(perMinute, MINUTE_MS)
    },

    async limitOf(stage) {
      const limit = await queueOf(stage).getGlobalRateLimit()
      return limit === null ? null : Math.round((limit.max * MINUTE_MS) / limit.duration)
    },

    async oldestWaiting(stage) {
      const [first] = await queueOf(stage).getJobs(['waiting'], 0, 0, true)
      return first?.timestamp ? new Date(first.timestamp).toISOString() : null
    },
  }
}

async function cleanAll(queue: Queue, state: Removable, olderMs: number): Promise<Removal> {
  for (let removed = 0; ; ) {
    const { length } = await queue.clean(olderMs, AT_ONCE, state as 'failed')
    removed += length
    if (length < AT_ONCE) return { removed, running: await runningOf(queue), gone: 0 }
  }
}

/** Looks from the newest on: what is done meanwhile is old, and moves none of those to come. */
async function idsOf(queue: Queue, { state, olderMs, matches }: Wanted): Promise<Set<string>> {
  const before = Date.now() - olderMs
  const ids = new Set<string>()
  for (let start = 0; ; start += AT_ONCE) {
    const jobs = await queue.getJobs([state], start, start + AT_ONCE - 1)
    for (const job of jobs) {
      // The ring of a clock is a delayed job too: without it, the clock would stand still.
      if (!job?.id || job.repeatJobKey) continue
      const since = state === 'failed' ? (job.finishedOn ?? job.timestamp) : job.timestamp
      if (since <= before && (matches?.(seenOf(job)) ?? true)) ids.add(job.id)
    }
    if (jobs.length < AT_ONCE) return ids
  }
}

async function runningOf(queue: Queue, matches: Wanted['matches'] = () => true): Promise<number> {
  return (await queue.getActive()).filter((job) => job && matches(seenOf(job))).length
}

const seenOf = (job: Job): QueuedJob => ({
  ...(job.data as JobData),
  error: job.failedReason || null,
})

/** Between the look and the deed, a job may have begun. */
async function unlessGone(job: Job, act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (await job.isDelayed()) throw error
  }
}
