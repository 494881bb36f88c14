import { sql } from 'kysely'
import type { EditionState, Instant } from '../model.ts'
import type { Db } from './db.ts'

/** An edition that is being sent. */
export type Sending = {
  readonly editionId: string
  readonly digest: string
  readonly date: string
  readonly all: number
  readonly open: number
  /** Accepted in the last minutes that were asked for. */
  readonly lately: number
}

/** What was made of a schedule, without the pools. */
export function createCalendar(db: Db) {
  return {
    async editions(digestId: string, limit: number) {
      const { rows } = await sql<{
        id: string
        date: string
        slot: number
        state: EditionState
        createdAt: Instant
      }>`select id, date, slot, state, created_at as "createdAt" from dose.edition
        where digest_id = ${digestId} order by date desc, slot desc limit ${limit}`.execute(db)
      return rows
    },

    async hasReaders(digestId: string): Promise<boolean> {
      const { rows } = await sql`select from dose.subscription
        where digest_id = ${digestId} and state = 'confirmed' limit 1`.execute(db)
      return rows.length > 0
    },

    async sending(since: Instant): Promise<readonly Sending[]> {
      const { rows } = await sql<Sending>`
        select e.id as "editionId", g.name as digest, e.date, count(*)::int as all,
          (count(*) filter (where d.state in ('planned', 'deferred', 'claimed', 'submitted')))::int
            as open,
          (count(*) filter (where d.state = 'accepted' and d.at > ${since}))::int as lately
        from dose.edition e join dose.digest g on g.id = e.digest_id
        join dose.delivery d on d.edition_id = e.id
        where e.state = 'sending' group by e.id, g.name, e.date order by e.date desc, e.id`.execute(
        db,
      )
      return rows
    },

    /** Stories seen first, by stretch of `seconds`; stretches without any are left out. */
    async stories(since: Instant, seconds: number): Promise<readonly { at: Instant; n: number }[]> {
      const { rows } = await sql<{ at: Instant; n: number }>`
        select to_timestamp(floor(extract(epoch from first_seen_at) / ${seconds}::int)
          * ${seconds}::int) as at, count(*)::int as n
        from dose.story where first_seen_at > ${since} group by 1 order by 1`.execute(db)
      return rows
    },
  }
}
