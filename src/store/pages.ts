import { createHash } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { ArticleKey } from './articles.ts'
import { type Db, idOf, type Tx } from './db.ts'
import { BACKFILL_MS, noteDuplicate } from './ingest.ts'
import type { Tables } from './tables.ts'

export type PageRow = Selectable<Tables['page']>
type ArticleRow = Selectable<Tables['article']>

/** What reading an article's page came to. */
export type PageOutcome =
  | {
      readonly kind: 'taken'
      readonly text: string
      readonly author: string | null
      readonly publishedAt: Instant | null
      readonly language: string | null
      readonly image: string | null
      /** Where the page says it is; `null` where that is the article's own URL or another site's. */
      readonly canonicalUrl: string | null
      readonly etag: string | null
      readonly lastModified: string | null
    }
  /** The page is what it was when its text was taken. */
  | { readonly kind: 'unchanged' }
  /** The text of the feed stays, for good. */
  | { readonly kind: 'kept'; readonly reason: string }
  /** The text of the feed stays for now. `tried` where the page was asked for in vain. */
  | {
      readonly kind: 'later'
      readonly reason: string
      readonly nextAt: Instant
      readonly tried: boolean
    }

export function createPages(db: Db) {
  return {
    get: (articleId: string): Promise<PageRow | undefined> =>
      db.selectFrom('page').selectAll().where('article_id', '=', articleId).executeTakeFirst(),

    /** Which of these articles wait for their page, now. */
    async wanted(ids: readonly string[], now: Instant): Promise<Set<string>> {
      if (ids.length === 0) return new Set()
      const rows = await db
        .selectFrom('page')
        .select('article_id')
        .where('article_id', 'in', ids)
        .where('state', '=', 'wanted')
        .where('next_at', '<=', now)
        .execute()
      return new Set(rows.map((row) => row.article_id))
    },

    /** Articles whose page is due, those that wait longest first. */
    due: (now: Instant, limit: number): Promise<ArticleKey[]> =>
      db
        .selectFrom('page')
        .innerJoin('article', 'article.id', 'page.article_id')
        .select(['article.id', 'article.version'])
        .where('page.state', '=', 'wanted')
        .where('page.next_at', '<=', now)
        .orderBy('page.next_at')
        .orderBy('article.id')
        .limit(limit)
        .execute(),

    /**
     * Writes the outcome and, where a text was taken, the article's new version, in one
     * transaction. What was decided about another version meanwhile is left alone.
     *
     * @returns the article's version afterwards; `undefined` where it may be shown no more.
     */
    settle: (
      key: ArticleKey,
      outcome: PageOutcome,
      now: Instant,
    ): Promise<ArticleKey | undefined> =>
      db.transaction().execute(async (tx) => {
        const row = await lockArticle(tx, key.id)
        if (!row?.published) return undefined
        const current = { id: row.id, version: row.version }
        if (row.version !== key.version || !(await isWanted(tx, key.id))) return current
        if (outcome.kind !== 'taken') {
          await close(tx, key.id, changesOf(outcome), now)
          return current
        }
        const twin = outcome.canonicalUrl && (await twinOf(tx, row, outcome.canonicalUrl))
        if (!twin) return take(tx, row, outcome, now)
        await giveWay(tx, row, twin, now)
        return row.logged_version === 0 ? undefined : current
      }),
  }
}

const lockArticle = (tx: Tx, id: string): Promise<ArticleRow | undefined> =>
  tx.selectFrom('article').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

async function isWanted(tx: Tx, articleId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('page')
    .select('state')
    .where('article_id', '=', articleId)
    .forUpdate()
    .executeTakeFirst()
  return row?.state === 'wanted'
}

type Changes = Partial<Omit<PageRow, 'article_id' | 'tries'>> & { readonly tried?: boolean }

function changesOf(outcome: Exclude<PageOutcome, { kind: 'taken' }>): Changes {
  if (outcome.kind === 'unchanged') return { state: 'taken', reason: null }
  if (outcome.kind === 'kept') return { state: 'kept', reason: outcome.reason }
  const { reason, nextAt, tried } = outcome
  return { reason, next_at: nextAt, tried }
}

async function close(tx: Tx, articleId: string, changes: Changes, now: Instant): Promise<void> {
  const { tried = false, ...columns } = changes
  await tx
    .updateTable('page')
    .set({ ...columns, asked_at: now, ...(tried && { tries: sql`tries + 1` }) })
    .where('article_id', '=', articleId)
    .execute()
}

/** Another article that has the address this one's page says is its own. */
async function twinOf(tx: Tx, row: ArticleRow, canonicalUrl: string): Promise<string | undefined> {
  const twin = await tx
    .selectFrom('article')
    .select('id')
    .where('id', '=', idOf('a', canonicalUrl))
    .where('id', '<>', row.id)
    .where('published', '=', true)
    .executeTakeFirst()
  return twin?.id
}

/** One page, one article. What the log holds already stays, and is told apart as a copy there. */
async function giveWay(tx: Tx, row: ArticleRow, twin: string, now: Instant): Promise<void> {
  const reason = `its page is that of article ${twin}`
  if (row.logged_version > 0) return close(tx, row.id, { state: 'kept', reason }, now)
  await tx.updateTable('article').set({ published: false }).where('id', '=', row.id).execute()
  await noteDuplicate(tx, row, twin, reason)
  await close(tx, row.id, { state: 'duplicate', reason, twin_id: twin }, now)
}

async function take(
  tx: Tx,
  row: ArticleRow,
  taken: Extract<PageOutcome, { kind: 'taken' }>,
  now: Instant,
): Promise<ArticleKey> {
  const held = await tx
    .selectFrom('article_text')
    .selectAll()
    .where('article_id', '=', row.id)
    .where('version', '=', row.version)
    .executeTakeFirstOrThrow()
  const version = row.version + (held.text === taken.text ? 0 : 1)
  const sha256 = createHash('sha256').update(taken.text, 'utf8').digest('hex')
  // Until the log takes it up, an article waits since its first text came.
  const at = row.logged_version === 0 ? held.at : now
  if (version > row.version)
    await tx
      .insertInto('article_text')
      .values({ article_id: row.id, version, title: held.title, text: taken.text, sha256, at })
      .execute()
  await tx
    .updateTable('article')
    .set({ version, excerpt_only: false, ...gapsFilled(row, taken) })
    .where('id', '=', row.id)
    .execute()
  const { canonicalUrl: canonical_url, etag, lastModified: last_modified } = taken
  const found = { state: 'taken', reason: null, canonical_url, etag, last_modified } as const
  await close(tx, row.id, found, now)
  return { id: row.id, version }
}

/** What the feed did not tell. Its own word counts where there is one. */
function gapsFilled(row: ArticleRow, taken: Extract<PageOutcome, { kind: 'taken' }>) {
  const { author, language, image, publishedAt } = taken
  const images = [{ url: image, width: null, height: null, title: null }]
  const isDating = row.undated && row.logged_version === 0 && publishedAt !== null
  return {
    ...(row.author === null && { author }),
    ...(row.language === null && { language }),
    ...(row.images.length === 0 && image !== null && { images: JSON.stringify(images) }),
    ...(isDating && publishedAt <= row.first_seen_at && dated(row, publishedAt)),
  }
}

const dated = ({ first_seen_at: seen }: ArticleRow, publishedAt: Instant) => ({
  published_at: publishedAt,
  undated: false,
  backfill: Date.parse(seen) - Date.parse(publishedAt) > BACKFILL_MS,
})
