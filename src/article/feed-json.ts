import { DoseError } from '../errors.ts'
import type { Image } from '../model.ts'
import { parseDate } from './date.ts'
import { MAX_ITEMS, plainLines } from './feed-fields.ts'
import { distinctHubs } from './feed-hints.ts'
import { type Enclosure, type Feed, type FeedItem, NO_HINTS } from './feed-model.ts'
import { htmlToPlain, plainLine, textToPlain } from './plain.ts'
import { resolveUrl } from './url.ts'

type Fields = { readonly [key: string]: unknown }

/**
 * JSON Feed 1.0 and 1.1 (jsonfeed.org). What is not as the specification says is left out, with
 * nothing else lost.
 *
 * @throws DoseError SOURCE_UNREADABLE for other or broken JSON.
 */
export function readJsonFeed(text: string, base: string | null, name: string): Feed {
  const feed = parse(text, name)
  const isFeed = String(feed.version ?? '').includes('jsonfeed.org') || Array.isArray(feed.items)
  if (!isFeed) throw new DoseError('SOURCE_UNREADABLE', `${name}: JSON, but no JSON Feed`)
  const link = resolveUrl(asString(feed.home_page_url), base)
  return {
    id: null,
    title: plainLine(asString(feed.title)),
    link,
    description: plainLine(asString(feed.description)),
    author: authorOf(feed),
    publishedAt: null,
    updatedAt: null,
    categories: [],
    language: asString(feed.language),
    format: 'json',
    ...NO_HINTS,
    hubs: hubsOf(feed, base),
    self: resolveUrl(asString(feed.feed_url), base),
    items: asList(feed.items)
      .filter(isFields)
      .slice(0, MAX_ITEMS)
      .map((item) => readItem(item, link ?? base)),
    warnings: [],
  }
}

function parse(text: string, name: string): Fields {
  try {
    const feed: unknown = JSON.parse(text.trim())
    if (isFields(feed)) return feed
  } catch (cause) {
    throw new DoseError('SOURCE_UNREADABLE', `${name}: broken JSON`, { cause })
  }
  throw new DoseError('SOURCE_UNREADABLE', `${name}: JSON, but no JSON Feed`)
}

function readItem(item: Fields, base: string | null): FeedItem {
  const own = resolveUrl(asString(item.url), base)
  const url = own ?? resolveUrl(asString(item.external_url), base)
  const html = asString(item.content_html)
  const plain = asString(item.content_text)
  const summary = asString(item.summary)
  const body = html ?? plain ?? summary
  return {
    id: asString(item.id) ?? url,
    url,
    originalUrl: null,
    title: plainLine(asString(item.title)),
    author: authorOf(item),
    publishedAt: parseDate(asString(item.date_published)),
    updatedAt: parseDate(asString(item.date_modified)),
    html: body,
    text: html !== null ? htmlToPlain(html) : body === null ? null : textToPlain(body),
    summary: summary === null ? null : textToPlain(summary),
    categories: plainLines(asList(item.tags).map(asString)),
    images: [item.image, item.banner_image].flatMap((image) => toImage(asString(image), base)),
    enclosures: asList(item.attachments)
      .filter(isFields)
      .flatMap((one) => toEnclosure(one, base)),
    source: null,
    language: asString(item.language),
  }
}

/** Version 1.1 has a list of authors, 1.0 one. */
function authorOf(fields: Fields): string | null {
  const authors = [...asList(fields.authors), fields.author].filter(isFields)
  return plainLines(authors.map((author) => asString(author.name))).join(', ') || null
}

function hubsOf(feed: Fields, base: string | null): string[] {
  const urls = asList(feed.hubs)
    .filter(isFields)
    .filter(({ type }) => /^websub$/i.test(asString(type) ?? ''))
    .flatMap(({ url }) => resolveUrl(asString(url), base) ?? [])
  return distinctHubs(urls)
}

function toImage(reference: string | null, base: string | null): Image[] {
  const url = resolveUrl(reference, base)
  return url === null ? [] : [{ url, width: null, height: null, title: null }]
}

function toEnclosure(fields: Fields, base: string | null): Enclosure[] {
  const url = resolveUrl(asString(fields.url), base)
  const size = fields.size_in_bytes
  const length = typeof size === 'number' && size >= 0 ? size : null
  return url === null ? [] : [{ url, type: asString(fields.mime_type), length }]
}

/** Ids are strings by the specification, numbers in the wild; escapes may hold half characters. */
function asString(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value.trim() === '') return null
  return value.toWellFormed().replaceAll('\u0000', '')
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
