import type { Instant } from '../model.ts'
import { detectLanguage } from '../text/language.ts'
import { dropBoilerplate } from './boilerplate.ts'
import type { Hint } from './hints.ts'
import { repairMojibake } from './mojibake.ts'
import { judgeAccess, type PageAccess } from './page-access.ts'
import { parsePage } from './page-dom.ts'
import { readPageMeta } from './page-meta.ts'
import { readMainText } from './page-text.ts'
import { markupToPlain } from './plain.ts'

/** What a page of the web is, once everything around the article is gone. */
export type Page = {
  readonly url: string | null
  readonly canonicalUrl: string | null
  readonly title: string | null
  readonly author: string | null
  readonly publishedAt: Instant | null
  readonly language: string | null
  readonly image: string | null
  readonly siteName: string | null
  /** Paragraphs joined by one blank line, no break inside one; empty where none was found. */
  readonly text: string
  /** The publisher's own short form. */
  readonly teaser: string | null
  /** How much of the article it shows to everybody. */
  readonly access: PageAccess
  /** `false` where its publisher wants no copy kept. */
  readonly archivable: boolean
  /** What it asks of those who show it. */
  readonly hints: readonly Hint[]
}

/**
 * Reads one HTML page: main text by readability, the rest from what the page declares. Pure and
 * synchronous; whoever reads pages of strangers runs it in a thread with a time limit.
 */
export function readPage(html: string, url: string | null): Page {
  const document = parsePage(html, url)
  const meta = readPageMeta(document, url)
  const found = readMainText(document, meta)
  const text = wholeText(found, meta.terms.isFree === false ? null : meta.articleBody)
  return {
    url,
    canonicalUrl: meta.canonicalUrl,
    title: meta.title && repairMojibake(meta.title),
    author: meta.author && repairMojibake(meta.author),
    publishedAt: meta.publishedAt,
    language: languageOf(text, meta.language),
    image: meta.image,
    siteName: meta.siteName,
    text,
    teaser: meta.description && repairMojibake(meta.description),
    access: judgeAccess(text, meta.description, meta.terms),
    archivable: meta.terms.archivable,
    hints: meta.terms.hints,
  }
}

/** What is found in a page is less than this share of its text: a program would have put it there. */
const FOUND_SHARE = 0.5

/** The text that the page has as data, where it is much more than what stands in its elements. */
function wholeText(found: string, articleBody: string | null): string {
  if (articleBody === null || found.length >= articleBody.length * FOUND_SHARE) return found
  const lines = markupToPlain(repairMojibake(articleBody).replace(/[\r\n]+/g, '\n\n'))
  const text = dropBoilerplate(lines.split('\n\n')).join('\n\n')
  return text.length > found.length ? text : found
}

/** A text this long (characters) tells its language better than a template that was left as it was. */
const LONG_TEXT = 600
/** Written so alike that what is declared decides. */
const ALIKE: readonly ReadonlySet<string>[] = [
  new Set(['no', 'nb', 'nn', 'da', 'sv']),
  new Set(['hr', 'sr', 'bs', 'sl', 'sh']),
  new Set(['id', 'ms']),
  new Set(['pt', 'gl', 'es', 'ca']),
  new Set(['cs', 'sk']),
  new Set(['ru', 'uk', 'be', 'bg', 'mk']),
  new Set(['nl', 'af']),
]

function languageOf(text: string, declared: string | null): string | null {
  if (declared !== null && text.length < LONG_TEXT) return declared
  const detected = detectLanguage(text)
  const isAlike = ALIKE.some((group) => group.has(declared ?? '') && group.has(detected ?? ''))
  return isAlike ? declared : (detected ?? declared)
}
