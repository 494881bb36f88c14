import { sql } from 'kysely'
import type { Instant, RunLine } from '../model.ts'
import type { Db } from './db.ts'

export type RunKey = {
  readonly stage: string
  readonly id: string
  readonly version: number
  readonly attempt: number
  readonly trace: string
}

/** What each stage did to each row version, attempt by attempt. BullMQ only wakes workers. */
export function createRuns(db: Db) {
  return {
    async start(run: RunKey, queuedAt: Instant, now: Instant): Promise<void> {
      const values = {
        state: 'running' as const,
        trace: run.trace,
        queued_at: queuedAt,
        started_at: now,
        ended_at: null,
        error: null,
        error_class: null,
        error_kind: null,
        stack: null,
        log: null,
      }
      await db
        .insertInto('run')
        .values({
          stage: run.stage,
          row_id: run.id,
          row_version: run.version,
          attempt: run.attempt,
          ...values,
        })
        .onConflict((conflict) =>
          conflict.columns(['stage', 'row_id', 'row_version', 'attempt']).doUpdateSet(values),
        )
        .execute()
    },

    async finish(
      run: RunKey,
      end: {
        readonly state: 'done' | 'failed' | 'retrying'
        readonly errorClass?: string
        readonly error?: string
        readonly errorKind?: string
        readonly stack?: string
        readonly lines?: readonly RunLine[]
      },
      now: Instant,
    ): Promise<void> {
      await db
        .updateTable('run')
        .set({
          state: end.state,
          error_class: end.errorClass ?? null,
          error: end.error ?? null,
          error_kind: end.errorKind ?? null,
          stack: end.stack ?? null,
          log: end.lines?.length ? JSON.stringify(end.lines) : null,
          ended_at: now,
        })
        .where('stage', '=', run.stage)
        .where('row_id', '=', run.id)
        .where('row_version', '=', run.version)
        .where('attempt', '=', run.attempt)
        .execute()
    },

    of: (rowId: string) =>
      db.selectFrom('run').selectAll().where('row_id', '=', rowId).orderBy('started_at').execute(),

    /** Runs by stage and state since an instant. */
    async counts(since: Instant): Promise<{ stage: string; state: string; n: number }[]> {
      const { rows } = await sql<{ stage: string; state: string; n: number }>`
        select stage, state, count(*) as n from dose.run
        where started_at > ${since} group by stage, state order by stage, state`.execute(db)
      return rows
    },
  }
}
