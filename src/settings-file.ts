import { existsSync, readFileSync } from 'node:fs'
import { parseDocument, type SchemaOptions, type YAMLError } from 'yaml'
import { DoseError } from './errors.ts'

const DEFAULT_FILE = 'config/local.yaml'

/** Every value is the text that stands there, as in the environment: a password `0123` keeps its zero. */
const AS_WRITTEN: SchemaOptions = { schema: 'failsafe', customTags: ['null'] }

/**
 * Reads a file of lines `NAME: value`; a list is one value, comma-separated. What is empty is not set.
 *
 * @param file named by whoever started this; the default one need not be there.
 * @throws {DoseError} CONFIG_INVALID naming file and setting, never a value: it may be a secret.
 */
export function readSettingsFile(
  file: string | undefined,
  names: readonly string[],
): Record<string, string> {
  const path = file ?? DEFAULT_FILE
  if (!existsSync(path)) {
    if (file) throw new DoseError('CONFIG_INVALID', `--config ${file}: no such file.`)
    return {}
  }
  const content = parseLines(readText(path), path)
  const unknown = Object.keys(content).filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw new DoseError('CONFIG_INVALID', `${path}: unknown setting ${unknown.join(', ')}.`)
  const values = Object.entries(content).map(([name, value]) => {
    return [name, textOf(value, `${path}: ${name}`)] as const
  })
  return Object.fromEntries(values.filter(([, value]) => value !== ''))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new DoseError(
      'CONFIG_INVALID',
      `${path}: cannot be read (${code}); it must be a file that this user may read.`,
      { cause },
    )
  }
}

function parseLines(text: string, path: string): object {
  const document = parseDocument(text, AS_WRITTEN)
  const fault = document.errors[0] ?? document.warnings[0]
  if (fault) throw notYaml(path, fault)
  let content: unknown
  try {
    content = document.toJS({ maxAliasCount: 10 }) ?? {}
  } catch {
    throw notYaml(path) // an alias to nothing, or to too much
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content
  throw new DoseError('CONFIG_INVALID', `${path}: expected lines of NAME: value.`)
}

/** The parser's own message shows the line, with the password in it. */
function notYaml(path: string, fault?: YAMLError): DoseError {
  const place = fault?.linePos ? `${path}, line ${fault.linePos[0].line}` : path
  const why = fault ? ` (${fault.code})` : ''
  return new DoseError(
    'CONFIG_INVALID',
    `${place}: no YAML${why}; text with marks such as : # @ * ! in it goes in quotes.`,
  )
}

/** @param place file and setting. */
function textOf(value: unknown, place: string): string {
  const entries = [value].flat().filter((entry) => entry !== null)
  if (entries.every((entry) => typeof entry === 'string')) return entries.join(',')
  throw new DoseError('CONFIG_INVALID', `${place}: expected text, or a list of texts.`)
}
