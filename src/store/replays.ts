import { randomUUID } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'
import type { ReplayRequest, Tables } from './tables.ts'

export type Replay = Omit<Selectable<Tables['replay']>, 'result'>

export function createReplays(db: Db) {
  const lines = () =>
    db
      .selectFrom('replay')
      .select(['id', 'digest_id', 'request', 'state', 'done', 'days', 'note'])
      .select(['created_at', 'ended_at'])
  return {
    /** @returns its id. */
    async ask(digestId: string, request: ReplayRequest, now: Instant): Promise<string> {
      const id = randomUUID()
      await db
        .insertInto('replay')
        .values({
          id,
          digest_id: digestId,
          request: JSON.stringify(request),
          state: 'planned',
          created_at: now,
        })
        .execute()
      return id
    },

    get: (id: string): Promise<Replay | undefined> =>
      lines().where('id', '=', id).executeTakeFirst(),

    /** Newest first, without their results; `after` is the id of the last one seen. */
    list: (limit: number, digestId?: string, after?: string | null): Promise<Replay[]> => {
      let query = lines().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit)
      if (digestId) query = query.where('digest_id', '=', digestId)
      if (after)
        query = query.where(
          sql<boolean>`(created_at, id) < (select created_at, id from dose.replay where id = ${after})`,
        )
      return query.execute()
    },

    async result<T>(id: string): Promise<T | null> {
      const row = await db
        .selectFrom('replay')
        .select('result')
        .where('id', '=', id)
        .executeTakeFirst()
      return (row?.result ?? null) as T | null
    },

    /** The editions of a digest that were made for days, in the order they were sent. */
    async editions(digestId: string, from: string, to: string): Promise<string[]> {
      const rows = await db
        .selectFrom('edition')
        .select('id')
        .where('digest_id', '=', digestId)
        .where('date', '>=', from)
        .where('date', '<=', to)
        .where('state', 'in', ['frozen', 'sending', 'sent'])
        .orderBy('span_to')
        .orderBy('id')
        .execute()
      return rows.map(({ id }) => id)
    },

    /** Ids of all articles of sources. */
    articlesOf: async (sourceIds: readonly string[]): Promise<string[]> =>
      (
        await db
          .selectFrom('article')
          .select('id')
          .where('source_id', 'in', [...sourceIds, ''])
          .execute()
      ).map(({ id }) => id),

    /** Those that have not ended, for `reconcile` to ring for. */
    open: async (): Promise<string[]> =>
      (
        await db
          .selectFrom('replay')
          .select('id')
          .where('state', 'in', ['planned', 'running'])
          .execute()
      ).map(({ id }) => id),

    async progress(id: string, done: number, days: number, note: string): Promise<void> {
      await db
        .updateTable('replay')
        .set({ state: 'running', done, days, note })
        .where('id', '=', id)
        .execute()
    },

    async end(id: string, outcome: { result: object } | { error: string }, now: Instant) {
      const end =
        'result' in outcome
          ? { state: 'done' as const, result: JSON.stringify(outcome.result), note: '' }
          : { state: 'failed' as const, note: outcome.error }
      await db
        .updateTable('replay')
        .set({ ...end, ended_at: now })
        .where('id', '=', id)
        .execute()
    },
  }
}
