import { parseArgs } from 'node:util'
import { parseDate } from '../article/date.ts'
import { resolveUrl } from '../article/url.ts'
import { DoseError } from '../errors.ts'
import { filterClusters } from './filter/cluster.ts'
import type { Context, Options } from './filter/context.ts'
import { filterFeeds, filterFrontMatter } from './filter/documents.ts'
import { filterPages } from './filter/extract.ts'
import { filterByRules } from './filter/rules.ts'
import { filterScores } from './filter/score.ts'
import { createSink } from './filter/sink.ts'
import { filterSummaries } from './filter/summarise.ts'
import {
  describeFilter,
  describeFilters,
  FILTERS,
  type FilterName,
  isFilter,
} from './filter/usage.ts'

const RUN: Readonly<Record<FilterName, (context: Context) => Promise<void>>> = {
  feed: filterFeeds,
  frontmatter: filterFrontMatter,
  extract: filterPages,
  score: filterScores,
  rules: filterByRules,
  cluster: filterClusters,
  summarise: filterSummaries,
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
  const warn = (place: string, reason: string) =>
    io.stderr.write(`${reason.includes(place) ? '' : `${place}: `}${reason}\n`)
  const fail = (place: string, error: unknown) => {
    failed = true
    warn(place, error instanceof Error ? error.message : String(error))
  }
  try {
    const help = helpFor(args)
    if (help !== null) {
      io.stdout.write(help)
      return 0
    }
    const { name, files, options } = readArguments(args)
    const stdin = io.stdin as AsyncIterable<Uint8Array | string>
    await RUN[name]({ files, stdin, sink: createSink(io.stdout), fail, warn, options })
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    io.stderr.write(`${error.message}\n`)
    return error.exit
  }
  return failed ? 1 : 0
}

/** `--help` anywhere before `--` asks for help, whatever else is wrong. */
function helpFor(args: readonly string[]): string | null {
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  if (!options.some((option) => option === '--help' || option === '-h')) return null
  const name = options.find((option) => !option.startsWith('-')) ?? ''
  return isFilter(name) ? describeFilter(name) : describeFilters()
}

function readArguments(args: readonly string[]) {
  const [name = '', ...rest] = args[0] === '--json' ? args.slice(1) : args
  if (!isFilter(name)) throw usage(`filter ${name}: one of ${Object.keys(FILTERS).join(', ')}`)
  const allowed = FILTERS[name].options.map((option) => [option, { type: 'string' }] as const)
  try {
    const { values, positionals: files } = parseArgs({
      args: rest,
      // Filters always print JSON Lines: asking for them is no mistake.
      options: { ...Object.fromEntries(allowed), json: { type: 'boolean' } },
      allowPositionals: true,
    })
    if (FILTERS[name].needsFiles && files.length === 0) throw usage(`filter ${name}: no FILE given`)
    return { name, files, options: readOptions(values as Readonly<Record<string, string>>) }
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
    rules: values.rules ?? null,
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
