import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How the runs of a stage ended; seconds are those that 95 in a hundred stay below. */
type EndedRuns = {
  readonly stage: string
  readonly done: number
  readonly failed: number
  readonly runSeconds: number
  readonly waitSeconds: number
}

/** What the watch looks at every minute: each figure by an index, whatever else there is. */
export function createFigures(db: Db) {
  return {
    /** Active sources that cannot be read, the longest first. */
    failing: (limit: number) =>
      db
        .selectFrom('source')
        .select(['id', 'name', 'failing_since as failingSince', 'last_error as error'])
        .where('state', '=', 'active')
        .where('failing_since', 'is not', null)
        .orderBy('failing_since')
        .orderBy('id')
        .limit(limit)
        .$narrowType<{ failingSince: Instant }>()
        .execute(),

    /** Mails that are due and have not left, by digest; what an operator stopped is not late. */
    async overdue(now: Instant): Promise<{ digest: string; since: Instant; n: number }[]> {
      const { rows } = await sql<{ digest: string; since: Instant; n: number }>`
        select g.name as digest, min(d.due_at) as since, count(*) as n
        from dose.delivery d join dose.edition e on e.id = d.edition_id
          join dose.digest g on g.id = e.digest_id
          left join dose.sending s on s.edition_id = e.id
        where d.state in ('planned', 'deferred') and d.due_at <= ${now} and d.attempt = 0
          and not coalesce(s.stopped or s.recalled or s.first_left is not null, false)
        group by g.name order by g.name`.execute(db)
      return rows
    },

    /** How runs of the last hour ended, by stage, and how long all but five in a hundred took. */
    async ended(now: Instant): Promise<EndedRuns[]> {
      const since = new Date(Date.parse(now) - HOUR_MS).toISOString()
      const { rows } = await sql<EndedRuns>`
        select stage, count(*) filter (where state = 'done') as done,
          count(*) filter (where state = 'failed') as failed,
          coalesce(extract(epoch from percentile_disc(0.95) within group
            (order by ended_at - started_at)), 0)::float8 as "runSeconds",
          coalesce(extract(epoch from percentile_disc(0.95) within group
            (order by started_at - queued_at)), 0)::float8 as "waitSeconds"
        from dose.run where ended_at > ${since} group by stage order by stage`.execute(db)
      return rows
    },

    /** What sources answered in the last hour, as far as their ledgers reach. */
    async answers(now: Instant): Promise<{ answer: string; n: number }[]> {
      const since = new Date(Date.parse(now) - HOUR_MS).toISOString()
      const { rows } = await sql<{ answer: string; n: number }>`
        select answer, count(*) as n from dose.request where at > ${since}
        group by answer order by answer`.execute(db)
      return rows
    },

    /** Sources by state; those that cannot be read are counted as failing. */
    async sources(): Promise<{ state: string; n: number }[]> {
      const { rows } = await sql<{ state: string; n: number }>`
        select case when state = 'active' and failing_since is not null then 'failing'
          else state end as state, count(*) as n from dose.source group by 1 order by 1`.execute(db)
      return rows
    },

    /** How mails of the last 24 hours ended. */
    async mail(now: Instant): Promise<{ accepted: number; bounced: number; complained: number }> {
      const since = new Date(Date.parse(now) - DAY_MS).toISOString()
      const { rows } = await sql<{ accepted: number; bounced: number; complained: number }>`
        select count(*) filter (where state = 'accepted') as accepted,
          count(*) filter (where state = 'bounced') as bounced,
          count(*) filter (where state = 'complained') as complained
        from dose.delivery
        where at > ${since} and state in ('accepted', 'bounced', 'complained')`.execute(db)
      return rows[0] ?? { accepted: 0, bounced: 0, complained: 0 }
    },
  }
}
