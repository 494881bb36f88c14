import { parseHTML } from 'linkedom'

/** As much of the DOM as is used here; the compiler knows no browser. */
export type DomElement = {
  readonly localName: string
  readonly textContent: string | null
  readonly innerHTML: string
  getAttribute(name: string): string | null
  querySelectorAll(selector: string): Iterable<DomElement>
  remove(): void
}
export type Dom = {
  readonly baseURI: string
  readonly documentElement: DomElement | null
  querySelector(selector: string): DomElement | null
  querySelectorAll(selector: string): Iterable<DomElement>
}

/** What is read of a page; the longest articles have a tenth of it. Characters. */
const MAX_LENGTH = 3_000_000

/**
 * Elements open at once. Real pages stay below 60; readability's time grows with the square of
 * the depth, and 1,000 nested `<div>` (11 KB) cost it seconds.
 */
const MAX_DEPTH = 100

/** Elements without an end tag, or whose end tag may be left out: they do not count as nesting. */
const UNCOUNTED =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|tr|td|th|thead|tbody|tfoot|option|optgroup|colgroup|rt|rp)$/i

/** What they hold is not markup, whatever it looks like. */
const RAW = /^(?:script|style|textarea|title)$/i

const TAG = /<!--|<(\/?)([a-z][a-z\d-]{0,40})(?:\s[^<>]{0,20000})?\/?>/gi

/** A parsed page whose relative references resolve against `url`. */
export function parsePage(html: string, url: string | null): Dom {
  const { document } = parseHTML(withRoot(flatten(html.slice(0, MAX_LENGTH))))
  // linkedom leaves it `null`, and readability then leaves every link relative.
  Object.defineProperty(document, 'documentURI', { value: url ?? 'about:blank' })
  Object.defineProperty(document, 'baseURI', { value: baseOf(document, url) })
  return document
}

function withRoot(html: string): string {
  return /<html[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`
}

function baseOf(document: Dom, url: string | null): string {
  const declared = document.querySelector('base[href]')?.getAttribute('href') ?? ''
  return URL.parse(declared, url ?? undefined)?.href ?? url ?? 'about:blank'
}

/** Drops the tags, not the text, of what is nested too deep: before a parser sees any of it. */
function flatten(html: string): string {
  const kept: string[] = []
  let depth = 0
  let dropped = 0
  let from = 0
  TAG.lastIndex = 0
  for (let tag = TAG.exec(html); tag !== null; tag = TAG.exec(html)) {
    const [whole, slash, name] = tag
    if (name === undefined || (slash === '' && RAW.test(name))) {
      TAG.lastIndex = endOfRaw(html, TAG.lastIndex, name)
    } else if (!UNCOUNTED.test(name) && !RAW.test(name)) {
      if (slash === '' ? depth < MAX_DEPTH : dropped === 0) {
        depth = Math.max(0, depth + (slash === '' ? 1 : -1))
      } else {
        dropped += slash === '' ? 1 : -1
        kept.push(html.slice(from, tag.index), ' ')
        from = tag.index + whole.length
      }
    }
  }
  return kept.join('') + html.slice(from)
}

/** Where a comment, a script or the like ends; the document's end where it never does. */
function endOfRaw(html: string, at: number, name: string | undefined): number {
  const end = name === undefined ? /-->/g : new RegExp(`</${name}`, 'gi')
  end.lastIndex = at
  return end.test(html) ? end.lastIndex : html.length
}
