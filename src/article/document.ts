import { dropBoilerplate } from './boilerplate.ts'
import { markdownToPlain } from './markdown.ts'
import { repairMojibake } from './mojibake.ts'
import { parsePage } from './page-dom.ts'
import { readPageMeta } from './page-meta.ts'
import { htmlToPlain, markupToPlain, tidyLine } from './plain.ts'

/** How a body is written. */
type Markup = 'html' | 'markdown' | 'text'

/** A title and what follows it, both plain. */
type Titled = { readonly title: string | null; readonly text: string }

/** Lines this long (characters) are broken by hand; a text without longer ones is wrapped. */
const WRAP_COLUMN = 100
const LONG_LINE = 55
const WRAPPED_LINES = 3

/** A first line longer than this (characters) is a paragraph, no title. */
const LONGEST_TITLE = 300

/** A title cut from a text stops at the last word within this many characters. */
const LONGEST_MADE_TITLE = 100

const SENTENCE_END = /[.!?…。！？]["'”’»)\]]*$/

/** In a page without a head, the title stands among the paragraphs. */
const TITLE_ELEMENT = /<title\b[^<>]*>[^<]*<\/title\s*>/i

/** How the name of a file tells its body is written. */
export function markupOf(name: string): Markup {
  if (/\.(?:html?|xhtml)$/i.test(name)) return 'html'
  return /\.(?:md|markdown|mdown)$/i.test(name) ? 'markdown' : 'text'
}

/** A body as clean paragraphs joined by one blank line: letters whole, boilerplate gone. */
export function cleanBody(body: string, markup: Markup): string {
  const plain = repairMojibake(toPlain(body, markup))
  return dropBoilerplate(plain.split('\n\n')).join('\n\n')
}

/**
 * A file without front matter: its first line or heading is its title, or what a page says its
 * title is. A sentence with nothing below it, or one that opens a page, is text.
 */
export function readPlainFile(body: string, markup: Markup): Titled {
  const declared = markup === 'html' ? titleOf(body) : null
  const plain = repairMojibake(
    toPlain(markup === 'html' ? body.replace(TITLE_ELEMENT, '') : body, markup),
  )
  const [first = '', ...others] = plain.split('\n\n')
  const rest = dropBoilerplate(others)
  const isText =
    first.length > LONGEST_TITLE ||
    (declared !== null && first !== declared) ||
    (SENTENCE_END.test(first) && (markup === 'html' || rest.length === 0))
  const text = (isText ? dropBoilerplate([first, ...others]) : rest).join('\n\n')
  return { title: (declared ?? (isText ? titleFrom(text) : first)) || null, text }
}

/** What a page says of itself, or its main heading. */
function titleOf(html: string): string | null {
  const { title } = readPageMeta(parsePage(html, null), null)
  return title && repairMojibake(title)
}

/** A text without a title shows its first words. */
export function titleFrom(text: string): string {
  const first = text.split('\n\n', 1)[0] ?? ''
  if (first.length <= LONGEST_MADE_TITLE) return first
  return `${first.slice(0, LONGEST_MADE_TITLE).replace(/\s+\S*$/, '')}…`
}

function toPlain(body: string, markup: Markup): string {
  if (markup === 'html') return htmlToPlain(body)
  return markup === 'markdown' ? markdownToPlain(body) : linesToPlain(body)
}

/** In plain text each line is a paragraph, unless its lines were broken to fit a width. */
function linesToPlain(body: string): string {
  const lines = body.split(/\r\n?|[\n\f\v\u2028\u2029]/).map((line) => line.trim())
  const long = lines.filter((line) => line.length >= LONG_LINE)
  const isWrapped = long.length >= WRAPPED_LINES && long.every((line) => line.length <= WRAP_COLUMN)
  const text = lines.join(isWrapped ? '\n' : '\n\n')
  const paragraphs = text.split(/\n\n+/).map((paragraph) => tidyLine(markupToPlain(paragraph)))
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
}
