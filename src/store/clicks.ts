import { sql } from 'kysely'
import type { Db } from './db.ts'

export type Click = { readonly editionId: string; readonly url: string }
export type ClickCount = { readonly url: string; readonly clicks: number }

/** How often links of editions were followed: numbers, and nothing of who did. */
export function createClicks(db: Db) {
  return {
    /** Adds one for each; of an edition that is gone, nothing. */
    async add(clicks: readonly Click[]): Promise<void> {
      if (clicks.length === 0) return
      await sql`
        insert into dose.click (edition_id, url, clicks)
        select c.edition_id, c.url, count(*)
        from unnest(${clicks.map(({ editionId }) => editionId)}::text[],
            ${clicks.map(({ url }) => url)}::text[]) as c(edition_id, url)
          join dose.edition e on e.id = c.edition_id
        group by c.edition_id, c.url
        order by c.edition_id, c.url
        on conflict (edition_id, url) do update set clicks = click.clicks + excluded.clicks`.execute(
        db,
      )
    },

    /** The most followed first. */
    of: (editionId: string): Promise<ClickCount[]> =>
      db
        .selectFrom('click')
        .select(['url', 'clicks'])
        .where('edition_id', '=', editionId)
        .orderBy('clicks', 'desc')
        .orderBy('url')
        .execute(),
  }
}
