import { type Selectable, sql } from 'kysely'
import type { Article, Instant, Score, Span } from '../model.ts'
import type { Db, Rows } from './db.ts'
import type { DocumentKey } from './documents.ts'
import { type Harvest, type Ingested, ingestDocument } from './ingest.ts'
import { GRANTS, type Grants, rightsOf } from './rights.ts'
import type { Tables } from './tables.ts'
import { notTakenDown } from './takedowns.ts'

type ArticleRow = Selectable<Tables['article']>
export type ArticleKey = { readonly id: string; readonly version: number }

export function createArticles(db: Db) {
  return {
    /**
     * Stores the articles of one document version, all or none. A stale version stores nothing.
     * Running it again leaves the same rows and answers the same articles.
     */
    ingest: (key: DocumentKey, harvest: Harvest): Promise<Ingested> =>
      ingestDocument(db, key, harvest),

    async get(id: string): Promise<Article | undefined> {
      return (await loadArticles(db, [id]))[0]
    },

    /** In the order of `ids`; unknown ones are left out. */
    many: (ids: readonly string[]): Promise<Article[]> => loadArticles(db, ids),

    /** Of one source, the newest first. */
    async newest(sourceId: string, limit: number): Promise<Article[]> {
      const rows = await db
        .selectFrom('article')
        .select('id')
        .where('source_id', '=', sourceId)
        .orderBy('published_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute()
      return loadArticles(
        db,
        rows.map(({ id }) => id),
      )
    },

    /** By id, URL, or the path it was read from, within one source where it is named. */
    find(key: string, sourceId?: string) {
      const query = db
        .selectFrom('article')
        .leftJoin('member', 'member.article_id', 'article.id')
        .selectAll('article')
        .select(['member.story_id', 'member.duplicate_of'])
        .select(sql<boolean>`not ${notTakenDown('article')}`.as('taken_down'))
        .where((is) =>
          is.or([
            is('article.id', '=', key),
            is('article.url', '=', key),
            is('article.ref', '=', key),
          ]),
        )
      return (sourceId ? query.where('article.source_id', '=', sourceId) : query).executeTakeFirst()
    },

    async saveQuality({ id, version }: ArticleKey, quality: Score | null): Promise<void> {
      await db
        .updateTable('article')
        .set({
          quality: quality?.total ?? null,
          quality_parts: JSON.stringify(quality?.parts ?? []),
          scored_version: version,
        })
        .where('id', '=', id)
        .where('version', '=', version)
        .execute()
    },

    /** Articles whose current text has no score. */
    unscored: (limit: number): Promise<ArticleKey[]> =>
      db
        .selectFrom('article')
        .select(['id', 'version'])
        .where(sql<boolean>`scored_version < version`)
        .orderBy('id')
        .limit(limit)
        .execute(),

    /** Visible articles published from `from` to before `to`, by id, after the id `after`. */
    publishedBetween: async (
      { from, to }: Span,
      after: string,
      limit: number,
    ): Promise<{ id: string; storyId: string | null }[]> =>
      db
        .selectFrom('article')
        .leftJoin('member', 'member.article_id', 'article.id')
        .select(['article.id', 'member.story_id as storyId'])
        .where('article.published', '=', true)
        .where(notTakenDown('article'))
        .where('article.published_at', '>=', from)
        .where('article.published_at', '<', to)
        .where('article.id', '>', after)
        .orderBy('article.id')
        .limit(limit)
        .execute(),

    /** When the newest visible article was published. */
    newestAt: async (): Promise<Instant | null> =>
      (
        await db
          .selectFrom('article')
          .select((is) => is.fn.max('published_at').as('at'))
          .where('published', '=', true)
          .executeTakeFirst()
      )?.at ?? null,

    count: async (): Promise<number> =>
      (
        await db
          .selectFrom('article')
          .select((is) => is.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
  }
}

/** Articles with the current version of their text, in the order of `ids`. */
async function loadArticles(rows: Rows, ids: readonly string[]): Promise<Article[]> {
  if (ids.length === 0) return []
  const found = await rows
    .selectFrom('article')
    .innerJoin('article_text', (join) =>
      join
        .onRef('article_text.article_id', '=', 'article.id')
        .onRef('article_text.version', '=', 'article.version'),
    )
    .innerJoin('source', 'source.id', 'article.source_id')
    .leftJoin('member', 'member.article_id', 'article.id')
    .selectAll('article')
    .select(['article_text.text', 'article_text.sha256', 'member.duplicate_of'])
    .select(GRANTS)
    .where('article.id', 'in', ids)
    .execute()
  const byId = new Map(found.map((row) => [row.id, toArticle(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

type FullRow = ArticleRow & Grants & { text: string; sha256: string; duplicate_of: string | null }

function toArticle(row: FullRow): Article {
  return {
    id: row.id,
    seq: row.seq,
    sourceId: row.source_id,
    url: row.url,
    title: row.title,
    author: row.author,
    provider: { name: row.provider_name, domain: row.provider_domain },
    publishedAt: row.published_at,
    undated: row.undated,
    firstSeenAt: row.first_seen_at,
    language: row.language,
    excerpt: row.excerpt,
    text: row.text,
    textSha256: row.sha256,
    version: row.version,
    excerptOnly: row.excerpt_only,
    images: row.images,
    topics: row.topics,
    given: row.given,
    quality: row.quality,
    qualityParts: row.quality_parts,
    duplicateOf: row.duplicate_of,
    backfill: row.backfill,
    rights: rightsOf(row),
  }
}
