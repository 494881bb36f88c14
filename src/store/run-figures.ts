import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

/** Seconds that half, 95 and 99 of a hundred runs took at most; `null` where none has. */
export type Percentiles = readonly [p50: number, p95: number, p99: number] | null

export type StageFigures = {
  readonly stage: string
  readonly done: number
  readonly failed: number
  /** Seconds from when a job could run to when it did. */
  readonly wait: Percentiles
  /** Seconds of running. */
  readonly run: Percentiles
}

/** How much of each kind fell into a stretch of time. */
type Bucket = { readonly at: Instant; readonly stage: string; readonly n: number }

/** How runs went, counted and measured from the rows. */
export function createRunFigures(db: Db) {
  return {
    async since(since: Instant): Promise<readonly StageFigures[]> {
      const { rows } = await sql<StageFigures>`
        select stage, count(*) filter (where state = 'done')::int as done,
          count(*) filter (where state = 'failed')::int as failed,
          to_json(percentile_cont(array[0.5, 0.95, 0.99]) within group (
            order by greatest(0, extract(epoch from started_at - queued_at)))) as wait,
          to_json(percentile_cont(array[0.5, 0.95, 0.99]) within group (
            order by extract(epoch from ended_at - started_at)) filter (where ended_at is not null))
            as run
        from dose.run where started_at > ${since} group by stage`.execute(db)
      return rows
    },

    /** Runs that were done, by stage and stretch of `seconds`; stretches without any are left out. */
    async throughput(since: Instant, seconds: number): Promise<readonly Bucket[]> {
      const { rows } = await sql<Bucket>`
        select to_timestamp(floor(extract(epoch from started_at) / ${seconds}::int) * ${seconds}::int) as at,
          stage, count(*)::int as n
        from dose.run where started_at > ${since} and state = 'done' group by 1, 2 order by 1`.execute(
        db,
      )
      return rows
    },
  }
}
