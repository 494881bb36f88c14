import { decodeEntities } from './entities.ts'
import { resolveUrl } from './url.ts'
import { declare, knownName, type Scope } from './xml-names.ts'

/** An element as read; names are lower case, prefixed as in xml-names.ts (`dc:date`, `title`). */
export type XmlElement = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  /** The element's own text, entities decoded once, without that of its children. */
  text: string
  /** All between its tags, as delivered. */
  markup: string
  /** What relative references in it resolve against (XML Base). */
  readonly base: string | null
  /** `base` comes from an `xml:base`, here or further out. */
  readonly hasOwnBase: boolean
}

type XmlDocument = { readonly root: XmlElement; readonly warnings: readonly string[] }

/** Elements open at once; those nested deeper hang beside each other. */
const MAX_DEPTH = 128

/** A tag longer than this (characters) has lost a quote; it then ends at its first `>`. */
const LONGEST_TAG = 50_000

/** White space (characters) looked through between `=` and a value. */
const MAX_SPACES = 20

type Open = { readonly element: XmlElement; readonly scope: Scope; readonly from: number }

const ATTRIBUTE = /([^\s=<>"'/]{1,100})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g

/**
 * Reads XML the way feeds need it: as far as it goes. Unclosed and wrongly closed elements,
 * undeclared prefixes and entities, bare `&` and a cut-off end cost a warning, not the document.
 * No entity is ever expanded, no external thing fetched. Time grows with the length only.
 */
export function parseXml(source: string, base: string | null): XmlDocument {
  return new Reader(source, base).read()
}

class Reader {
  readonly #source: string
  readonly #stack: Open[]
  readonly #warnings = new Set<string>()
  #quotesAreSound = true
  /** Where each mark was last found, `Infinity` where there is no more: no part is searched twice for one. */
  readonly #found = new Map<string, number>()

  constructor(source: string, base: string | null) {
    this.#source = source
    const root = {
      name: '',
      attributes: new Map(),
      children: [],
      text: '',
      markup: '',
      base,
      hasOwnBase: false,
    }
    this.#stack = [{ element: root, scope: new Map(), from: 0 }]
  }

  read(): XmlDocument {
    const source = this.#source
    let at = 0
    while (at < source.length) {
      const next = source.indexOf('<', at)
      this.#addText(decodeEntities(source.slice(at, next < 0 ? source.length : next)))
      if (next < 0) break
      at = this.#readMarkup(next)
    }
    const isCut = this.#stack.length > 1
    if (isCut) this.#warnings.add('the document ends before its last element does')
    while (this.#stack.length > 1) this.#close(source.length)
    return { root: this.#top().element, warnings: [...this.#warnings] }
  }

  #top(): Open {
    return this.#stack[this.#stack.length - 1] as Open
  }

  #addText(text: string): void {
    if (text !== '') this.#top().element.text += text
  }

  /** Reads what begins with the `<` at `at`; returns where to go on. */
  #readMarkup(at: number): number {
    const source = this.#source
    if (source.startsWith('<![CDATA[', at)) return this.#readCdata(at)
    if (source.startsWith('<!--', at)) return this.#skipComment(at)
    if (source.startsWith('<?', at)) return this.#skipInstruction(at)
    if (source.startsWith('<!', at)) return this.#skipDoctype(at)
    const second = source.charCodeAt(at + 1)
    const isClosing = second === 0x2f
    if (!isClosing && !isNameStart(second)) {
      this.#addText('<')
      return at + 1
    }
    const end = this.#tagEnd(at)
    if (isClosing) this.#readClosing(source.slice(at + 2, end), at)
    else this.#readOpening(source.slice(at + 1, end), end + 1)
    return end + 1
  }

  #readCdata(at: number): number {
    const end = this.#source.indexOf(']]>', at)
    this.#addText(this.#source.slice(at + '<![CDATA['.length, end < 0 ? undefined : end))
    return end < 0 ? this.#source.length : end + 3
  }

  #skipComment(at: number): number {
    const end = this.#find('-->', at + 4)
    return end < 0 ? at + 4 : end + 3
  }

  /** The next `mark`, or -1. Each mark is looked for from further and further on. */
  #find(mark: string, from: number): number {
    let at = this.#found.get(mark) ?? -1
    if (at < from) {
      const next = this.#source.indexOf(mark, from)
      at = next < 0 ? Infinity : next
      this.#found.set(mark, at)
    }
    return at === Infinity ? -1 : at
  }

  #skipInstruction(at: number): number {
    const end = this.#find('?>', at)
    if (end >= 0 && end - at < LONGEST_TAG) return end + 2
    const tag = this.#source.indexOf('>', at)
    return tag < 0 ? this.#source.length : tag + 1
  }

  /** An internal subset may hold entities; they are not read, so a bomb of them does nothing. */
  #skipDoctype(at: number): number {
    const end = this.#source.indexOf('>', at)
    const subset = this.#source.slice(at, end < 0 ? at : end).indexOf('[')
    if (subset < 0) return end < 0 ? this.#source.length : end + 1
    const close = this.#find(']', at + subset)
    const after = close < 0 ? -1 : this.#find('>', close)
    return after < 0 ? end + 1 : after + 1
  }

  /** The `>` of the tag at `at`, skipping those in quoted values. */
  #tagEnd(at: number): number {
    const source = this.#source
    const first = source.indexOf('>', at)
    if (first < 0) return source.length
    if (!this.#quotesAreSound) return first
    const limit = Math.min(source.length, at + LONGEST_TAG)
    let quote = 0
    for (let i = at; i < limit; i++) {
      const code = source.charCodeAt(i)
      if (quote !== 0) quote = code === quote ? 0 : quote
      else if (code === 0x3e) return i
      // A quote opens a value only right behind its `=`: `<a title=it's>` has none.
      else if ((code === 0x22 || code === 0x27) && this.#followsEquals(i)) quote = code
    }
    this.#quotesAreSound = false
    this.#warnings.add('a quoted value is never closed')
    return first
  }

  #followsEquals(at: number): boolean {
    let i = at - 1
    while (i > at - MAX_SPACES && this.#source.charCodeAt(i) <= 0x20) i--
    return this.#source.charCodeAt(i) === 0x3d
  }

  #readOpening(tag: string, from: number): void {
    const isEmpty = tag.endsWith('/')
    const attributes = readAttributes(tag)
    const parent = this.#top()
    const scope = declare(parent.scope, attributes)
    const base = attributes.get('xml:base')
    const element: XmlElement = {
      name: knownName(/^[^\s/]+/.exec(tag)?.[0] ?? '', scope),
      attributes,
      children: [],
      text: '',
      markup: '',
      base: base === undefined ? parent.element.base : resolveUrl(base, parent.element.base),
      hasOwnBase: base !== undefined || parent.element.hasOwnBase,
    }
    parent.element.children.push(element)
    if (isEmpty) return
    if (this.#stack.length >= MAX_DEPTH) this.#warnings.add('nested too deep')
    else this.#stack.push({ element, scope, from })
  }

  #readClosing(tag: string, at: number): void {
    const raw = tag.trim()
    const opened = this.#stack.findLastIndex(
      (open, i) => i > 0 && open.element.name === knownName(raw, open.scope),
    )
    if (opened < 0) {
      this.#warnings.add(`</${raw.slice(0, 40)}> closes nothing`)
      return
    }
    if (opened < this.#stack.length - 1) this.#warnings.add('elements overlap or stay open')
    while (this.#stack.length > opened) this.#close(at)
  }

  #close(at: number): void {
    const open = this.#stack.pop()
    if (open) open.element.markup = this.#source.slice(open.from, at)
  }
}

function isNameStart(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code > 0xbf
  )
}

function readAttributes(tag: string): Map<string, string> {
  const attributes = new Map<string, string>()
  if (!tag.includes('=')) return attributes
  for (const [, name = '', double, single, bare] of tag.matchAll(ATTRIBUTE)) {
    attributes.set(name.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ''))
  }
  return attributes
}
