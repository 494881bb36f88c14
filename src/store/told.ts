import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db, Tx } from './db.ts'
import type { Tables } from './tables.ts'

/** What an edition printed of a story, and the articles the story had by then. */
export type ToldStory = {
  readonly storyId: string
  /** Texts of the sentences; none for a quick hit. */
  readonly sentences: readonly string[]
  readonly articles: readonly ToldArticle[]
}

/** The same, with the edition that printed it and its local date. */
export type ToldBefore = ToldStory & { readonly editionId: string; readonly date: string }

/** An article in the version it had. */
export type ToldArticle = {
  readonly id: string
  readonly version: number
  /** Domain of its provider. */
  readonly provider: string
}

/** An edition that asks what was told before it. */
export type Asking = {
  readonly id: string
  readonly digestId: string
  readonly dated: boolean
  /** End of its span. */
  readonly to: Instant
}

/** How far back an edition's readers are taken to remember: as far as anybody scrolls. */
const REMEMBERED_MS = 30 * 86_400_000

export function createTold(db: Db) {
  return {
    /**
     * What earlier editions of a digest told, the oldest first. Those made for a past date count for
     * each other; for a live one only where they were delivered.
     */
    async before({ id, digestId, dated, to }: Asking): Promise<ToldBefore[]> {
      const since = new Date(Date.parse(to) - REMEMBERED_MS).toISOString()
      let query = db
        .selectFrom('told')
        .innerJoin('edition', 'edition.id', 'told.edition_id')
        .select(['edition.id', 'edition.date', 'told.story_id', 'told.sentences', 'told.articles'])
        .where('edition.digest_id', '=', digestId)
        .where('edition.id', '<>', id)
        .where('edition.state', 'in', ['frozen', 'sending', 'sent'])
        .where('edition.span_to', '<=', to)
        .where('edition.span_to', '>', since)
      if (!dated)
        query = query.where((is) =>
          is.or([is('edition.dated', '=', false), is('edition.deliver', '=', true)]),
        )
      const rows = await query
        .orderBy('edition.span_to')
        .orderBy('edition.id')
        .orderBy('told.story_id')
        .execute()
      return rows.map(toTold)
    },

    /** What given editions told, the oldest first. */
    async by(editionIds: readonly string[]): Promise<ToldBefore[]> {
      const rows = await db
        .selectFrom('told')
        .innerJoin('edition', 'edition.id', 'told.edition_id')
        .select(['edition.id', 'edition.date', 'told.story_id', 'told.sentences', 'told.articles'])
        .where('edition.id', 'in', [...editionIds, ''])
        .orderBy('edition.span_to')
        .orderBy('edition.id')
        .orderBy('told.story_id')
        .execute()
      return rows.map(toTold)
    },

    /** The texts of articles in given versions; those removed since are left out. */
    async texts(articles: readonly Pick<ToldArticle, 'id' | 'version'>[]) {
      if (articles.length === 0) return []
      const keys = articles.map(({ id, version }) => ({ id, version }))
      const { rows } = await sql<{
        id: string
        version: number
        text: string
        sha256: string
        language: string | null
      }>`select t.article_id as id, t.version, t.text, t.sha256, a.language
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(id text, version integer)
          join dose.article_text t on t.article_id = k.id and t.version = k.version
          join dose.article a on a.id = k.id`.execute(db)
      return rows
    },
  }
}

type ToldRow = Pick<Selectable<Tables['told']>, 'story_id' | 'sentences' | 'articles'> & {
  readonly id: string
  readonly date: string
}

const toTold = ({ id, date, story_id, sentences, articles }: ToldRow): ToldBefore => {
  return { editionId: id, date, storyId: story_id, sentences, articles }
}

/** Notes what an edition tells, in place of what its draft before would have told. */
export async function writeTold(
  tx: Tx,
  editionId: string,
  stories: readonly ToldStory[],
): Promise<void> {
  await tx.deleteFrom('told').where('edition_id', '=', editionId).execute()
  if (stories.length === 0) return
  const rows = stories.map(({ storyId, sentences, articles }) => ({
    edition_id: editionId,
    story_id: storyId,
    sentences: JSON.stringify(sentences),
    articles: JSON.stringify(articles),
  }))
  await tx.insertInto('told').values(rows).execute()
}
