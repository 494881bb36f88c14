import type { Dom } from './page-dom.ts'
import { asString, type Fields } from './page-jsonld.ts'
import { plainLine } from './plain.ts'

const SEPARATOR = /\s+[|\-–—»·•]\s+/
const TRAILING_SEPARATOR = /\s+[|\-–—»·•]\s+$/
/** A part of a title shorter than this (characters) is a section, even if the heading says it. */
const SHORTEST_HEADLINE = 12
/** Longer ones (characters) are a text in the wrong place. */
const LONGEST_TITLE = 1_000
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
  declared: string | undefined,
  article: Fields,
  siteName: string | null,
): string | null {
  const headings = headingsOf(document)
  const element = asTitle(document.querySelector('title')?.textContent)
  const told = asTitle(asString(article.headline)) ?? asTitle(declared) ?? element
  const isSite = siteTest(siteName, document.baseURI)
  if (told === null) return headings.find((heading) => !isSite(heading)) ?? null
  const printed = headings.find((heading) => isPrinted(heading, told, element) && !isSite(heading))
  return printed ?? withoutSite(told, headings, isSite)
}

/** Those of the first level, or else of the next two. */
function headingsOf(document: Dom): string[] {
  const first = [...document.querySelectorAll('h1')]
  const found = first.length > 0 ? first : [...document.querySelectorAll('h2, h3')]
  return found.slice(0, MAX_HEADINGS).flatMap(({ textContent }) => asTitle(textContent) ?? [])
}

/** A line, and no longer than a headline can be. */
function asTitle(text: string | null | undefined): string | null {
  return (text?.length ?? 0) > LONGEST_TITLE ? null : plainLine(text)
}

/** A heading is the headline when the page's own title begins or ends with it, or it says what that says. */
function isPrinted(heading: string, told: string, element: string | null): boolean {
  if (widthOf(heading) < SHORTEST_HEADLINE) return false
  const [ours, theirs] = [wordsOf(heading), wordsOf(told)]
  const shared = [...ours].filter((word) => theirs.has(word)).length
  if (shared === 0) return false
  const [whole, own] = [squeeze(element ?? ''), squeeze(heading)]
  if (whole.startsWith(own) || whole.endsWith(own)) return true
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
  if (headline !== undefined && widthOf(headline) >= SHORTEST_HEADLINE) return headline
  const last = parts.at(-1) ?? ''
  if (!isSite(last)) return title
  return title.slice(0, title.lastIndexOf(last)).replace(TRAILING_SEPARATOR, '')
}

function siteTest(siteName: string | null, url: string): (part: string) => boolean {
  const own = squeeze(siteName ?? '')
  const host = squeeze(URL.parse(url)?.hostname ?? '')
  return (part) => squeeze(part) === own || host.includes(squeeze(part) || ' ')
}

/** Signs that stand for syllables or words count twice. */
const widthOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0)
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu

const wordsOf = (title: string): Set<string> =>
  new Set(title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])

function squeeze(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}
