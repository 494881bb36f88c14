import { parseHTML } from 'linkedom'
import { limitNesting } from './nesting.ts'

/** As much of the DOM as is used here; the compiler knows no browser. */
export type DomElement = {
  readonly localName: string
  readonly textContent: string | null
  readonly innerHTML: string
  readonly childElementCount: number
  readonly parentElement: DomElement | null
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

/** A parsed page whose relative references resolve against `url`. */
export function parsePage(html: string, url: string | null): Dom {
  const { document } = parseHTML(withRoot(limitNesting(html.slice(0, MAX_LENGTH))))
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
