import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { DoseError } from '../../errors.ts'
import type { Instant } from '../../model.ts'
import { readLines } from './lines.ts'
import type { Sink } from './sink.ts'

/** What every filter works with. */
export type Context = {
  readonly files: readonly string[]
  readonly stdin: AsyncIterable<Uint8Array | string>
  readonly sink: Sink
  /** Reports one bad line or file on stderr; the run then ends with 1. */
  readonly fail: (place: string, error: unknown) => void
  /** Tells on stderr what was left out of something that is printed all the same. */
  readonly warn: (place: string, warning: string) => void
  readonly options: Options
}

export type Options = {
  readonly now: Instant | null
  readonly base: string | null
  readonly timeoutMs: number
  readonly level: 'story' | 'topic'
  readonly sentences: number | null
  readonly words: number | null
  /** File of rules. */
  readonly rules: string | null
}

export type Fields = { readonly [key: string]: unknown }

export type Input = { readonly place: string; readonly fields: Fields }

/** A file larger than this (bytes) is no feed and no article. */
const LARGEST_FILE = 100_000_000

/** The bytes of each file named, `-` being stdin; what cannot be read is reported. */
export async function* readFiles({
  files,
  stdin,
  fail,
}: Context): AsyncGenerator<{ readonly name: string; readonly bytes: Uint8Array }> {
  for (const name of files) {
    try {
      yield { name, bytes: name === '-' ? await readAll(stdin) : await readOne(name) }
    } catch (error) {
      fail(name, error)
    }
  }
}

async function readOne(name: string): Promise<Uint8Array> {
  const { size } = await stat(name)
  if (size > LARGEST_FILE) throw new DoseError('SOURCE_TOO_LARGE', `${name}: ${size} bytes`)
  return readFile(name)
}

async function readAll(input: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk))
    size += chunk.length
    if (size > LARGEST_FILE)
      throw new DoseError('SOURCE_TOO_LARGE', `stdin: over ${LARGEST_FILE} bytes`)
  }
  return Buffer.concat(chunks)
}

/** The objects of JSON Lines, from the files named or stdin; a bad line is reported. */
export async function* readRecords({ files, stdin, fail }: Context): AsyncGenerator<Input> {
  for (const name of files.length === 0 ? ['-'] : files) {
    const input = name === '-' ? stdin : createReadStream(name)
    try {
      for await (const { number, text } of readLines(input)) {
        if (text !== null && text.trim() === '') continue
        const place = name === '-' ? `line ${number}` : `${name} line ${number}`
        const fields = parseRecord(text)
        if (typeof fields === 'string') fail(place, fields)
        else yield { place, fields }
      }
    } catch (error) {
      fail(name, error)
    }
  }
}

/**
 * Runs `work` for each object; one that cannot be worked on is reported, and the rest go on.
 *
 * @param work answers whether anybody still reads what is printed.
 */
export async function eachRecord(
  context: Context,
  work: (input: Input) => boolean | Promise<boolean>,
): Promise<void> {
  for await (const input of readRecords(context)) {
    try {
      if (!(await work(input))) return
    } catch (error) {
      context.fail(input.place, error)
    }
  }
}

function parseRecord(text: string | null): Fields | string {
  if (text === null) return 'too long'
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    return isFields(value) ? value : 'not a JSON object'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asString(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}
