import { parseDate } from './date.ts'
import { atomLink, personOf } from './feed-atom.ts'
import {
  bodiesOf,
  childOf,
  childrenOf,
  enclosureOf,
  htmlOf,
  imagesOf,
  isPicture,
  itemsBelow,
  MAX_ITEMS,
  originalUrlOf,
  personName,
  plainLines,
  textOf,
} from './feed-fields.ts'
import { hintsOf } from './feed-hints.ts'
import type { Enclosure, Feed, FeedItem } from './feed-model.ts'
import { plainLine } from './plain.ts'
import { resolveUrl } from './url.ts'
import type { XmlElement } from './xml.ts'

/** Bodies by how full they are; the first one present is the item's. */
const BODIES = ['content:encoded', 'atom:content', 'xhtml:body', 'description', 'content']
const SUMMARIES = [
  'description',
  'atom:summary',
  'dc:description',
  'itunes:summary',
  'itunes:subtitle',
]

const DESCRIPTIONS = ['description', 'atom:subtitle', 'dc:description', 'itunes:summary']

/** RSS 0.9 to 2.0, RDF, and channels without a root; items stand inside or beside the channel. */
export function readRss(root: XmlElement): Omit<Feed, 'warnings'> {
  const channel = root.name === 'channel' ? root : (childOf(root, 'channel') ?? root)
  const link = linkOf(channel, channel.base) ?? atomLink(channel, 'alternate')
  const isRdf = root.name === 'rdf:rdf' || root.name === 'rdf'
  return {
    id: textOf(channel, 'atom:id'),
    title: plainLine(htmlOf(childOf(channel, 'title', 'atom:title', 'dc:title'))),
    link,
    description: plainLine(htmlOf(childOf(channel, ...DESCRIPTIONS))),
    author: authorOf(channel),
    publishedAt: dateOf(channel, 'pubdate', 'atom:published', 'dc:date', 'dcterms:issued'),
    updatedAt: dateOf(channel, 'lastbuilddate', 'atom:updated', 'dcterms:modified', 'dc:date'),
    categories: categoriesOf(channel),
    language: textOf(channel, 'language', 'dc:language'),
    format: isRdf ? 'rdf' : 'rss',
    ...hintsOf(channel),
    items: itemsBelow(root, ['item'])
      .slice(0, MAX_ITEMS)
      .map((item) => readItem(item, link)),
  }
}

function readItem(item: XmlElement, feedLink: string | null): FeedItem {
  const base = item.base ?? feedLink
  const guid = htmlOf(childOf(item, 'guid')) ?? textOf(item, 'atom:id')
  const originalUrl = originalUrlOf(item)
  const url = itemLink(item, base, guid) ?? originalUrl
  const html = BODIES.map((name) => htmlOf(childOf(item, name))).find((body) => body !== null)
  const summary = htmlOf(childOf(item, ...SUMMARIES))
  const body = html ?? summary
  const source = childOf(item, 'source')
  return {
    id: guid ?? url,
    url,
    originalUrl,
    title: plainLine(htmlOf(childOf(item, 'title', 'atom:title', 'dc:title', 'media:title'))),
    author: authorOf(item),
    publishedAt: dateOf(
      item,
      'pubdate',
      'atom:published',
      'dc:date',
      'dcterms:issued',
      'dcterms:created',
      'published',
      'date',
      'atom:issued',
    ),
    updatedAt: dateOf(
      item,
      'atom:updated',
      'dcterms:modified',
      'updated',
      'lastbuilddate',
      'atom:modified',
      'dc:date',
    ),
    ...bodiesOf(body, summary),
    categories: categoriesOf(item),
    images: imagesOf(item),
    enclosures: enclosuresOf(item),
    source: source && {
      title: plainLine(source.text),
      url: resolveUrl(source.attributes.get('url'), base),
    },
    language: textOf(item, 'dc:language', 'language'),
  }
}

/** The link, or a GUID that is one (RSS 2.0: `isPermaLink` is true where not said). */
function itemLink(item: XmlElement, base: string | null, guid: string | null): string | null {
  const isPermanent =
    childOf(item, 'guid')?.attributes.get('ispermalink')?.toLowerCase() !== 'false'
  const link = linkOf(item, base) ?? atomLink(item, 'alternate')
  return link ?? (isPermanent ? resolveUrl(guid) : null)
}

/** Of several links the last one counts, as gofeed has it. */
function linkOf(element: XmlElement, base: string | null): string | null {
  const links = childrenOf(element, 'link').map(({ text, attributes, base: own }) =>
    resolveUrl(text.trim() || attributes.get('href'), own ?? base),
  )
  return links.findLast((link) => link !== null) ?? null
}

function authorOf(element: XmlElement): string | null {
  const atomAuthor = childOf(element, 'atom:author')
  const names = plainLines(childrenOf(element, 'dc:creator').map(htmlOf))
  const author = childOf(element, 'author')
  return (
    personName(author && (textOf(author, 'name') ?? htmlOf(author))) ??
    (names.length > 0 ? names.join(', ') : null) ??
    (atomAuthor && personOf(atomAuthor)) ??
    personName(
      htmlOf(childOf(element, 'dc:author', 'itunes:author', 'managingeditor', 'webmaster')),
    )
  )
}

function dateOf(item: XmlElement, ...names: string[]): string | null {
  for (const name of names) {
    const date = parseDate(textOf(item, name))
    if (date !== null) return date
  }
  return null
}

function categoriesOf(item: XmlElement): string[] {
  const namesOf = (name: string) =>
    childrenOf(item, name).map((one) => htmlOf(one) ?? one.attributes.get('term'))
  const keywords = textOf(item, 'itunes:keywords', 'media:keywords')?.split(',') ?? []
  return plainLines([
    ...namesOf('category'),
    ...keywords,
    ...appleCategories(item),
    ...namesOf('dc:subject'),
    ...namesOf('atom:category'),
  ])
}

function enclosuresOf(item: XmlElement): Enclosure[] {
  const groups = [item, ...childrenOf(item, 'media:group')]
  const found = [
    ...childrenOf(item, 'enclosure').flatMap((element) => enclosureOf(element, 'length')),
    ...groups.flatMap((group) =>
      childrenOf(group, 'media:content')
        .filter((content) => !isPicture(content))
        .flatMap((element) => enclosureOf(element, 'filesize')),
    ),
  ]
  return found.filter((one, i) => found.findIndex((other) => other.url === one.url) === i)
}

/** `itunes:category` names a category in an attribute, its parts in elements inside it. */
function appleCategories(element: XmlElement): (string | undefined)[] {
  const own = childrenOf(element, 'itunes:category')
  const all = own.flatMap((one) => [one, ...childrenOf(one, 'itunes:category')])
  return all.map(({ attributes }) => attributes.get('text'))
}
