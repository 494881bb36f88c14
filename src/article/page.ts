import { Readability } from '@mozilla/readability'
import type { Instant } from '../model.ts'
import { dropBoilerplate } from './boilerplate.ts'
import { repairMojibake } from './mojibake.ts'
import { type Dom, parsePage } from './page-dom.ts'
import { readPageMeta } from './page-meta.ts'
import { htmlToPlain } from './plain.ts'

/** The title repeated within this many first paragraphs is no part of the text. */
const HEAD = 3

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
}

/**
 * Reads one HTML page: main text by readability, the rest from what the page declares. Pure and
 * synchronous; whoever reads pages of strangers runs it in a thread with a time limit.
 */
export function readPage(html: string, url: string | null): Page {
  const document = parsePage(html, url)
  const meta = readPageMeta(document, url)
  const text = mainText(document, meta.title)
  return {
    url,
    canonicalUrl: meta.canonicalUrl,
    title: meta.title && repairMojibake(meta.title),
    author: meta.author && repairMojibake(meta.author),
    publishedAt: meta.publishedAt,
    language: meta.language,
    image: meta.image,
    siteName: meta.siteName,
    text,
    teaser: meta.description && repairMojibake(meta.description),
  }
}

/** Readability takes the document apart: it comes last. */
function mainText(document: Dom, title: string | null): string {
  const article = new Readability(document, { disableJSONLD: true }).parse()
  const plain = repairMojibake(htmlToPlain(article?.content ?? ''))
  const paragraphs = dropBoilerplate(plain.split('\n\n'))
  return paragraphs.filter((paragraph, i) => i >= HEAD || paragraph !== title).join('\n\n')
}
