import { sql } from 'kysely'
import type { Db } from './db.ts'

/** Articles of a host that are looked at, and code units of each. */
const RECENT = 50
const MOST_READ = 20_000
/** Stories of them in which a line stands that is no part of any: so many, and such a share. */
const FEWEST_STORIES = 3
const SHARE = 0.3
/** Shorter lines are no lines of a page, longer ones no sentences. In characters. */
const LENGTH = { min: 20, max: 600 }

export function createLines(db: Db) {
  return {
    /**
     * Lines that hosts print again and again, by domain: pieces of text between line breaks and ends
     * of sentences, without the mark at their end (`piecesOf`). Stories are counted, not articles: a
     * house may tell one story many times. What stands in the clustering log decides.
     */
    async repeated(domains: readonly string[]): Promise<Map<string, string[]>> {
      if (domains.length === 0) return new Map()
      const { rows } = await sql<{ domain: string; pieces: string[] }>`
        with recent as (
          select d.domain, r.story_id, r.text
          from jsonb_array_elements_text(${JSON.stringify(domains)}::jsonb) as d(domain)
            cross join lateral (
              select m.story_id, left(t.text, ${MOST_READ}::integer) as text
              from dose.article a
                join dose.member m on m.article_id = a.id
                join dose.article_text t on t.article_id = a.id and t.version = a.version
              where a.provider_domain = d.domain and a.seq is not null
              order by a.seq desc limit ${RECENT}) r),
        hosts as (
          select domain, greatest(${FEWEST_STORIES}::numeric,
            ${SHARE}::numeric * count(distinct story_id)) as least
          from recent group by domain having count(distinct story_id) >= ${FEWEST_STORIES}),
        pieces as (
          select distinct r.domain, r.story_id, rtrim(btrim(piece), '.!?"”’)') as piece
          from recent r join hosts using (domain),
            regexp_split_to_table(r.text, ${String.raw`\n+|[.!?]["”’)]?\s+`}) as piece)
        select domain, array_agg(piece order by piece) as pieces
        from (
          select p.domain, p.piece from pieces p join hosts h using (domain)
          where length(p.piece) between ${LENGTH.min}::integer and ${LENGTH.max}::integer
          group by p.domain, p.piece, h.least having count(*) >= h.least) found
        group by domain`.execute(db)
      return new Map(rows.map(({ domain, pieces }) => [domain, pieces]))
    },
  }
}
