import { decodeHTML } from 'entities/decode'
import { BLOCKS, paragraphsOf, SKIPPED } from './html-text.ts'

/** Characters of markup read of one fragment; the longest articles have a tenth of it. */
const MAX_LENGTH = 4_000_000

const INLINE = [
  ...['a', 'abbr', 'b', 'bdi', 'bdo', 'big', 'cite', 'code', 'del', 'dfn', 'em', 'font', 'i'],
  ...['ins', 'kbd', 'mark', 'q', 's', 'samp', 'small', 'span', 'strike', 'strong', 'sub', 'sup'],
  ...['time', 'tt', 'u', 'var', 'wbr', 'br', 'th', 'td'],
]

/** `<` that begins no element we know: `a < b`, `<3`, `List<String>`. */
const LONE_LESS_THAN = new RegExp(
  `<(?!/?(?:${[...BLOCKS, ...SKIPPED, ...INLINE, 'html', 'meta', 'link', 'picture', 'source'].join('|')})(?=[\\s/>])|!--|!\\[CDATA\\[|!doctype)`,
  'gi',
)

/** Soft hyphens, zero-width characters, marks of text direction, controls: seen by nobody. */
const INVISIBLE =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

/** All white space but a lone space. */
const UNTIDY_SPACE = / ?[^\S ]\s*| {2,}\s*/g

const BLANK_LINE = /\n[^\S\n]*\n\s*/

/**
 * A fragment of HTML as plain paragraphs, joined by one blank line, no line break inside one.
 * Entities are decoded once; nothing of scripts, styles, frames or images remains.
 */
export function htmlToPlain(html: string): string {
  const isMarkup = /<[a-z/!]/i.test(html)
  if (isMarkup) return joinParagraphs(paragraphsOf(html.slice(0, MAX_LENGTH)))
  return joinParagraphs(html.split(BLANK_LINE).map(decodeLine))
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
  return singleSpaced(text.replace(INVISIBLE, '')).trim()
}

/** White space single. Touches only what is not: every second word otherwise costs a replacement. */
export function singleSpaced(text: string): string {
  return text.replace(UNTIDY_SPACE, ' ')
}

function decodeLine(line: string): string {
  return line.includes('&') ? decodeHTML(line) : line
}

/** Text whose blank lines part paragraphs; inside one, all white space becomes single spaces. */
export function textToPlain(text: string): string {
  return joinParagraphs(text.split(BLANK_LINE))
}

function joinParagraphs(paragraphs: readonly string[]): string {
  return paragraphs
    .map(tidyLine)
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}
