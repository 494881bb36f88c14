import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'
import type { SourceKind, SourceState } from './tables.ts'

/** How a source does: its state, or how an active one is read. */
export type Condition = 'well' | 'new' | 'late' | 'failing' | 'paused' | 'gone'

export type SourceRow = {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly kind: SourceKind
  readonly state: SourceState
  readonly condition: Condition
  readonly topics: readonly string[]
  readonly failingSince: Instant | null
  readonly lastError: string | null
  readonly readAt: Instant | null
  readonly nextAt: Instant
  readonly nextWhy: string | null
  /** Seen first since the instant asked for. */
  readonly articles: number
}

/** Place in the order of lists: by name. */
export type SourcePlace = readonly [name: string, id: string]

export type Contribution = {
  readonly articles: number
  /** Stories it took part in. */
  readonly stories: number
  /** Stories that it told before all others. */
  readonly firsts: number
  /** Stories of it that an edition told, and stories that editions told at all. */
  readonly told: number
  readonly toldInAll: number
}

/** An active source that was to be read this long ago, and was not, is late. */
const LATE_SECONDS = 900

/** The same order everywhere, whatever the collation of the database. */
const NAME = sql`s.name collate "C"`

/** What operators look for among sources. */
export function createSourceList(db: Db) {
  const conditionAt = (now: Instant) => sql`case
    when s.state <> 'active' then s.state
    when s.failing_since is not null then 'failing'
    when s.kind <> 'push' and s.next_fetch_at < ${now}::timestamptz - make_interval(secs => ${LATE_SECONDS})
      then 'late'
    when s.succeeded_at is null and s.kind <> 'push' then 'new'
    else 'well' end`
  return {
    async page(
      filter: { readonly condition?: string | undefined; readonly search?: string },
      times: { readonly since: Instant; readonly now: Instant },
      after: SourcePlace | null,
      limit: number,
    ): Promise<readonly SourceRow[]> {
      const words = `%${(filter.search ?? '').replace(/[\\%_]/g, '\\$&')}%`
      const wanted: RawBuilder<unknown>[] = [
        ...(filter.search
          ? [sql`(s.name ilike ${words} or s.url ilike ${words} or s.id = ${filter.search})`]
          : []),
        ...(filter.condition ? [sql`${conditionAt(times.now)} = ${filter.condition}`] : []),
        ...(after ? [sql`(${NAME}, s.id) > (${after[0]} collate "C", ${after[1]})`] : []),
      ]
      const { rows } = await sql<SourceRow>`
        select s.id, s.name, s.url, s.kind, s.state, ${conditionAt(times.now)} as condition, s.topics,
          s.failing_since as "failingSince", s.last_error as "lastError",
          s.succeeded_at as "readAt", s.next_fetch_at as "nextAt", s.next_reason as "nextWhy",
          (select count(*)::int from dose.article a
            where a.source_id = s.id and a.first_seen_at > ${times.since}) as articles
        from dose.source s where ${sql.join([sql`true`, ...wanted], sql` and `)}
        order by ${NAME}, s.id limit ${limit}`.execute(db)
      return rows
    },

    /** How many there are of each condition; there are never very many sources. */
    async conditions(now: Instant): Promise<Partial<Record<Condition, number>>> {
      const { rows } = await sql<{ condition: Condition; n: number }>`
        select ${conditionAt(now)} as condition, count(*)::int as n from dose.source s group by 1`.execute(
        db,
      )
      return Object.fromEntries(rows.map(({ condition, n }) => [condition, n]))
    },

    /** What one source gave to the stories and editions since an instant; back-fill does not count. */
    async contribution(id: string, since: Instant): Promise<Contribution> {
      const { rows } = await sql<Contribution>`
        with own as (
          select a.id, m.story_id, s.id is not null as first from dose.article a
          left join dose.member m on m.article_id = a.id
          left join dose.story s on s.id = a.id
          where a.source_id = ${id} and a.first_seen_at > ${since} and not a.backfill
        ), told as (
          select distinct t.story_id from dose.told t join dose.edition e on e.id = t.edition_id
          where e.frozen_at > ${since}
        )
        select count(*)::int as articles, count(distinct story_id)::int as stories,
          (count(*) filter (where first))::int as firsts,
          (select count(*)::int from told where story_id in (select story_id from own)) as told,
          (select count(*)::int from told) as "toldInAll"
        from own`.execute(db)
      return rows[0] ?? { articles: 0, stories: 0, firsts: 0, told: 0, toldInAll: 0 }
    },

    /** Articles that it brought, by stretch of `seconds`; stretches without any are left out. */
    async arrivals(
      since: Instant,
      seconds: number,
      id?: string,
    ): Promise<readonly { readonly at: Instant; readonly n: number }[]> {
      const { rows } = await sql<{ at: Instant; n: number }>`
        select to_timestamp(floor(extract(epoch from first_seen_at) / ${seconds}::int)
          * ${seconds}::int) as at, count(*)::int as n
        from dose.article
        where first_seen_at > ${since} ${id === undefined ? sql`` : sql`and source_id = ${id}`}
        group by 1 order by 1`.execute(db)
      return rows
    },
  }
}
