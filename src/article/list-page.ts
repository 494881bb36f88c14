import { DoseError } from '../errors.ts'
import type { ListRules } from '../model.ts'
import { parseDate } from './date.ts'
import { decodeText } from './encoding.ts'
import { type Dom, type DomElement, parsePage } from './page-dom.ts'
import { canonicalUrl, resolveUrl } from './url.ts'

/** A page that lists articles, as it came. */
export type ListPage = {
  readonly bytes: Uint8Array
  readonly contentType: string | null
  readonly url: string
}

export type ListedItem = {
  readonly url: string
  readonly title: string
  readonly date: string | null
}

export type Listing = {
  readonly title: string | null
  readonly items: readonly ListedItem[]
  /** The page that goes on; `null` where there is none, or it belongs to another site. */
  readonly next: string | null
}

/** Matches looked at; a page of news has fewer. */
const MATCHES_MAX = 1_000
const TITLE_MAX = 500

/** Whether a selector is one; to be asked before it is stored. */
export function isSelector(selector: string): boolean {
  try {
    parsePage('<p></p>', null).querySelector(selector)
    return true
  } catch {
    return false // what the selector engine throws at a selector it cannot parse
  }
}

/**
 * The articles that a page lists, in its order, each once.
 *
 * @throws {DoseError} SOURCE_UNREADABLE naming the selector that finds nothing.
 */
export function readListPage(page: ListPage, rules: ListRules): Listing {
  const document = parsePage(decodeText(page.bytes, page.contentType), page.url)
  const matches = [...document.querySelectorAll(rules.item)].slice(0, MATCHES_MAX)
  if (matches.length === 0) throw missing(page, '--item', rules.item, 'finds nothing')
  const items = new Map<string, ListedItem>()
  for (const match of matches) {
    const item = itemOf(match, rules, document)
    if (item && !items.has(item.url)) items.set(item.url, item)
  }
  if (items.size === 0) {
    const [option, selector] = rules.link ? ['--link', rules.link] : ['--item', rules.item]
    throw missing(page, option, selector, 'finds no link with words')
  }
  return {
    title: wordsOf(document.querySelector('title')),
    items: [...items.values()],
    next: nextOf(document, rules, page.url),
  }
}

/** The listing as a JSON Feed of titles, so that it is read as any feed is. */
export function listingFeed(
  url: string,
  title: string | null,
  items: readonly ListedItem[],
): string {
  const entries = items.map((item) => ({
    id: item.url,
    url: item.url,
    title: item.title,
    date_published: item.date ?? undefined,
  }))
  const version = 'https://jsonfeed.org/version/1.1'
  return JSON.stringify({ version, title: title ?? undefined, home_page_url: url, items: entries })
}

function missing(page: ListPage, option: string, selector: string, what: string): DoseError {
  return new DoseError(
    'SOURCE_UNREADABLE',
    `${page.url}: the selector ${option} "${selector}" ${what}.`,
  )
}

function itemOf(match: DomElement, rules: ListRules, document: Dom): ListedItem | null {
  const link = rules.link ? firstOf(match, rules.link) : linkIn(match)
  const url = canonicalUrl(link?.getAttribute('href'), document.baseURI)
  const named = rules.title ? firstOf(match, rules.title) : null
  const title = wordsOf(named) ?? wordsOf(link) ?? wordsOf(match)
  if (url === null || title === null) return null
  return { url, title, date: dateOf(firstOf(match, rules.date ?? 'time')) }
}

const linkIn = (match: DomElement): DomElement | null =>
  match.localName === 'a' ? match : firstOf(match, 'a[href]')

function firstOf(match: DomElement, selector: string): DomElement | null {
  for (const found of match.querySelectorAll(selector)) return found
  return null
}

function wordsOf(element: DomElement | null): string | null {
  const words = element?.textContent?.replace(/\s+/g, ' ').trim().slice(0, TITLE_MAX)
  return words || null
}

function dateOf(element: DomElement | null): string | null {
  const told = element?.getAttribute('datetime') ?? element?.getAttribute('content')
  return parseDate(told ?? wordsOf(element))
}

/** Stays on its site: a list does not go on at somebody else's. */
function nextOf(document: Dom, { next }: ListRules, url: string): string | null {
  const link = next === null ? null : document.querySelector(next)
  const target = resolveUrl(link?.getAttribute('href'), document.baseURI)
  return target !== null && new URL(target).origin === new URL(url).origin ? target : null
}
