import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

/** What a source's silence cost, estimated from what it brought before. */
export type Outage = {
  readonly since: Instant
  /** Articles it would have brought by now at its usual rate. */
  readonly articles: number
  /** Stories it would have taken part in by now; see `measureOutage`. */
  readonly stories: number
}

/** How far back "usual" goes. */
const USUAL_DAYS = 30
/** Sources that count as its peers: those it has shared most stories with. */
const PEERS = 10

/**
 * Nobody can know what a silent source would have told. The estimate: of the stories its peers told
 * in the 30 days before, it took part in a certain share; of those they have told since, it would
 * have taken part in the same. A source without peers is missed by no story, only by its articles.
 */
export async function measureOutage(
  db: Db,
  id: string,
  since: Instant,
  now: Instant,
): Promise<Outage> {
  const from = new Date(Date.parse(since) - USUAL_DAYS * 86_400_000).toISOString()
  const { rows } = await sql<{ usual: number; told: number; shared: number; since: number }>`
    with own as (
      select m.story_id from dose.article a left join dose.member m on m.article_id = a.id
      where a.source_id = ${id} and not a.backfill
        and a.first_seen_at >= ${from} and a.first_seen_at < ${since}
    ), peer as (
      select a.source_id from dose.member m join dose.article a on a.id = m.article_id
      where m.story_id in (select story_id from own) and a.source_id <> ${id}
      group by a.source_id order by count(distinct m.story_id) desc, a.source_id limit ${PEERS}
    ), told as (
      select distinct m.story_id, a.first_seen_at >= ${since} as after
      from dose.article a join dose.member m on m.article_id = a.id
      where a.source_id in (select source_id from peer) and a.first_seen_at >= ${from}
    )
    select
      (select count(*) from own)::int as usual,
      (select count(*) from told where not after)::int as told,
      (select count(*) from told where not after and story_id in (select story_id from own))::int
        as shared,
      (select count(*) from told t join dose.story s on s.id = t.story_id
        where t.after and s.first_seen_at >= ${since}
        and not exists (select 1 from dose.member m join dose.article a on a.id = m.article_id
          where m.story_id = t.story_id and a.source_id = ${id}))::int as since`.execute(db)
  const { usual = 0, told = 0, shared = 0, since: missed = 0 } = rows[0] ?? {}
  const days = Math.max(0, Date.parse(now) - Date.parse(since)) / 86_400_000
  return {
    since,
    articles: Math.round((usual / USUAL_DAYS) * days),
    stories: told === 0 ? 0 : Math.round((shared / told) * missed),
  }
}
