import { parseDate } from './date.ts'
import {
  bodiesOf,
  childOf,
  childrenOf,
  htmlOf,
  imagesOf,
  itemsBelow,
  MAX_ITEMS,
  originalUrlOf,
  personName,
  plainLines,
  textOf,
  toCount,
} from './feed-fields.ts'
import { hintsOf } from './feed-hints.ts'
import type { Enclosure, Feed, FeedItem } from './feed-model.ts'
import { plainLine } from './plain.ts'
import { resolveUrl } from './url.ts'
import type { XmlElement } from './xml.ts'

/** Feeds declare the namespace of Atom, forget it, or write it as a prefix. */
const both = (...names: string[]) => names.flatMap((name) => [`atom:${name}`, name])

/** Atom 1.0 (RFC 4287) and 0.3. */
export function readAtom(feed: XmlElement): Omit<Feed, 'warnings'> {
  return {
    id: textOf(feed, ...both('id')),
    title: plainLine(constructOf(childOf(feed, ...both('title')))),
    link: atomLink(feed, 'alternate'),
    description: plainLine(constructOf(childOf(feed, ...both('subtitle', 'tagline')))),
    author: authorsOf(feed),
    publishedAt: parseDate(textOf(feed, ...both('published', 'issued'), 'dc:date')),
    updatedAt: parseDate(textOf(feed, ...both('updated', 'modified'))),
    categories: categoriesOf(feed),
    language: feed.attributes.get('xml:lang') ?? null,
    format: 'atom',
    ...hintsOf(feed),
    items: itemsBelow(feed, both('entry')).slice(0, MAX_ITEMS).map(readEntry),
  }
}

function readEntry(entry: XmlElement): FeedItem {
  const content = childOf(entry, ...both('content'))
  const summary = childOf(entry, ...both('summary'), 'media:description')
  const grouped = childOf(entry, 'media:group')
  const short = constructOf(summary ?? (grouped && childOf(grouped, 'media:description')))
  const body = constructOf(content) ?? short
  const id = textOf(entry, ...both('id'))
  const originalUrl = originalUrlOf(entry)
  const url = atomLink(entry, 'alternate') ?? originalUrl ?? atomLink(entry, 'self')
  const source = childOf(entry, ...both('source'))
  return {
    id: id ?? url,
    url,
    originalUrl,
    title: plainLine(constructOf(childOf(entry, ...both('title'), 'dc:title', 'media:title'))),
    author: authorsOf(entry),
    publishedAt: parseDate(textOf(entry, ...both('published', 'issued', 'created'), 'dc:date')),
    updatedAt: parseDate(textOf(entry, ...both('updated', 'modified'))),
    ...bodiesOf(body, short),
    categories: categoriesOf(entry),
    images: imagesOf(entry),
    enclosures: enclosuresOf(entry),
    source: source && {
      title: plainLine(constructOf(childOf(source, ...both('title')))),
      url: atomLink(source, 'alternate'),
    },
    language: entry.attributes.get('xml:lang') ?? content?.attributes.get('xml:lang') ?? null,
  }
}

/** A link by its relation; none said means `alternate` (RFC 4287 §4.2.7.2), HTML preferred. */
export function atomLink(element: XmlElement, relation: string): string | null {
  const links = childrenOf(element, ...both('link')).filter(
    ({ attributes }) => relationOf(attributes) === relation,
  )
  const page = links.find(({ attributes }) => attributes.get('type')?.includes('html'))
  const link = page ?? links[0]
  return link ? resolveUrl(link.attributes.get('href') ?? link.text, link.base) : null
}

/** Registered relations may be written as the address of their registry's entry (RFC 4287 §4.2.7.2). */
function relationOf(attributes: ReadonlyMap<string, string>): string {
  const relation = attributes.get('rel')?.trim().toLowerCase() || 'alternate'
  return relation.replace(/^https?:\/\/www\.iana\.org\/assignments\/relation\//, '')
}

/** A person construct's name, or its address where it has no name. */
export function personOf(person: XmlElement): string | null {
  return personName(textOf(person, ...both('name', 'email')) ?? person.text)
}

function authorsOf(element: XmlElement): string | null {
  const names = childrenOf(element, ...both('author')).flatMap((person) => personOf(person) ?? [])
  const creators = childrenOf(element, 'dc:creator').map((creator) => creator.text)
  return [...new Set(names)].join(', ') || plainLines(creators).join(', ') || null
}

/** A text construct as HTML: escaped, XHTML, plain text or base64 (RFC 4287 §3.1, Atom 0.3). */
function constructOf(element: XmlElement | null): string | null {
  if (element === null) return null
  const type = element.attributes.get('type')?.toLowerCase().trim() ?? ''
  const mode = element.attributes.get('mode')?.toLowerCase() ?? ''
  if (mode === 'base64' || isBinary(type, element)) return decodeBase64(element.text)
  return type === 'html' ? (escapedInDiv(element) ?? htmlOf(element)) : htmlOf(element)
}

/** Some feeds put escaped HTML into the `div` that only XHTML stands in. */
function escapedInDiv({ children, text }: XmlElement): string | null {
  const [only] = children
  const isWrapped =
    children.length === 1 && text.trim() === '' && /(?:^|:)div$/.test(only?.name ?? '')
  return isWrapped && only?.children.length === 0 ? only.text.trim() || null : null
}

function isBinary(type: string, { children }: XmlElement): boolean {
  return children.length === 0 && /octet-stream|^(?:image|audio|video)\//.test(type)
}

function decodeBase64(text: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(text.replace(/\s+/g, '')), (char) => char.charCodeAt(0))
    return new TextDecoder().decode(bytes).trim() || null
  } catch {
    return text.trim() || null
  }
}

function categoriesOf(entry: XmlElement): string[] {
  const own = childrenOf(entry, ...both('category'), 'dc:subject')
  return plainLines(
    own.map(({ attributes, text }) => attributes.get('label') || attributes.get('term') || text),
  )
}

function enclosuresOf(entry: XmlElement): Enclosure[] {
  const links = childrenOf(entry, ...both('link'))
  return links.flatMap(({ attributes, base }) => {
    const url =
      relationOf(attributes) === 'enclosure' ? resolveUrl(attributes.get('href'), base) : null
    if (url === null) return []
    return [
      { url, type: attributes.get('type') ?? null, length: toCount(attributes.get('length')) },
    ]
  })
}
