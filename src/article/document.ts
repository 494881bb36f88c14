import { dropBoilerplate } from './boilerplate.ts'
import { markdownToPlain } from './markdown.ts'
import { repairMojibake } from './mojibake.ts'
import { htmlToPlain, markupToPlain, tidyLine } from './plain.ts'

/** How a body is written. */
type Markup = 'html' | 'markdown' | 'text'

/** A title and what follows it, both plain. */
type Titled = { readonly title: string | null; readonly text: string }

/** Lines this long (characters) are broken by hand; a text without longer ones is wrapped. */
const WRAP_COLUMN = 100
const LONG_LINE = 55
const WRAPPED_LINES = 3

/** A first line longer than this is a paragraph, no title. */
const LONGEST_TITLE = 300

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

/** A file without front matter: its first line or heading is its title. */
export function readPlainFile(body: string, markup: Markup): Titled {
  const [first = '', ...rest] = repairMojibake(toPlain(body, markup)).split('\n\n')
  if (first.length > LONGEST_TITLE) return { title: null, text: cleanBody(body, markup) }
  return { title: first || null, text: dropBoilerplate(rest).join('\n\n') }
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
