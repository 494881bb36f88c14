import type { Instant } from '../model.ts'
import { parseDate } from './date.ts'
import { readTerms, type Terms } from './page-access.ts'
import { authorOf } from './page-author.ts'
import { printedDate } from './page-date.ts'
import type { Dom } from './page-dom.ts'
import { asString, isFields, readJsonLd } from './page-jsonld.ts'
import { titleOf } from './page-title.ts'
import { plainLine } from './plain.ts'
import { canonicalUrl, resolveUrl } from './url.ts'

/** What a page says of itself, apart from its text. */
type PageMeta = {
  readonly title: string | null
  readonly author: string | null
  readonly publishedAt: Instant | null
  readonly language: string | null
  readonly image: string | null
  readonly canonicalUrl: string | null
  readonly siteName: string | null
  readonly description: string | null
  readonly terms: Terms
  /** The text as the page's data has it, for programs; often without its paragraphs. */
  readonly articleBody: string | null
}

const TITLES = ['og:title', 'twitter:title', 'dc.title', 'dcterms.title', 'title']
const AUTHORS = [
  'author',
  'article:author_name',
  'parsely-author',
  'sailthru.author',
  'dc.creator',
  'byl',
  'article:author',
  'twitter:data1',
]
const DATES = [
  'article:published_time',
  'og:article:published_time',
  'parsely-pub-date',
  'sailthru.date',
  'datepublished',
  'dc.date.issued',
  'dcterms.created',
  'dc.date',
  'date',
  'pubdate',
  'ptime',
  'publish_date',
  'publication_date',
  'dcterms.date',
  'publishdate',
  'publish-date',
  'article.published',
  'cxenseparse:recs:publishtime',
]
const IMAGES = [
  'og:image:secure_url',
  'og:image',
  'og:image:url',
  'twitter:image',
  'twitter:image:src',
]
const DESCRIPTIONS = ['og:description', 'description', 'twitter:description']

/** Reads JSON-LD, OpenGraph, meta and link elements; what is wrong or missing is `null`. */
export function readPageMeta(document: Dom, url: string | null): PageMeta {
  const metas = readMetas(document)
  const { article, people } = readJsonLd(document)
  const all = (names: readonly string[]) => names.flatMap((name) => metas.get(name) ?? [])
  const pick = (names: readonly string[]) => all(names).at(0)
  const siteName = plainLine(metas.get('og:site_name'))
  const base = document.baseURI
  const link = document.querySelector('link[rel~="canonical"][href]')?.getAttribute('href')
  const title = titleOf(document, pick(TITLES), article, siteName)
  return {
    title,
    author: authorOf(document, article, people, all(AUTHORS)),
    publishedAt:
      parseDate(asString(article.datePublished)) ??
      parseDate(pick(DATES)) ??
      printedDate(document, url, title),
    language: languageOf(document, metas),
    image: resolveUrl(pick(IMAGES), base) ?? resolveUrl(imageOf(article.image), base),
    canonicalUrl: canonicalUrl(
      samePage(link, url) ?? samePage(metas.get('og:url'), url) ?? url,
      url,
    ),
    siteName,
    description: plainLine(pick(DESCRIPTIONS)),
    articleBody: asString(article.articleBody),
    terms: readTerms(document, metas, article),
  }
}

function readMetas(document: Dom): Map<string, string> {
  const metas = new Map<string, string>()
  for (const meta of document.querySelectorAll('meta[content]')) {
    const name =
      meta.getAttribute('property') ?? meta.getAttribute('name') ?? meta.getAttribute('itemprop')
    const content = meta.getAttribute('content')?.trim()
    const key = name?.toLowerCase().trim()
    if (key && content && !metas.has(key)) metas.set(key, content)
  }
  return metas
}

/** Some sites name their front page as every page's canonical: a bare path is not believed. */
function samePage(reference: string | null | undefined, url: string | null): string | null {
  const resolved = resolveUrl(reference, url)
  if (resolved === null || url === null) return resolved
  const isFrontPage = new URL(resolved).pathname === '/' && new URL(resolved).search === ''
  return isFrontPage && new URL(url).pathname !== '/' ? null : resolved
}

function languageOf(document: Dom, metas: ReadonlyMap<string, string>): string | null {
  const declared =
    document.documentElement?.getAttribute('lang') ??
    metas.get('og:locale') ??
    metas.get('language')
  return /^[a-z]{2,3}(?=$|[-_])/i.exec(declared?.trim() ?? '')?.[0].toLowerCase() ?? null
}

function imageOf(value: unknown): string | null {
  const first = [value].flat()[0]
  return isFields(first) ? asString(first.url) : asString(first)
}
