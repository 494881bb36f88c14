import { createHash } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Article, ArticleDraft, Instant, Provider, Score, Span } from '../model.ts'
import { type Db, idOf, type Rows, type Tx } from './db.ts'
import type { Document, DocumentKey } from './documents.ts'
import { forgetPage, heldText, type PagePolicy, twinsOf, wantPage, wantsPage } from './page-rows.ts'
import { GRANTS, type Grants, rightsOf } from './rights.ts'
import type { Outcome, Tables } from './tables.ts'
import { notTakenDown } from './takedowns.ts'

type ArticleRow = Selectable<Tables['article']>
export type ArticleKey = { readonly id: string; readonly version: number }

/** What an ingest read from a document, and what it knows of the source. */
export type Harvest = {
  readonly drafts: readonly ArticleDraft[]
  readonly rejected: readonly { readonly ref: string; readonly reason: string }[]
  /** Kept out by an operator's rule. */
  readonly filtered: readonly { readonly ref: string; readonly reason: string }[]
  /** Who publishes what names no provider of its own. */
  readonly provider: Provider
  readonly topics: readonly string[]
  /** What was odd about the document and did no harm. */
  readonly warnings?: readonly string[]
  /** Of which articles the page is to be read; of none by default. */
  readonly pages?: PagePolicy
}

export type Ingested = {
  /** Every article of the document that is to be worked on, also those an earlier try stored. */
  readonly articles: readonly ArticleKey[]
  readonly counts: Partial<Record<Outcome, number>>
}

/** Older than this when first seen, an article is back-fill. */
const BACKFILL_MS = 48 * 3_600_000

/** Kept of one document; each is a line for people, characters. */
const MAX_WARNINGS = 20
const LONGEST_WARNING = 300

export function createArticles(db: Db) {
  return {
    /**
     * Stores the articles of one document version, all or none. A stale version stores nothing.
     * Running it again leaves the same rows and answers the same articles.
     */
    ingest: (key: DocumentKey, harvest: Harvest): Promise<Ingested> =>
      db.transaction().execute(async (tx) => {
        const document = await tx
          .selectFrom('document')
          .selectAll()
          .where('id', '=', key.id)
          .where('version', '=', key.version)
          .forUpdate()
          .executeTakeFirst()
        if (!document) return { articles: [], counts: {} }
        return ingestDocument(tx, document, harvest)
      }),

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

    /** By id, URL, or the path it was read from. */
    find: (key: string) =>
      db
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
        .executeTakeFirst(),

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

async function ingestDocument(tx: Tx, document: Document, harvest: Harvest): Promise<Ingested> {
  if (document.state === 'ingested')
    return { articles: await articlesOf(tx, document.id), counts: document.counts }
  const known = await lockArticles(
    tx,
    harvest.drafts.map(({ url }) => idOf('a', url)),
  )
  const twins = await twinsOf(
    tx,
    harvest.drafts.map(({ url }) => url),
  )
  const counts: Partial<Record<Outcome, number>> = {}
  const articles: ArticleKey[] = []
  const notes = [
    ...harvest.rejected.map(({ ref, reason }) => note(document, ref, 'rejected', reason)),
    ...harvest.filtered.map(({ ref, reason }) => note(document, ref, 'filtered', reason)),
  ]
  for (const draft of harvest.drafts) {
    const row = known.get(idOf('a', draft.url))
    const twin = twins.get(draft.url)
    const outcome = twin ? twinVerdict(twin) : outcomeOf(document, draft, row)
    counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1
    if (outcome.note)
      notes.push(
        note(document, draft.ref, outcome.note.outcome, outcome.note.reason, twin ?? row?.id),
      )
    if (outcome.withdraw && row) await withdraw(tx, row.id)
    if (outcome.write) articles.push(await writeArticle(tx, document, draft, harvest, row))
    else if (row && outcome.kind === 'unchanged')
      articles.push({ id: row.id, version: row.version })
    if (outcome.takesOver && row) await noteLoser(tx, row, document)
  }
  if (harvest.rejected.length > 0)
    counts.rejected = (counts.rejected ?? 0) + harvest.rejected.length
  if (harvest.filtered.length > 0) counts.filtered = harvest.filtered.length
  await closeDocument(tx, document, counts, notes, harvest.warnings ?? [])
  return { articles, counts }
}

const articlesOf = (tx: Tx, documentId: string): Promise<ArticleKey[]> =>
  tx
    .selectFrom('article')
    .select(['id', 'version'])
    .where('document_id', '=', documentId)
    .orderBy('ref')
    .execute()

type Verdict = {
  kind: Outcome
  write?: boolean
  withdraw?: boolean
  takesOver?: boolean
  note?: { outcome: 'duplicate' | 'unpublished'; reason: string }
}

/**
 * One article per canonical URL. Of two documents that carry it, the one published first owns it,
 * by name where that is equal: so the outcome does not depend on which was ingested first. Once the
 * clustering log has taken the article up, its owner stays.
 */
function outcomeOf(document: Document, draft: ArticleDraft, row: ArticleRow | undefined): Verdict {
  const owner = row !== undefined && row.document_id === document.id
  if (!draft.published) {
    const reason = 'its publisher marked it as not published'
    return { kind: 'unpublished', withdraw: owner, note: { outcome: 'unpublished', reason } }
  }
  if (!row) return { kind: 'new', write: true }
  if (owner)
    return sameContent(row, draft) ? { kind: 'unchanged' } : { kind: 'updated', write: true }
  if (row.logged_version === 0 && precedes(document, draft, row))
    return { kind: 'new', write: true, takesOver: true }
  return {
    kind: 'duplicate',
    note: { outcome: 'duplicate', reason: `same URL as ${row.ref} (article ${row.id})` },
  }
}

/** Two addresses of one page are one article: the one the store had first. */
const twinVerdict = (twin: string): Verdict => ({
  kind: 'duplicate',
  note: { outcome: 'duplicate', reason: `its page is that of article ${twin}` },
})

function precedes(document: Document, draft: ArticleDraft, row: ArticleRow): boolean {
  const key = (at: Instant, source: string, ref: string) => `${at}\n${source}\n${ref}`
  const at = clamp(draft.publishedAt ?? document.fetched_at, document.fetched_at)
  const ours = key(at, document.source_id, draft.ref)
  return ours < key(row.published_at, row.source_id, row.ref)
}

/** Decided on what readers see; `version` counts changes of it. */
function sameContent(row: ArticleRow, draft: ArticleDraft): boolean {
  return row.published && row.content_sha256 === contentSha256(draft)
}

function contentSha256(draft: ArticleDraft): string {
  const { title, excerpt, text, author, publishedAt, images, topics, given } = draft
  const content = JSON.stringify([title, excerpt, text, author, publishedAt, images, topics, given])
  return createHash('sha256').update(content).digest('hex')
}

async function writeArticle(
  tx: Tx,
  document: Document,
  draft: ArticleDraft,
  harvest: Harvest,
  row: ArticleRow | undefined,
): Promise<ArticleKey> {
  const id = idOf('a', draft.url)
  const version = (row?.version ?? 0) + 1
  const seen = row?.first_seen_at ?? document.fetched_at
  const publishedAt = clamp(draft.publishedAt ?? seen, document.fetched_at)
  const provider = draft.provider ?? harvest.provider
  const wanted = wantsPage(draft, harvest.pages)
  const held = wanted ? await heldText(tx, id) : null
  const text = held ?? draft.text
  const values = {
    source_id: document.source_id,
    document_id: document.id,
    ref: draft.ref,
    title: draft.title,
    author: draft.author,
    provider_name: provider.name,
    provider_domain: provider.domain,
    published_at: publishedAt,
    undated: draft.publishedAt === null,
    language: draft.language,
    excerpt: draft.excerpt,
    excerpt_only: draft.excerptOnly && held === null,
    images: JSON.stringify(draft.images),
    topics: [...new Set([...harvest.topics, ...draft.topics])],
    given: JSON.stringify(draft.given),
    content_sha256: contentSha256(draft),
    published: true,
    version,
  }
  const backfill = Date.parse(seen) - Date.parse(publishedAt) > BACKFILL_MS
  await tx
    .insertInto('article')
    .values({ id, url: draft.url, first_seen_at: seen, backfill, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await tx
    .insertInto('article_text')
    .values({
      article_id: id,
      version,
      title: draft.title,
      text,
      sha256: createHash('sha256').update(text, 'utf8').digest('hex'),
      at: document.fetched_at,
    })
    .execute()
  if (wanted && !backfill) await wantPage(tx, id, document.fetched_at)
  else await forgetPage(tx, id)
  return { id, version }
}

/** A date in the future is a mistake of its publisher: it counts as now. */
const clamp = (at: Instant, now: Instant): Instant => (at > now ? now : at)

async function withdraw(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('article').set({ published: false }).where('id', '=', id).execute()
}

const noteLoser = (tx: Tx, row: ArticleRow, winner: Document): Promise<void> =>
  noteDuplicate(tx, row, row.id, `same URL as ${winner.ref} (article ${row.id})`)

/** What its document brought is no article of its own after all. */
export async function noteDuplicate(
  tx: Tx,
  row: Pick<ArticleRow, 'document_id' | 'ref'>,
  articleId: string,
  reason: string,
): Promise<void> {
  const loser = { id: row.document_id }
  await tx
    .insertInto('rejection')
    .values(note(loser, row.ref, 'duplicate', reason, articleId))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .updateTable('document')
    .set({
      counts: sql`jsonb_set(jsonb_set(counts, '{new}', to_jsonb(coalesce((counts->>'new')::int, 1) - 1)),
        '{duplicate}', to_jsonb(coalesce((counts->>'duplicate')::int, 0) + 1))`,
    })
    .where('id', '=', row.document_id)
    .execute()
}

const note = (
  document: { readonly id: string },
  ref: string,
  outcome: Selectable<Tables['rejection']>['outcome'],
  reason: string,
  articleId: string | null = null,
) => ({ document_id: document.id, ref, outcome, reason, article_id: articleId })

/** Ingested bytes go: the article's text versions hold the truth from here on. */
async function closeDocument(
  tx: Tx,
  document: Document,
  counts: Partial<Record<Outcome, number>>,
  notes: ReturnType<typeof note>[],
  warnings: readonly string[],
): Promise<void> {
  await tx.deleteFrom('rejection').where('document_id', '=', document.id).execute()
  const byRef = [...new Map(notes.map((entry) => [entry.ref, entry])).values()]
  if (byRef.length > 0) await tx.insertInto('rejection').values(byRef).execute()
  await tx
    .updateTable('document')
    .set({
      state: 'ingested',
      bytes: null,
      counts: JSON.stringify(counts),
      warnings: JSON.stringify(warnings.slice(0, MAX_WARNINGS).map(tidyWarning)),
    })
    .where('id', '=', document.id)
    .execute()
}

/** A warning may quote the document; jsonb takes neither NULs nor half characters. */
function tidyWarning(warning: string): string {
  return warning.slice(0, LONGEST_WARNING).toWellFormed().replaceAll('\u0000', '')
}

/** Locked in the order of their ids, so that two documents with the same articles cannot deadlock. */
async function lockArticles(tx: Tx, ids: readonly string[]): Promise<Map<string, ArticleRow>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('article')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
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
