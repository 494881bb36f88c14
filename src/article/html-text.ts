import { decodeHTML } from 'entities/decode'

/** Elements that begin and end a paragraph. */
export const BLOCKS = [
  ...['address', 'article', 'aside', 'blockquote', 'body', 'caption', 'center', 'dd', 'details'],
  ...['div', 'dl', 'dt', 'fieldset', 'figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3'],
  ...['h4', 'h5', 'h6', 'header', 'hr', 'legend', 'li', 'main', 'nav', 'ol', 'p', 'pre'],
  ...['section', 'summary', 'table', 'tr', 'ul'],
]

/** What these hold is not for reading, or not in words. */
export const SKIPPED = [
  ...['script', 'style', 'iframe', 'noscript', 'template', 'head', 'svg', 'math', 'object'],
  ...['embed', 'video', 'audio', 'canvas', 'button', 'select', 'textarea', 'input', 'img'],
]

const BLOCK: ReadonlySet<string> = new Set(BLOCKS)
const SKIP: ReadonlySet<string> = new Set(SKIPPED)

/** Without an end tag (HTML §13.1.2), so nothing is inside them. */
const VOID: ReadonlySet<string> = new Set(['embed', 'input', 'img', 'hr', 'br'])

/** What they hold is no markup, whatever it looks like (HTML §13.1.2). */
const RAW: ReadonlyMap<string, RegExp> = new Map(
  ['script', 'style', 'textarea', 'iframe'].map((name) => [name, new RegExp(`</${name}`, 'gi')]),
)

/** White space (characters) looked through between `=` and a value. */
const MAX_SPACES = 20

const NAME = /[a-z][a-z\d:-]{0,40}/iy
const BLANK = /^\s*$/

/**
 * The paragraphs of a fragment of HTML, in order, entities decoded once, white space as it stands.
 * One pass over the tags, no tree: the time grows with the length only, however deep it is nested.
 * An end tag that closes something outside a skipped element ends the skipping, as in a browser.
 */
export function paragraphsOf(html: string): string[] {
  return new Reader(html).read()
}

class Reader {
  readonly #html: string
  #paragraphs: string[] = []
  #line = ''
  #isBroken = false
  /** Elements open outside and inside of what is being skipped, counted by name. */
  readonly #outside = new Map<string, number>()
  readonly #inside = new Map<string, number>()
  #skipping: string | null = null
  #quotesAreSound = true

  constructor(html: string) {
    this.#html = html
  }

  read(): string[] {
    const html = this.#html
    let at = 0
    while (at < html.length) {
      const next = html.indexOf('<', at)
      this.#addText(html.slice(at, next < 0 ? html.length : next))
      if (next < 0) break
      at = this.#readMarkup(next)
    }
    this.#endParagraph()
    return this.#paragraphs
  }

  #addText(text: string): void {
    if (this.#skipping !== null || text === '') return
    this.#line += text.includes('&') ? decodeHTML(text) : text
    if (this.#isBroken && !BLANK.test(text)) this.#isBroken = false
  }

  #endParagraph(): void {
    if (this.#line !== '') this.#paragraphs.push(this.#line)
    this.#line = ''
    this.#isBroken = false
  }

  /** Reads what begins with the `<` at `at`; returns where to go on. */
  #readMarkup(at: number): number {
    const html = this.#html
    if (html.startsWith('<!--', at)) return this.#after('-->', at + 2)
    if (html.startsWith('<![CDATA[', at)) return this.#after(']]>', at)
    const second = html.charCodeAt(at + 1)
    if (second === 0x21 || second === 0x3f) return this.#after('>', at)
    const isEnd = second === 0x2f
    NAME.lastIndex = isEnd ? at + 2 : at + 1
    const name = NAME.exec(html)?.[0].toLowerCase()
    if (name === undefined) {
      if (isEnd) return this.#after('>', at)
      this.#addText('<')
      return at + 1
    }
    const end = this.#tagEnd(NAME.lastIndex)
    if (end < 0) return html.length
    if (isEnd) this.#close(name)
    else if (html.charCodeAt(end - 1) === 0x2f) this.#openEmpty(name)
    else return this.#open(name, end + 1)
    return end + 1
  }

  #after(mark: string, at: number): number {
    const end = this.#html.indexOf(mark, at)
    return end < 0 ? this.#html.length : end + mark.length
  }

  /** The `>` of a tag, skipping those in quoted values; behind a quote never closed, the first. */
  #tagEnd(from: number): number {
    const html = this.#html
    const first = html.indexOf('>', from)
    if (first < 0 || !this.#quotesAreSound) return first
    let quote = 0
    for (let i = from; i < html.length; i++) {
      const code = html.charCodeAt(i)
      if (quote !== 0) quote = code === quote ? 0 : quote
      else if (code === 0x3e) return i
      else if ((code === 0x22 || code === 0x27) && followsEquals(html, i)) quote = code
    }
    this.#quotesAreSound = false
    return first
  }

  #open(name: string, after: number): number {
    if (VOID.has(name)) {
      this.#openEmpty(name)
      return after
    }
    const raw = RAW.get(name)
    if (raw !== undefined) {
      raw.lastIndex = after
      return raw.exec(this.#html)?.index ?? this.#html.length
    }
    if (this.#skipping !== null) count(this.#inside, name, 1)
    else if (SKIP.has(name)) {
      this.#skipping = name
      this.#inside.clear()
      this.#inside.set(name, 1)
    } else {
      if (name === 'body') this.#paragraphs = []
      count(this.#outside, name, 1)
      this.#mark(name)
    }
    return after
  }

  #openEmpty(name: string): void {
    if (this.#skipping !== null) return
    if (name === 'br') this.#breakLine()
    else this.#mark(name)
  }

  #close(name: string): void {
    if (this.#skipping !== null) {
      if (count(this.#inside, name, -1)) {
        if (name === this.#skipping && !this.#inside.get(name)) this.#skipping = null
        return
      }
      if (!this.#outside.get(name)) return
      this.#skipping = null
    }
    count(this.#outside, name, -1)
    if (name === 'td' || name === 'th') this.#line += ' '
    this.#mark(name)
  }

  #mark(name: string): void {
    if (BLOCK.has(name)) this.#endParagraph()
  }

  /** One line break is white space, a second one with nothing between them a paragraph's end. */
  #breakLine(): void {
    if (this.#isBroken) this.#endParagraph()
    else this.#line += ' '
    this.#isBroken = true
  }
}

function followsEquals(html: string, at: number): boolean {
  let i = at - 1
  while (i > at - MAX_SPACES && html.charCodeAt(i) <= 0x20) i--
  return html.charCodeAt(i) === 0x3d
}

/** Counts up or down, never below zero; whether it could. */
function count(open: Map<string, number>, name: string, step: 1 | -1): boolean {
  const known = open.get(name) ?? 0
  if (known + step < 0) return false
  open.set(name, known + step)
  return true
}
