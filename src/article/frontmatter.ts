import matter from 'gray-matter'
import { DoseError } from '../errors.ts'
import { parseDate } from './date.ts'
import { type FrontMatter, isFields, readFields } from './frontmatter-fields.ts'

type FrontMatterFile = { readonly data: FrontMatter; readonly body: string }

const FENCE = /^---[ \t]{0,20}([\w-]{0,20})[ \t]{0,20}\r?\n/
const CLOSING_FENCE = /\n---[ \t]*(?:\r?\n|$)/

/** Front matter longer than this (characters) is a mistake or an attack; ours has up to 50,000. */
const MAX_LENGTH = 500_000

/** `<<` copies a mapping into another each time; people use a few. */
const MAX_MERGES = 100

/** White space (characters) in a row; gray-matter looks from each for a comment behind all of it. */
const LONGEST_SPACE = 1_000
const SPACE = new RegExp(`\\s{${LONGEST_SPACE + 1}}`)

/** An unquoted date or timestamp behind a key (YAML 1.1, section 10.2.2.4). */
const BARE_DATE = /(:[ \t]+)(\d{4}-\d\d?-\d\d?(?:[Tt \t][\d:.+\-Zz \t]{0,40})?)(?=[\r\n,}\]#]|$)/g

const refuse = (language: string) => () => {
  throw new Error(`front matter in ${language} is not read`)
}

/** gray-matter runs JavaScript front matter unless told not to; only YAML is read here. */
const ENGINES = {
  javascript: refuse('JavaScript'),
  js: refuse('JavaScript'),
  coffee: refuse('CoffeeScript'),
  json: refuse('JSON'),
  toml: refuse('TOML'),
}

/** Whether a text begins with front matter: a `---` line and, later, another. */
export function hasFrontMatter(text: string): boolean {
  return FENCE.test(text) && CLOSING_FENCE.test(text)
}

/**
 * Reads front matter and hands back the body as it stands.
 *
 * @param name the file, for messages.
 * @throws DoseError FRONT_MATTER_INVALID with file and line.
 */
export function readFrontMatter(text: string, name: string): FrontMatterFile {
  const language = FENCE.exec(text)?.[1]?.toLowerCase() ?? ''
  if (!['', 'yaml', 'yml'].includes(language)) {
    throw invalid(name, 1, `front matter in ${language} is not read`)
  }
  const end = CLOSING_FENCE.exec(text)?.index ?? text.length
  const trap = findTrap(text.slice(0, end))
  if (trap !== null) throw invalid(name, 1, trap)
  try {
    // Without an options object gray-matter answers from a cache, `{}` for a text that failed.
    const { data, content } = matter(quoteNoDates(text.slice(0, end)) + text.slice(end), {
      engines: ENGINES,
      language: 'yaml',
    })
    if (isFields(data)) return { data: readFields(data), body: content }
  } catch (error) {
    throw invalid(name, lineOf(error), reasonOf(error), error)
  }
  throw invalid(name, 2, 'not a list of fields')
}

/** YAML makes 14 February 2027 of `2026-13-45`; in quotes a day that no calendar has stays a text. */
function quoteNoDates(yaml: string): string {
  return yaml.replace(BARE_DATE, (bare, colon: string, date: string) =>
    parseDate(date) === null ? `${colon}"${date.trim()}"` : bare,
  )
}

function invalid(name: string, line: number, reason: string, cause?: unknown): DoseError {
  return new DoseError('FRONT_MATTER_INVALID', `${name}:${line}: ${reason}`, { cause })
}

/** The YAML begins on the line of the opening fence, and its parser counts lines from 0. */
function lineOf(error: unknown): number {
  const mark = isFields(error) && isFields(error.mark) ? error.mark : {}
  return typeof mark.line === 'number' ? mark.line + 1 : 1
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'nested too deep'
  if (isFields(error) && typeof error.reason === 'string') return error.reason
  return error instanceof Error ? error.message : String(error)
}

/** What would cost the process its time. Nesting is no danger: the parser's stack ends first. */
function findTrap(yaml: string): string | null {
  if (yaml.length > MAX_LENGTH) return `longer than ${MAX_LENGTH} characters`
  if (SPACE.test(yaml)) return `more than ${LONGEST_SPACE} blank characters in a row`
  return (yaml.match(/<</g)?.length ?? 0) > MAX_MERGES ? 'too many merges (<<)' : null
}
