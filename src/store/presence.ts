import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

/** What a public edition had in it, by names only. */
export type EditionPresence = {
  readonly id: string
  readonly date: string
  readonly stories: number
  /** Main topics of its pool. */
  readonly topics: readonly string[]
  /** Ids of the sources whose articles its span took up; empty for one made for a past date. */
  readonly sources: readonly string[]
}

/** A source as far as it explains its own absence. */
export type Silence = {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly failures: number
  readonly lastError: string | null
  readonly succeededAt: Instant | null
}

export function createPresence(db: Db) {
  return {
    /**
     * An edition and the live ones of its digest before it, the newest first. The database looks into
     * the pools and the log, and answers names.
     */
    async of(editionId: string, limit: number): Promise<EditionPresence[]> {
      const { rows } = await sql<EditionPresence>`
        with asked as (select digest_id, date, slot from dose.edition where id = ${editionId})
        select e.id, e.date, (e.counters->>'stories')::int as stories,
          array(select distinct card->>'topic' from jsonb_array_elements(e.pool) card order by 1)
            as topics,
          array(select distinct a.source_id from dose.article a
            where a.seq > e.log_from and a.seq <= e.log_to order by 1) as sources
        from dose.edition e join asked on e.digest_id = asked.digest_id
        where (e.id = ${editionId} or ((e.date, e.slot) < (asked.date, asked.slot)
            and e.log_to is not null and e.state in ('frozen', 'sending', 'sent')))
        order by e.date desc, e.slot desc limit ${limit}`.execute(db)
      return rows
    },

    silent: (ids: readonly string[]): Promise<Silence[]> =>
      db
        .selectFrom('source')
        .select(['id', 'name', 'state', 'failures', 'last_error as lastError'])
        .select('succeeded_at as succeededAt')
        .where('id', 'in', [...ids, ''])
        .orderBy('name')
        .execute(),
  }
}
