import type { Instant } from '../model.ts'
import { parseDate } from './date.ts'
import type { Dom, DomElement } from './page-dom.ts'
import { plainLine } from './plain.ts'

/** Many sites put the day of publication into an article's address: `/2026/11/20/`, `/2026/nov/20/`. */
const DAY_IN_URL = /[/-](20\d\d)[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?=[/-])/i

const TIMES =
  'time[pubdate], time[itemprop="datePublished"], [itemprop="datePublished"], article time[datetime], main time[datetime]'

/** Elements that may hold a line with a date and nothing else. */
const LEAVES = 'h1, time, span, p, div, em, i, b, small, li, td, dd, a, h2, h3, h4, h5, h6, abbr'
/** Leaves with text looked at behind the headline, and before it. */
const AFTER = 40
const BEFORE = 12
/** Leaves looked at in all. */
const MAX_LEAVES = 20_000

/** A line of a date: characters, and words beside month and weekday. */
const LONGEST_LINE = 70
const MOST_WORDS = 8
const YEAR = /(?:^|\D)(?:19|20)\d\d(?!\d)/
const NO_PUBLICATION =
  /^(?:©|\(c\)|(?:copyright|(?:last |zuletzt )?(?:updated?|modified|aktualisiert|mis à jour)|since|event|until)\b)/i
const EAST_ASIAN = /(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]/

/** When a page was published, where neither its data nor its meta elements say. */
export function printedDate(
  document: Dom,
  url: string | null,
  title: string | null,
): Instant | null {
  const time = document.querySelector(TIMES)
  const told = time?.getAttribute('datetime') ?? time?.getAttribute('content')
  return parseDate(told) ?? dateInUrl(url) ?? dateAtHeadline(document, title)
}

function dateInUrl(url: string | null): Instant | null {
  const match = DAY_IN_URL.exec(url ?? '')
  return match
    ? parseDate(
        match
          .slice(1)
          .join(' ')
          .replace(/^(\d+) (\d+) /, '$1/$2/'),
      )
    : null
}

/** The first line behind the headline that is a date, or else the last one before it. */
function dateAtHeadline(document: Dom, title: string | null): Instant | null {
  const leaves: DomElement[] = []
  let headline = -1
  let count = 0
  for (const element of document.querySelectorAll(LEAVES)) {
    if (++count > MAX_LEAVES) break
    if (headline < 0 && isHeadline(element, title)) headline = leaves.length
    else if (isLeaf(element)) leaves.push(element)
    if (headline >= 0 && leaves.length - headline > AFTER) break
  }
  if (headline < 0) return null
  const before = leaves.slice(Math.max(0, headline - BEFORE), headline).reverse()
  for (const element of [...leaves.slice(headline), ...before]) {
    const date = dateOfLine(plainLine(element.textContent) ?? '')
    if (date !== null) return date
  }
  return null
}

function isHeadline({ localName, textContent }: DomElement, title: string | null): boolean {
  return localName === 'h1' || (/^h[23]$/.test(localName) && plainLine(textContent) === title)
}

function isLeaf(element: DomElement): boolean {
  return element.childElementCount === 0 && (element.textContent ?? '').trim() !== ''
}

function dateOfLine(line: string): Instant | null {
  if (line.length > LONGEST_LINE || !YEAR.test(line) || NO_PUBLICATION.test(line)) return null
  if ((line.match(/\p{L}+/gu)?.length ?? 0) > MOST_WORDS) return null
  return parseDate(line.replace(EAST_ASIAN, '$1-$2-$3'))
}
