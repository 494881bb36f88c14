import type { Instant } from '../model.ts'
import { parseDate } from './date.ts'
import { readTerms, type Terms } from './page-access.ts'
import type { Dom } from './page-dom.ts'
import { asString, type Fields, findArticle, isFields } from './page-jsonld.ts'
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

const SEPARATOR = /\s+[|\-–—»·•]\s+/
const TRAILING_SEPARATOR = /\s+[|\-–—»·•]\s+$/
/** A part of a title shorter than this (characters) is a section, even if the heading says it. */
const SHORTEST_HEADLINE = 12

/** Many sites put the day of publication into an article's address. */
const DAY_IN_URL = /[/-](20\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])/

/** Longest line that can be somebody's name or several. */
const LONGEST_AUTHOR = 120

/** Reads JSON-LD, OpenGraph, meta and link elements; what is wrong or missing is `null`. */
export function readPageMeta(document: Dom, url: string | null): PageMeta {
  const metas = readMetas(document)
  const article = findArticle(document)
  const pick = (names: readonly string[]) => names.map((name) => metas.get(name)).find(Boolean)
  const siteName = plainLine(metas.get('og:site_name'))
  const base = document.baseURI
  const link = document.querySelector('link[rel~="canonical"][href]')?.getAttribute('href')
  const time = document.querySelector(
    'time[pubdate], time[itemprop="datePublished"], [itemprop="datePublished"], article time[datetime], main time[datetime]',
  )
  return {
    title: titleOf(document, pick(TITLES), article, siteName),
    author: authorOf(article) ?? asAuthor(pick(AUTHORS)) ?? bylineOf(document),
    publishedAt:
      parseDate(asString(article.datePublished)) ??
      parseDate(pick(DATES)) ??
      parseDate(time?.getAttribute('datetime') ?? time?.getAttribute('content')) ??
      dateInUrl(url),
    language: languageOf(document, metas),
    image: resolveUrl(pick(IMAGES), base) ?? resolveUrl(imageOf(article.image), base),
    canonicalUrl: canonicalUrl(
      samePage(link, url) ?? samePage(metas.get('og:url'), url) ?? url,
      url,
    ),
    siteName,
    description: plainLine(pick(DESCRIPTIONS)),
    terms: readTerms(document, metas, article),
  }
}

function dateInUrl(url: string | null): Instant | null {
  const match = DAY_IN_URL.exec(url ?? '')
  return match ? parseDate(match.slice(1).join('/')) : null
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

/** The headline, without the section before or the site's name behind it. */
function titleOf(
  document: Dom,
  meta: string | undefined,
  article: Fields,
  siteName: string | null,
): string | null {
  const heading = plainLine(document.querySelector('h1')?.textContent)
  const element = plainLine(document.querySelector('title')?.textContent)
  const title = plainLine(asString(article.headline)) ?? plainLine(meta) ?? element ?? heading
  const parts = title?.split(SEPARATOR) ?? []
  if (title === null || parts.length < 2) return title
  const headline = parts.find((part) => part === heading)
  if (headline !== undefined && headline.length >= SHORTEST_HEADLINE) return headline
  const own = squeeze(siteName ?? '')
  const host = squeeze(URL.parse(document.baseURI)?.hostname ?? '')
  const isSite = (part: string) => squeeze(part) === own || host.includes(squeeze(part) || ' ')
  const last = parts.at(-1) ?? ''
  return isSite(last)
    ? title.slice(0, title.lastIndexOf(last)).replace(TRAILING_SEPARATOR, '')
    : title
}

function squeeze(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

function authorOf(article: Fields): string | null {
  const authors = [article.author]
    .flat()
    .flatMap((author) => (isFields(author) ? author.name : author))
  const names = authors.flat().flatMap((name) => asAuthor(asString(name)) ?? [])
  return [...new Set(names)].join(', ') || null
}

/** A name: no address of a profile, no `By`, no e-mail. */
function asAuthor(value: string | null | undefined): string | null {
  const [start = ''] = plainLine(value)?.split(/\s+[|•·@]|\s\d/) ?? []
  const line = start.replace(/^(?:by|von|par|por|di)\s+/i, '')
  const isName =
    line !== '' && line.length <= LONGEST_AUTHOR && !/^https?:|^\S+@\S+$|^\d/i.test(line)
  return isName ? line : null
}

function bylineOf(document: Dom): string | null {
  const element = document.querySelector(
    '[rel="author"], [itemprop="author"] [itemprop="name"], [itemprop="author"], .byline a, .author-name',
  )
  return asAuthor(element?.textContent)
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
