import type { Dom } from './page-dom.ts'
import { asString, type Fields } from './page-jsonld.ts'
import { plainLine } from './plain.ts'

const SEPARATOR = /\s+[|\-–—»·•]\s+/
const TRAILING_SEPARATOR = /\s+[|\-–—»·•]\s+$/
/** A part of a title shorter than this (characters) is a section, even if the heading says it. */
const SHORTEST_HEADLINE = 12
/** Headings looked at; a page with more of the first level does not know which is its own. */
const MAX_HEADINGS = 20
/** A heading that shares this much of its words, or of the declared title's, says the same. */
const SAME_SHARE = 0.8

/**
 * The headline, without the section before or the site's name behind it. What is printed over the
 * article counts more than what is declared for search engines and networks.
 *
 * @param declared what the page's meta elements say.
 */
export function titleOf(
  document: Dom,
  declared: string | null,
  article: Fields,
  siteName: string | null,
): string | null {
  const headings = [...document.querySelectorAll('h1')]
    .slice(0, MAX_HEADINGS)
    .flatMap((heading) => plainLine(heading.textContent) ?? [])
  const element = plainLine(document.querySelector('title')?.textContent)
  const told = plainLine(asString(article.headline)) ?? declared ?? element
  const isSite = siteTest(siteName, document.baseURI)
  if (told === null) return headings.find((heading) => !isSite(heading)) ?? null
  const printed = headings.find((heading) => isPrinted(heading, told, element) && !isSite(heading))
  return printed ?? withoutSite(told, headings, isSite)
}

/** A heading is the headline when the page's own title begins with it, or it says what that says. */
function isPrinted(heading: string, told: string, element: string | null): boolean {
  if (heading.length < SHORTEST_HEADLINE) return false
  const [ours, theirs] = [wordsOf(heading), wordsOf(told)]
  const shared = [...ours].filter((word) => theirs.has(word)).length
  if (shared === 0) return false
  if (squeeze(element ?? '').startsWith(squeeze(heading))) return true
  return shared >= SAME_SHARE * theirs.size && shared >= (SAME_SHARE / 2) * ours.size
}

function withoutSite(
  title: string,
  headings: readonly string[],
  isSite: (part: string) => boolean,
): string {
  const parts = title.split(SEPARATOR)
  if (parts.length < 2) return title
  const headline = parts.find((part) => headings.includes(part) && !isSite(part))
  if (headline !== undefined && headline.length >= SHORTEST_HEADLINE) return headline
  const last = parts.at(-1) ?? ''
  if (!isSite(last)) return title
  return title.slice(0, title.lastIndexOf(last)).replace(TRAILING_SEPARATOR, '')
}

function siteTest(siteName: string | null, url: string): (part: string) => boolean {
  const own = squeeze(siteName ?? '')
  const host = squeeze(URL.parse(url)?.hostname ?? '')
  return (part) => squeeze(part) === own || host.includes(squeeze(part) || ' ')
}

const wordsOf = (title: string): Set<string> =>
  new Set(title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])

function squeeze(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}
