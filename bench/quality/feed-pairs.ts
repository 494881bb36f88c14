import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseDate } from '../../src/article/date.ts'
import type { Feed, FeedItem } from '../../src/article/feed-model.ts'
import { plainLine } from '../../src/article/plain.ts'

/** A field by its meaning: instants as such, names and titles plain, lists joined. */
export type Values = { readonly [field: string]: string | null }
export type Pair = { readonly name: string; readonly input: string; readonly expected: string }

const DIRECTORIES = /^testdata\/(?:parser|translator)\//

/** `x.xml` with `x.json`, `x.json` with `x_expected.json`. */
export function findPairs(root: string): Pair[] {
  const files = new Set(readdirSync(root, { recursive: true, encoding: 'utf8' }))
  return [...files].sort().flatMap((file) => {
    const stem = file.replace(/\.(?:xml|json)$/, '')
    const expected = file.endsWith('.xml') ? `${stem}.json` : `${stem}_expected.json`
    if (stem === file || !files.has(expected) || !DIRECTORIES.test(file)) return []
    return [{ name: stem, input: join(root, file), expected: join(root, expected) }]
  })
}

export function readFeedValues(feed: Feed): Values {
  const { title, link, id, author, description } = feed
  const { publishedAt: published, updatedAt: updated } = feed
  return {
    title,
    link,
    id,
    author,
    description,
    published,
    updated,
    categories: joined(feed.categories),
  }
}

export function readItemValues(item: FeedItem): Values {
  const { title, url: link, id, author, publishedAt: published, updatedAt: updated, html } = item
  const enclosures = item.enclosures.map(({ url, type, length }) => `${url} ${type} ${length}`)
  return {
    title,
    link,
    id,
    author,
    published,
    updated,
    content: html,
    categories: joined(item.categories),
    enclosures: joined(enclosures),
  }
}

export function wantedFeed(feed: unknown): Values {
  const description = text(feed, 'description') ?? text(feed, 'subtitle') ?? text(feed, 'tagline')
  return {
    title: plainLine(text(feed, 'title')),
    link: linkOf(feed),
    id: text(feed, 'id'),
    author: authorOf(feed),
    description: plainLine(description),
    published: dateOf(feed, 'publishedParsed', 'pubDateParsed'),
    updated: dateOf(feed, 'updatedParsed', 'lastBuildDateParsed'),
    categories: joined(list(feed, 'categories').map(nameOf)),
  }
}

export function wantedItem(item: unknown): Values {
  const bodies = ['content', 'content_html', 'content_text', 'description', 'summary']
  const content =
    text(item, 'content', 'value') ?? bodies.map((name) => text(item, name)).find(Boolean)
  return {
    title: plainLine(text(item, 'title')),
    link: linkOf(item),
    id: text(item, 'guid', 'value') ?? text(item, 'guid') ?? text(item, 'id') ?? linkOf(item),
    author: authorOf(item),
    published: dateOf(item, 'publishedParsed', 'pubDateParsed', 'date_published'),
    updated: dateOf(item, 'updatedParsed', 'date_modified'),
    content: content ?? null,
    categories: joined(list(item, 'categories', 'tags').map(nameOf)),
    enclosures: joined(list(item, 'enclosures', 'attachments').map(enclosureOf)),
  }
}

/** The items of an expected parse. */
export function wantedItems(feed: unknown): readonly unknown[] {
  return list(feed, 'entries', 'items')
}

function joined(values: readonly (string | null)[]): string | null {
  return values.filter((value) => value !== null).join(' | ') || null
}

/** What stands at a path, `null` where the path leads nowhere. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  const step = (inner: unknown, key: string | number) =>
    typeof inner === 'object' && inner !== null
      ? (inner as Record<string | number, unknown>)[key]
      : null
  return path.reduce(step, value) ?? null
}

function text(value: unknown, ...path: (string | number)[]): string | null {
  const found = at(value, ...path)
  return typeof found === 'string' && found !== '' ? found : null
}

function list(value: unknown, ...names: string[]): readonly unknown[] {
  return names.map((name) => at(value, name)).find(Array.isArray) ?? []
}

function linkOf(entry: unknown): string | null {
  const isAlternate = (link: unknown) =>
    at(link, 'href') && (text(link, 'rel') ?? 'alternate') === 'alternate'
  const alternate = list(entry, 'links').find(isAlternate)
  const own = ['link', 'url', 'external_url', 'home_page_url'].map((name) => text(entry, name))
  return own.find(Boolean) ?? text(alternate, 'href')
}

/** gofeed's parsers keep Dublin Core apart; its translator falls back to it, as we do. */
function authorOf(entry: unknown): string | null {
  const people = list(entry, 'authors').map((one) =>
    plainLine(text(one, 'name') ?? text(one, 'email')),
  )
  const one = at(entry, 'author') ?? at(entry, 'managingEditor') ?? at(entry, 'webMaster')
  const extended =
    text(entry, 'dcExt', 'creator', 0) ?? text(entry, 'extensions', 'dc', 'creator', 0, 'value')
  const single =
    typeof one === 'string' ? one : (text(one, 'name') ?? text(one, 'email') ?? extended)
  return people.filter(Boolean).join(', ') || plainLine(single)
}

function dateOf(entry: unknown, ...names: string[]): string | null {
  return names.map((name) => parseDate(text(entry, name))).find((date) => date !== null) ?? null
}

function nameOf(category: unknown): string | null {
  const name = text(category, 'label') ?? text(category, 'value') ?? text(category, 'term')
  return plainLine(typeof category === 'string' ? category : name)
}

function enclosureOf(one: unknown): string {
  const length = at(one, 'length') ?? at(one, 'size_in_bytes')
  const type = text(one, 'type') ?? text(one, 'mime_type')
  return `${text(one, 'url')} ${type} ${length === null ? null : Number(length)}`
}
