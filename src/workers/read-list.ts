import { createHash } from 'node:crypto'
import { type ListedItem, type Listing, type ListPage, listingFeed } from '../article/list-page.ts'
import type { ListRules } from '../model.ts'
import type { Reading } from '../store/documents.ts'
import { type Asked, ask } from './ask.ts'
import { readInThread } from './read-in-thread.ts'
import type { Deps } from './stage.ts'

/** Pages of one list that are asked in a round: news stands on the first. */
const PAGES_MAX = 3
/** A page whose selectors take longer is not read. */
const PARSE_MS = 20_000

type ReadDeps = Pick<Deps, 'http' | 'threads'> & { readonly signal?: AbortSignal }

export type ListInput = { readonly page: ListPage; readonly rules: ListRules }

/**
 * The articles a list page names, as the document of a feed: at most `limit` of them, from the
 * first page and, where the rules say which link goes on, from the next two.
 *
 * @throws {DoseError} SOURCE_UNREADABLE when a selector finds nothing, or it takes too long.
 */
export async function readList(
  list: Asked & { readonly rules: ListRules },
  first: ListPage,
  deps: ReadDeps,
): Promise<Reading> {
  const { url, rules } = list
  const items = new Map<string, ListedItem>()
  let title: string | null = null
  let page: ListPage | null = first
  for (let count = 1; page; count++) {
    const input: ListInput = { page, rules }
    const listing: Listing = await readInThread('readListPage', input, page.url, deps, PARSE_MS)
    title ??= listing.title
    for (const item of listing.items) if (!items.has(item.url)) items.set(item.url, item)
    const isEnough = items.size >= rules.limit || count >= PAGES_MAX
    page = isEnough || listing.next === null ? null : await nextPage(list, listing.next, deps)
  }
  const bytes = Buffer.from(listingFeed(url, title, [...items.values()].slice(0, rules.limit)))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { ref: url, url, contentType: 'application/feed+json', bytes, sha256 }
}

/** A list that does not go on ends there: what its first page names is read all the same. */
async function nextPage(list: Asked, url: string, deps: ReadDeps): Promise<ListPage | null> {
  const result = await ask(list, deps.http, { url, signal: deps.signal })
  return result.kind === 'fetched' ? result : null
}
