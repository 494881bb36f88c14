import { compile } from 'html-to-text'
import { limitNesting } from './nesting.ts'

/** Nested deeper than this is not read: no page needs it, and each level costs stack. */
const MAX_DEPTH = 150

/** Characters of markup read of one fragment; the longest articles have a tenth of it. */
const MAX_LENGTH = 4_000_000

/** Below this (characters) a fragment is not looked at before it is parsed. */
const SHORT = 50_000

const BLOCKS = [
  ...['address', 'article', 'aside', 'blockquote', 'body', 'caption', 'center', 'dd', 'details'],
  ...['div', 'dl', 'dt', 'fieldset', 'figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3'],
  ...['h4', 'h5', 'h6', 'header', 'hr', 'legend', 'li', 'main', 'nav', 'ol', 'p', 'pre'],
  ...['section', 'summary', 'table', 'tr', 'ul'],
]

/** What these hold is not for reading, or not in words. */
const SKIPPED = [
  ...['script', 'style', 'iframe', 'noscript', 'template', 'head', 'svg', 'math', 'object'],
  ...['embed', 'video', 'audio', 'canvas', 'button', 'select', 'textarea', 'input', 'img'],
]

const INLINE = [
  ...['a', 'abbr', 'b', 'bdi', 'bdo', 'big', 'cite', 'code', 'del', 'dfn', 'em', 'font', 'i'],
  ...['ins', 'kbd', 'mark', 'q', 's', 'samp', 'small', 'span', 'strike', 'strong', 'sub', 'sup'],
  ...['time', 'tt', 'u', 'var', 'wbr', 'br', 'th', 'td'],
]

const toText = compile({
  wordwrap: false,
  limits: { maxDepth: MAX_DEPTH, maxInputLength: MAX_LENGTH, ellipsis: '' },
  formatters: {
    cell: (element, walk, builder) => {
      walk(element.children, builder)
      builder.addInline(' ')
    },
  },
  selectors: [
    { selector: '*', format: 'inline' },
    ...BLOCKS.map((selector) => ({
      selector,
      format: 'block',
      options: { leadingLineBreaks: 2, trailingLineBreaks: 2 },
    })),
    ...SKIPPED.map((selector) => ({ selector, format: 'skip' })),
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    { selector: 'br', format: 'lineBreak' },
    { selector: 'a', format: 'inline' },
  ],
})

/** `<` that begins no element we know: `a < b`, `<3`, `List<String>`. */
const LONE_LESS_THAN = new RegExp(
  `<(?!/?(?:${[...BLOCKS, ...SKIPPED, ...INLINE, 'html', 'meta', 'link', 'picture', 'source'].join('|')})(?=[\\s/>])|!--|!\\[CDATA\\[|!doctype)`,
  'gi',
)

/** Soft hyphens, zero-width characters, marks of text direction, controls: seen by nobody. */
const INVISIBLE =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

/**
 * A fragment of HTML as plain paragraphs, joined by one blank line, no line break inside one.
 * Entities are decoded once; nothing of scripts, styles, frames or images remains.
 */
export function htmlToPlain(html: string): string {
  const isMarkup = /<[a-z/!]/i.test(html)
  if (isMarkup) return textToPlain(toText(withinLimits(html)))
  return textToPlain(html).split('\n\n').map(decodeLine).join('\n\n')
}

/** A title or name, whether delivered as HTML or as text: one line, entities decoded once. */
export function plainLine(value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null
  return tidyLine(markupToPlain(value)) || null
}

/** Text that may hold HTML: only elements we know are markup, any other `<` is itself. */
export function markupToPlain(text: string): string {
  return htmlToPlain(text.replace(LONE_LESS_THAN, '&lt;'))
}

/** One line: white space single, invisible characters gone. */
export function tidyLine(text: string): string {
  return text.replace(INVISIBLE, '').replace(/\s+/g, ' ').trim()
}

/** A short fragment cannot be deep enough to cost time. */
function withinLimits(html: string): string {
  return html.length < SHORT ? html : limitNesting(html.slice(0, MAX_LENGTH))
}

function decodeLine(line: string): string {
  return line.includes('&') ? tidyLine(toText(line.replaceAll('<', '&lt;'))) : line
}

/** Text whose blank lines part paragraphs; inside one, all white space becomes single spaces. */
export function textToPlain(text: string): string {
  const paragraphs = text.split(/\n[^\S\n]*\n\s*/).map(tidyLine)
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
}
