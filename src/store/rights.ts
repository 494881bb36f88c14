import { sql } from 'kysely'
import type { Rights } from '../model.ts'
import type { Db, Rows } from './db.ts'

/** What an operator says of a source's rights; `null` where pages have the word. */
export type RightsChoice = {
  readonly quote_words: number | null
  readonly show_images: boolean | null
  readonly show_archive: boolean | null
  readonly show_index: boolean | null
}

/** What may be shown of one article that an edition cites. */
export type Restriction = Rights & {
  readonly articleId: string
  /** `null` where the article is no longer there. */
  readonly sourceId: string | null
  /** Taken down: nothing of it is shown. */
  readonly removed: boolean
}

/** Columns of a query that joins `article` and `source`, for `rightsOf`. */
export const GRANTS = [
  'source.quote_words',
  'source.show_images',
  'source.show_archive',
  'source.show_index',
] as const

export type Grants = RightsChoice & { readonly hints: readonly string[] }

/** An operator's word, and where there is none, what the page asks for. */
export function rightsOf(row: Grants): Rights {
  return {
    quoteWords: row.quote_words,
    images: row.show_images ?? !row.hints.includes('noimageindex'),
    archive: row.show_archive ?? !row.hints.includes('noarchive'),
    index: row.show_index ?? true,
  }
}

/** Counts the changes of what may be shown, so that whoever keeps pages knows when to make them anew. */
const REVISION = 'rights_revision'

export function createRights(db: Db) {
  return {
    /** Sets what an operator says of a source's rights. */
    choose: (sourceId: string, choice: Partial<RightsChoice>): Promise<void> =>
      db.transaction().execute(async (tx) => {
        await tx.updateTable('source').set(choice).where('id', '=', sourceId).execute()
        await noteChange(tx)
      }),

    /** Those of the articles of which something is held back, by id. */
    async restrictions(articleIds: readonly string[]): Promise<ReadonlyMap<string, Restriction>> {
      if (articleIds.length === 0) return new Map()
      const { rows } = await sql<Grants & Row>`
        select ids.id, a.source_id, coalesce(a.hints, '{}') as hints,
          s.quote_words, s.show_images, s.show_archive, s.show_index,
          exists (select from dose.takedown t where (t.kind = 'article' and t.target = ids.id)
            or (t.kind = 'source' and t.target = a.source_id))
          or exists (select from dose.takedown_article k where k.article_id = ids.id) as removed
        from unnest(${[...articleIds]}::text[]) as ids(id)
          left join dose.article a on a.id = ids.id
          left join dose.source s on s.id = a.source_id`.execute(db)
      return new Map(
        rows
          .map(toRestriction)
          .filter(holdsBack)
          .map((one) => [one.articleId, one]),
      )
    },

    /** Notes what an article's page asks of those who show it. */
    async noteHints(articleId: string, hints: readonly string[]): Promise<void> {
      await db
        .updateTable('article')
        .set({ hints: [...hints] })
        .where('id', '=', articleId)
        .execute()
    },

    /** What pages of a source ask for, each with the number of its articles. */
    async hints(sourceId: string): Promise<Record<string, number>> {
      const { rows } = await sql<{ hint: string; n: number }>`
        select hint, count(*) as n from dose.article, unnest(hints) as hint
        where source_id = ${sourceId} group by hint order by hint`.execute(db)
      return Object.fromEntries(rows.map(({ hint, n }) => [hint, n]))
    },

    /** Is the article still there, and may its pictures be shown? */
    async mayShowPicture(articleId: string): Promise<boolean> {
      const { rows } = await sql<{ found: boolean }>`
        select exists (select from dose.article where id = ${articleId}) as found`.execute(db)
      if (!rows[0]?.found) return false
      const restriction = (await this.restrictions([articleId])).get(articleId)
      return !restriction || (restriction.images && !restriction.removed)
    },

    async revision(): Promise<string> {
      const { rows } = await sql<{ value: string }>`
        select value from dose.setting where name = ${REVISION}`.execute(db)
      return rows[0]?.value ?? '0'
    },
  }
}

type Row = { readonly id: string; readonly source_id: string | null; readonly removed: boolean }

const toRestriction = (row: Grants & Row): Restriction => ({
  articleId: row.id,
  sourceId: row.source_id,
  removed: row.removed,
  ...rightsOf(row),
})

const holdsBack = ({ removed, quoteWords, images, archive, index }: Restriction): boolean =>
  removed || quoteWords !== null || !images || !archive || !index

export async function noteChange(rows: Rows): Promise<void> {
  await sql`insert into dose.setting (name, value) values (${REVISION}, '1')
    on conflict (name) do update set value = (dose.setting.value::bigint + 1)::text`.execute(rows)
}
