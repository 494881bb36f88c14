import { DoseError } from '../errors.ts'
import { readAtom } from './feed-atom.ts'
import { MAX_ITEMS } from './feed-fields.ts'
import { readJsonFeed } from './feed-json.ts'
import type { Feed } from './feed-model.ts'
import { readRss } from './feed-rss.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** How far down a feed may stand inside another document, in elements. */
const ROOT_DEPTH = 4

/** An XML document whose root is looked for within this many characters. */
const SNIFFED = 2_000

const TOO_MANY = `no more than ${MAX_ITEMS} items are read of one feed`

/** Whether a text looks like a feed, judged by its beginning. */
export function looksLikeFeed(text: string): boolean {
  const head = text.slice(0, SNIFFED).trimStart()
  if (head.startsWith('{')) return true
  const first = /<(?![?!])(?:[\w.-]{1,40}:)?([\w.-]{1,40})/.exec(withoutComments(head))?.[1] ?? ''
  if (/^(?:rss|feed|rdf|channel)$/i.test(first)) return true
  return /<feed\s[^>]*http:\/\/www\.w3\.org\/2005\/Atom/i.test(head)
}

/**
 * Reads a feed in any format, as far as it goes; relative URLs resolve against `xml:base`, the
 * feed's own link, then `base`.
 *
 * @param name the file or URL, for messages.
 * @throws DoseError SOURCE_UNREADABLE where there is no feed.
 */
export function readFeed(text: string, base: string | null, name: string): Feed {
  if (text.trimStart().startsWith('{')) return readJsonFeed(text, base, name)
  const { root, warnings } = parseXml(text.replaceAll('\u0000', ''), base)
  const found = findRoot(root, 0)
  if (found === null) throw new DoseError('SOURCE_UNREADABLE', `${name}: no feed in it`)
  const isAtom = /^(?:\w+:)?feed$/.test(found.name)
  const feed = isAtom ? readAtom(found) : readRss(found)
  return { ...feed, warnings: feed.items.length < MAX_ITEMS ? warnings : [...warnings, TOO_MANY] }
}

/** The outermost rss, rdf, feed or bare channel element. */
function findRoot(element: XmlElement, depth: number): XmlElement | null {
  for (const child of element.children) {
    if (isFeedRoot(child)) return child
    const found = depth < ROOT_DEPTH ? findRoot(child, depth + 1) : null
    if (found !== null) return found
  }
  return null
}

function isFeedRoot({ name, children }: XmlElement): boolean {
  if (/^(?:\w+:)?(?:rss|feed)$/.test(name)) return true
  return name === 'rdf:rdf' || name === 'rdf' || (name === 'channel' && children.length > 0)
}

function withoutComments(head: string): string {
  return head.replace(/<!--[\s\S]*?(?:-->|$)/g, '')
}
