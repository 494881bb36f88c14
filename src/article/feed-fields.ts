import type { Image } from '../model.ts'
import { decodeEntities } from './entities.ts'
import type { Enclosure } from './feed-model.ts'
import { htmlToPlain, plainLine } from './plain.ts'
import { resolveUrl } from './url.ts'
import type { XmlElement } from './xml.ts'

/** Entries of one kind read of one item; more is a mistake or an attack. */
const MAX_ENTRIES = 100

const LINK_ATTRIBUTE = /(\s(?:href|src|cite|poster)\s{0,9}=\s{0,9})(["'])([^"'<>]{1,4000})\2/gi

/** Children by any of these names, in document order. */
export function childrenOf(element: XmlElement, ...names: string[]): XmlElement[] {
  return element.children.filter((child) => names.includes(child.name)).slice(0, MAX_ENTRIES)
}

/** How far below their parent items are looked for: an element left open swallows what follows. */
const ITEM_DEPTH = 6

/** Items read of one feed; archives of decades have fewer. The rest is named in a warning. */
export const MAX_ITEMS = 20_000

/** Items wherever they stand below an element, outermost only, in document order. */
export function itemsBelow(parent: XmlElement, names: readonly string[], depth = 0): XmlElement[] {
  return parent.children.flatMap((child) => {
    if (names.includes(child.name)) return [child]
    return depth < ITEM_DEPTH ? itemsBelow(child, names, depth + 1) : []
  })
}

/** The first child with something in it, names tried in order. */
export function childOf(element: XmlElement, ...names: string[]): XmlElement | null {
  for (const name of names) {
    const found = element.children.find((child) => child.name === name && hasContent(child))
    if (found) return found
  }
  return null
}

function hasContent({ text, children, attributes }: XmlElement): boolean {
  return children.length > 0 || attributes.size > 0 || text.trim() !== ''
}

/** The text of the first such child that has any. */
export function textOf(element: XmlElement, ...names: string[]): string | null {
  for (const name of names) {
    for (const child of element.children) {
      const text = child.name === name ? child.text.trim() : ''
      if (text !== '') return text
    }
  }
  return null
}

/** A child's content as HTML: elements inside it are markup that nobody escaped. */
export function htmlOf(child: XmlElement | null): string | null {
  if (child === null) return null
  const html = child.children.length > 0 ? unwrap(child) : child.text.trim()
  if (html === '') return null
  return child.hasOwnBase ? resolveLinks(html, child.base) : html
}

/** The `div` that XHTML content must stand in is not part of it (RFC 4287 §3.1.1.3). */
function unwrap({ children, markup, text }: XmlElement): string {
  const [only] = children
  const isWrapped = children.length === 1 && only?.name === 'xhtml:div' && text.trim() === ''
  const inner = isWrapped ? only.markup : markup
  return inner.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1').trim()
}

/** Only `xml:base` speaks of links inside content; without it HTML stays as delivered. */
function resolveLinks(html: string, base: string | null): string {
  return html.replace(LINK_ATTRIBUTE, (whole, head: string, quote: string, reference: string) => {
    const url = resolveUrl(decodeEntities(reference), base)
    return url === null ? whole : head + quote + url.replaceAll('&', '&amp;') + quote
  })
}

/** A body and its short form, plain; often they are the same, and plain text costs most of a feed. */
export function bodiesOf(body: string | null, short: string | null) {
  const text = body === null ? null : htmlToPlain(body)
  const summary = short === body ? text : short === null ? null : htmlToPlain(short)
  return { html: body, text, summary }
}

/** Distinct plain lines, in order. */
export function plainLines(values: readonly (string | null | undefined)[]): string[] {
  return [...new Set(values.flatMap((value) => plainLine(value) ?? []))]
}

/** `mail@a.example (Name)`, `Name <mail@a.example>`, `Name`: the name, or what stands for it. */
export function personName(value: string | null): string | null {
  const line = plainLine(value?.replace(/<([^<>\s]+@[^<>\s]+)>/, '($1)'))
  if (line === null) return null
  const parts = line.split(/[()]/).map((part) => part.replace(/^mailto:/i, '').trim())
  const name = parts.filter((part) => part !== '' && !/^\S+@\S+$/.test(part)).join(' ')
  return name || parts.find((part) => part !== '') || null
}

/** Where feed services put the link they replaced by their own. */
export function originalUrlOf(item: XmlElement): string | null {
  return resolveUrl(textOf(item, 'feedburner:origlink', 'pheedo:origlink'), item.base)
}

/** A count as feeds write it; `null` for none. */
export function toCount(value: string | undefined): number | null {
  return value !== undefined && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : null
}

/** `enclosure` of RSS, and media:content that is no picture. */
export function enclosureOf(element: XmlElement, lengthName: string): Enclosure[] {
  const { attributes, base } = element
  const url = resolveUrl(attributes.get('url') ?? attributes.get('href'), base)
  if (url === null) return []
  const type = attributes.get('type')?.trim() || null
  return [{ url, type, length: toCount(attributes.get(lengthName)) }]
}

/** Pictures of an item: media:content, media:thumbnail, itunes:image, picture enclosures. */
export function imagesOf(item: XmlElement): Image[] {
  const groups = [item, ...childrenOf(item, 'media:group')]
  const found = groups.flatMap((group) => [
    ...childrenOf(group, 'media:content').filter(isPicture),
    ...childrenOf(group, 'media:thumbnail', 'itunes:image', 'image'),
    ...childrenOf(group, 'media:content').flatMap((c) => childrenOf(c, 'media:thumbnail')),
    ...childrenOf(group, 'enclosure').filter((e) => e.attributes.get('type')?.startsWith('image/')),
  ])
  const images = found.flatMap(toImage)
  return images.filter((image, i) => images.findIndex((other) => other.url === image.url) === i)
}

export function isPicture({ attributes }: XmlElement): boolean {
  const medium = attributes.get('medium') ?? ''
  const type = attributes.get('type') ?? ''
  if (medium !== '' || type !== '') return medium === 'image' || type.startsWith('image/')
  return /\.(?:jpe?g|png|gif|webp|avif)(?:[?#]|$)/i.test(attributes.get('url') ?? '')
}

function toImage(element: XmlElement): Image[] {
  const { attributes, base } = element
  const reference = attributes.get('url') ?? attributes.get('href') ?? textOf(element, 'url')
  const url = resolveUrl(reference ?? element.text, base)
  if (url === null) return []
  const width = toCount(attributes.get('width'))
  const height = toCount(attributes.get('height'))
  return [{ url, width, height, title: plainLine(textOf(element, 'media:title')) }]
}
