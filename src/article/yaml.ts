import { LineCounter, parseDocument } from 'yaml'

/** Front matter longer than this (characters) is a mistake or an attack. */
const MAX_LENGTH = 1_000_000

/** Levels of lists and mappings; ours have four. A parser's stack ends at some thousands. */
const MAX_DEPTH = 64

/** Uses of anchors in one document; an alias bomb needs many, people use a few. */
const MAX_ALIASES = 100

/** What a YAML text holds when every value is left a string: `89`, `false` and dates as written. */
export type Strings = string | readonly Strings[] | { readonly [key: string]: Strings }

/** A place in a text that is no YAML, with the line counted from 1. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/**
 * Reads YAML 1.2 with the failsafe schema, so that nothing depends on how a value was quoted.
 *
 * @throws YamlError with the line, counted from the text's first.
 */
export function parseYaml(text: string): Strings {
  if (text.length > MAX_LENGTH) throw new YamlError('longer than 1,000,000 characters', 1)
  const deep = lineOfDeepNesting(text)
  if (deep > 0) throw new YamlError(`nested deeper than ${MAX_DEPTH} levels`, deep)
  const lines = new LineCounter()
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [problem] = document.errors
  if (problem) throw new YamlError(firstLine(problem.message), lines.linePos(problem.pos[0]).line)
  return toStrings(() => document.toJS({ maxAliasCount: MAX_ALIASES }))
}

function toStrings(read: () => unknown): Strings {
  try {
    return read() as Strings
  } catch (error) {
    throw new YamlError(firstLine(String(error instanceof Error ? error.message : error)), 1)
  }
}

/** Brackets open at once, or dashes and indentation in one line, bound the depth from above. */
function lineOfDeepNesting(text: string): number {
  let open = 0
  let line = 1
  for (const part of text.split('\n')) {
    open += count(part, /[[{]/g) - count(part, /[\]}]/g)
    const indent = /^[\s\-?:]*/.exec(part)?.[0] ?? ''
    if (open > MAX_DEPTH || count(indent, /\S/g) > MAX_DEPTH || indent.length > MAX_DEPTH * 8) {
      return line
    }
    if (open < 0) open = 0
    line++
  }
  return 0
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message
}
