import { createHash } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { ArticleDraft, Instant, Provider } from '../model.ts'
import type { ArticleKey } from './articles.ts'
import { type Db, idOf, type Tx } from './db.ts'
import type { Document, DocumentKey } from './documents.ts'
import { forgetPage, heldText, type PagePolicy, twinsOf, wantPage, wantsPage } from './page-rows.ts'
import type { Outcome, Tables } from './tables.ts'

type ArticleRow = Selectable<Tables['article']>
/** Its bytes were read before. */
type OpenDocument = Omit<Document, 'bytes'>
type Draft = ArticleDraft & { readonly id: string }

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
export const BACKFILL_MS = 48 * 3_600_000

/** Kept of one document; each is a line for people, characters. */
const MAX_WARNINGS = 20
const LONGEST_WARNING = 300

/**
 * Rows are locked in one order by everybody: the source, articles by id, documents by id, then new
 * articles by id, then stories by id. Two who want the same ones wait for each other, never in a ring.
 */
export const ingestDocument = (db: Db, key: DocumentKey, harvest: Harvest): Promise<Ingested> =>
  db.transaction().execute(async (tx) => {
    await holdSource(tx, key.id)
    const drafts = harvest.drafts
      .map((draft) => ({ ...draft, id: idOf('a', draft.url) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const known = await lockArticles(
      tx,
      drafts.map(({ id }) => id),
    )
    const document = await lockDocument(tx, key, known)
    if (!document) return { articles: [], counts: {} }
    if (document.state === 'ingested')
      return { articles: await articlesOf(tx, document.id), counts: document.counts }
    return store(tx, document, drafts, known, harvest)
  })

/** It is not removed while its articles are stored. */
async function holdSource(tx: Tx, documentId: string): Promise<void> {
  await sql`select from dose.source where id = (select source_id from dose.document
    where id = ${documentId}) for key share`.execute(tx)
}

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

/** With those from which it may take articles over; `undefined` where it has another version by now. */
async function lockDocument(
  tx: Tx,
  { id, version }: DocumentKey,
  known: ReadonlyMap<string, ArticleRow>,
): Promise<OpenDocument | undefined> {
  const losers = [...known.values()].filter((row) => row.logged_version === 0)
  const rows = await tx
    .selectFrom('document')
    .select(['id', 'source_id', 'ref', 'url', 'content_type', 'version', 'sha256', 'state'])
    .select(['counts', 'warnings', 'fetched_at'])
    .where('id', 'in', [...new Set([id, ...losers.map((row) => row.document_id)])])
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.find((row) => row.id === id && row.version === version)
}

async function store(
  tx: Tx,
  document: OpenDocument,
  drafts: readonly Draft[],
  known: ReadonlyMap<string, ArticleRow>,
  harvest: Harvest,
): Promise<Ingested> {
  const twins = await twinsOf(
    tx,
    drafts.map(({ url }) => url),
  )
  const counts: Partial<Record<Outcome, number>> = {}
  const articles: ArticleKey[] = []
  const notes = [
    ...harvest.rejected.map(({ ref, reason }) => note(document, ref, 'rejected', reason)),
    ...harvest.filtered.map(({ ref, reason }) => note(document, ref, 'filtered', reason)),
  ]
  for (const draft of drafts) {
    const row = known.get(draft.id)
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
function outcomeOf(
  document: OpenDocument,
  draft: ArticleDraft,
  row: ArticleRow | undefined,
): Verdict {
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

function precedes(document: OpenDocument, draft: ArticleDraft, row: ArticleRow): boolean {
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
  document: OpenDocument,
  draft: Draft,
  harvest: Harvest,
  row: ArticleRow | undefined,
): Promise<ArticleKey> {
  const { id } = draft
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

const noteLoser = (tx: Tx, row: ArticleRow, winner: OpenDocument): Promise<void> =>
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
  document: OpenDocument,
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
