import type { Job, Queue } from 'bullmq'
import type { Instant } from '../model.ts'
import { JOB, type JobData, jobIdOf } from './queue-jobs.ts'

/** Where a job stands that may be taken out of its queue; one that runs is left to end. */
export type Removable = 'waiting' | 'delayed' | 'failed'

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
  /** Takes jobs out that have been there for this long. Their rows stay. @returns how many. */
  clean(stage: string, state: Removable, olderMs: number): Promise<number>
  /** Takes one job out, unless it runs. @returns whether it was there. */
  remove(stage: string, job: Pick<JobData, 'id' | 'version'>): Promise<boolean>
  /** Lets at most so many jobs begin in a minute, in all processes; `null` lets all. */
  limit(stage: string, perMinute: number | null): Promise<void>
  limitOf(stage: string): Promise<number | null>
  /** Since when the first job in line has waited. */
  oldestWaiting(stage: string): Promise<Instant | null>
}

const MINUTE_MS = 60_000
/** Jobs taken out in one statement. */
const CLEANED_AT_ONCE = 1_000

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
        if (kept?.finishedOn) await kept.remove() // a failure that is kept would swallow the new job
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

    async clean(stage, state, olderMs) {
      if (state === 'delayed') return cleanDelayed(queueOf(stage), olderMs)
      let removed = 0
      for (;;) {
        const ids = await queueOf(stage).clean(olderMs, CLEANED_AT_ONCE, state)
        removed += ids.length
        if (ids.length < CLEANED_AT_ONCE) return removed
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

/** The ring of a clock is a delayed job too: without it, the clock would stand still. */
async function cleanDelayed(queue: Queue, olderMs: number): Promise<number> {
  const before = Date.now() - olderMs
  const jobs = (await queue.getDelayed()).filter(
    (job) => !job.repeatJobKey && job.timestamp <= before,
  )
  for (const job of jobs) await unlessGone(job, () => job.remove())
  return jobs.length
}

/** Between the look and the deed, a job may have begun. */
async function unlessGone(job: Job, act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (await job.isDelayed()) throw error
  }
}
