import { parseArgs } from 'node:util'
import { parseDate } from '../article/date.ts'
import { resolveUrl } from '../article/url.ts'
import { DoseError } from '../errors.ts'
import { filterClusters } from './filter/cluster.ts'
import type { Context, Options } from './filter/context.ts'
import { filterFeeds, filterFrontMatter } from './filter/documents.ts'
import { filterPages } from './filter/extract.ts'
import { filterScores } from './filter/score.ts'
import { createSink } from './filter/sink.ts'
import { filterSummaries } from './filter/summarise.ts'

type Filter = {
  readonly run: (context: Context) => Promise<void>
  readonly options: readonly (keyof typeof OPTIONS)[]
  /** Documents are named; records come from stdin where no file is. */
  readonly needsFiles: boolean
}

const OPTIONS = {
  base: { type: 'string' },
  now: { type: 'string' },
  'timeout-ms': { type: 'string' },
  level: { type: 'string' },
  sentences: { type: 'string' },
  words: { type: 'string' },
} as const

const FILTERS: Readonly<Record<string, Filter>> = {
  feed: { run: filterFeeds, options: ['base'], needsFiles: true },
  frontmatter: { run: filterFrontMatter, options: [], needsFiles: true },
  extract: { run: filterPages, options: ['timeout-ms'], needsFiles: false },
  score: { run: filterScores, options: [], needsFiles: false },
  cluster: { run: filterClusters, options: ['level'], needsFiles: false },
  summarise: { run: filterSummaries, options: ['sentences', 'words'], needsFiles: false },
}

const DEFAULT_TIMEOUT_MS = 5_000

/**
 * `dose filter NAME …`: one stage alone, JSON Lines in and out, without store, queue, network or
 * clock. Returns the exit code: 1 if any line failed, 2 for wrong use.
 */
export async function runFilter(
  args: readonly string[],
  io: {
    readonly stdin: NodeJS.ReadableStream
    readonly stdout: NodeJS.WritableStream
    readonly stderr: NodeJS.WritableStream
  },
): Promise<number> {
  let failed = false
  const fail = (place: string, error: unknown) => {
    failed = true
    const reason = error instanceof Error ? error.message : String(error)
    io.stderr.write(`${reason.includes(place) ? '' : `${place}: `}${reason}\n`)
  }
  try {
    const { filter, files, options } = readArguments(args)
    const stdin = io.stdin as AsyncIterable<Uint8Array | string>
    await filter.run({ files, stdin, sink: createSink(io.stdout), fail, options })
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    io.stderr.write(`${error.message}\n`)
    return error.exit
  }
  return failed ? 1 : 0
}

function readArguments(args: readonly string[]) {
  const [name = '', ...rest] = args
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined
  if (filter === undefined) throw usage(`filter ${name}: one of ${Object.keys(FILTERS).join(', ')}`)
  const allowed = Object.fromEntries(
    [...filter.options, 'now' as const].map((option) => [option, OPTIONS[option]]),
  )
  try {
    const { values, positionals: files } = parseArgs({
      args: [...rest],
      options: allowed,
      allowPositionals: true,
    })
    if (filter.needsFiles && files.length === 0) throw usage(`filter ${name}: no FILE given`)
    return { filter, files, options: readOptions(values as Readonly<Record<string, string>>) }
  } catch (error) {
    throw error instanceof DoseError ? error : usage(`filter ${name}: ${(error as Error).message}`)
  }
}

function readOptions(values: Readonly<Record<string, string>>): Options {
  const { base, now, level = 'story' } = values
  if (level !== 'story' && level !== 'topic') throw usage(`--level ${level}: story or topic`)
  const instant = parseDate(now)
  if (now !== undefined && instant === null) throw usage(`--now ${now}: no date`)
  const resolved = resolveUrl(base)
  if (base !== undefined && resolved === null) throw usage(`--base ${base}: no http(s) URL`)
  return {
    now: instant,
    base: resolved,
    level,
    timeoutMs: readCount(values, 'timeout-ms') ?? DEFAULT_TIMEOUT_MS,
    sentences: readCount(values, 'sentences'),
    words: readCount(values, 'words'),
  }
}

function readCount(values: Readonly<Record<string, string>>, name: string): number | null {
  const value = values[name]
  if (value === undefined) return null
  if (!/^[1-9]\d{0,8}$/.test(value)) throw usage(`--${name} ${value}: a whole number from 1`)
  return Number(value)
}

function usage(subject: string): DoseError {
  return new DoseError('USAGE', subject)
}
