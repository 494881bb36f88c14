import type { ArticleDraft, Instant } from '../model.ts'
import { idOf, type Tx } from './db.ts'

/** Of which articles of a source the page is read. */
export type PagePolicy = 'teasers' | 'all' | 'none'

/** Only what has an address on the web has a page. */
export function wantsPage(
  { url, excerptOnly }: Pick<ArticleDraft, 'url' | 'excerptOnly'>,
  policy: PagePolicy = 'none',
): boolean {
  if (!/^https?:/.test(url)) return false
  return policy === 'all' || (policy === 'teasers' && excerptOnly)
}

/**
 * Asks for an article's page, once: what was decided about it stays, but for a text that was taken,
 * which is looked at again since its feed tells something new.
 */
export async function wantPage(tx: Tx, articleId: string, now: Instant): Promise<void> {
  const wanted = { state: 'wanted' as const, reason: null, tries: 0, next_at: now }
  await tx
    .insertInto('page')
    .values({ article_id: articleId, ...wanted })
    .onConflict((conflict) =>
      conflict.column('article_id').doUpdateSet(wanted).where('page.state', '=', 'taken'),
    )
    .execute()
}

export async function forgetPage(tx: Tx, articleId: string): Promise<void> {
  await tx.deleteFrom('page').where('article_id', '=', articleId).execute()
}

/** The text that an article has from its page: a new teaser does not take it away again. */
export async function heldText(tx: Tx, articleId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('page')
    .innerJoin('article', 'article.id', 'page.article_id')
    .innerJoin('article_text', (join) =>
      join
        .onRef('article_text.article_id', '=', 'article.id')
        .onRef('article_text.version', '=', 'article.version'),
    )
    .select('article_text.text')
    .where('page.article_id', '=', articleId)
    .where('article.excerpt_only', '=', false)
    .where('page.state', 'in', ['taken', 'wanted'])
    .executeTakeFirst()
  return row?.text ?? null
}

/**
 * Which of these addresses are known to be another article's: its page says that this is its
 * address, or the page of this one was found to be its. Address → id of that article.
 */
export async function twinsOf(tx: Tx, urls: readonly string[]): Promise<Map<string, string>> {
  const ids = new Map(urls.map((url) => [idOf('a', url), url]))
  if (ids.size === 0) return new Map()
  const named = await tx
    .selectFrom('page')
    .innerJoin('article', 'article.id', 'page.article_id')
    .select(['page.canonical_url', 'article.id'])
    .where('page.canonical_url', 'in', urls)
    .where('article.published', '=', true)
    .where((is) =>
      is.not(
        is.exists(is.selectFrom('article as own').whereRef('own.url', '=', 'page.canonical_url')),
      ),
    )
    .orderBy('article.id')
    .execute()
  const found = await tx
    .selectFrom('page')
    .innerJoin('article', 'article.id', 'page.twin_id')
    .select(['page.article_id', 'article.id'])
    .where('page.article_id', 'in', [...ids.keys()])
    .where('page.state', '=', 'duplicate')
    .where('article.published', '=', true)
    .execute()
  return new Map([
    ...named.map((row) => [row.canonical_url ?? '', row.id] as const),
    ...found.map((row) => [ids.get(row.article_id) ?? '', row.id] as const),
  ])
}
