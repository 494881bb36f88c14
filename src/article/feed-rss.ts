import { parseDate } from './date.ts'
import type { Enclosure, Feed, FeedItem } from './feed.ts'
import { atomLink, personOf } from './feed-atom.ts'
import {
  childOf,
  childrenOf,
  enclosureOf,
  htmlOf,
  imagesOf,
  isPicture,
  personName,
  plainLines,
  textOf,
} from './feed-fields.ts'
import { htmlToPlain, plainLine } from './plain.ts'
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

/** RSS 0.9 to 2.0, RDF, and channels without a root; items stand inside or beside the channel. */
export function readRss(root: XmlElement): Omit<Feed, 'warnings'> {
  const channel = root.name === 'channel' ? root : (childOf(root, 'channel') ?? root)
  const link = channelLink(channel)
  const isRdf = root.name === 'rdf:rdf' || root.name === 'rdf'
  const items = [...itemsOf(channel), ...(channel === root ? [] : itemsOf(root))]
  return {
    title: plainLine(htmlOf(childOf(channel, 'title', 'atom:title', 'dc:title'))),
    link,
    author: authorOf(channel),
    language: textOf(channel, 'language', 'dc:language'),
    format: isRdf ? 'rdf' : 'rss',
    items: items.map((item) => readItem(item, link)),
  }
}

function itemsOf(parent: XmlElement): XmlElement[] {
  const lists = [parent, ...parent.children.filter((child) => child.name === 'items')]
  return lists.flatMap((list) => list.children.filter((child) => child.name === 'item'))
}

function channelLink(channel: XmlElement): string | null {
  return (
    resolveUrl(textOf(channel, 'link'), channel.base) ??
    atomLink(channel, 'alternate') ??
    resolveUrl(childOf(channel, 'link')?.attributes.get('href'), channel.base)
  )
}

function readItem(item: XmlElement, feedLink: string | null): FeedItem {
  const base = item.base ?? feedLink
  const guid = textOf(item, 'guid', 'atom:id', 'dc:identifier')
  const url = itemLink(item, base, guid)
  const html = BODIES.map((name) => htmlOf(childOf(item, name))).find((body) => body !== null)
  const summary = htmlOf(childOf(item, ...SUMMARIES))
  const body = html ?? summary
  const source = childOf(item, 'source')
  return {
    id: guid ?? url,
    url,
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
    ),
    html: body,
    text: body === null ? null : htmlToPlain(body),
    summary: summary === null ? null : htmlToPlain(summary),
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
  return (
    resolveUrl(textOf(item, 'link'), childOf(item, 'link')?.base ?? base) ??
    atomLink(item, 'alternate') ??
    resolveUrl(childOf(item, 'link')?.attributes.get('href'), base) ??
    (isPermanent ? resolveUrl(guid) : null) ??
    resolveUrl(item.attributes.get('rdf:about'), base)
  )
}

function authorOf(element: XmlElement): string | null {
  const atomAuthor = childOf(element, 'atom:author')
  const names = plainLines(childrenOf(element, 'dc:creator').map((creator) => creator.text))
  const author = childOf(element, 'author')
  return (
    personName(author && (textOf(author, 'name') ?? author.text)) ??
    (names.length > 0 ? names.join(', ') : null) ??
    (atomAuthor && personOf(atomAuthor)) ??
    personName(textOf(element, 'dc:author', 'itunes:author', 'managingeditor', 'webmaster'))
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
  const own = childrenOf(item, 'category', 'dc:subject', 'atom:category')
  const keywords = textOf(item, 'itunes:keywords', 'media:keywords')?.split(',') ?? []
  return plainLines([
    ...own.map((category) => category.text.trim() || category.attributes.get('term')),
    ...(own.length > 0 ? [] : keywords),
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
