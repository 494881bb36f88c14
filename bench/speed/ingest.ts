/**
 * From bytes to articles, beside what others use for it, in one run:
 *
 *     node bench/speed/ingest.ts --data PATH [--rounds N] [--feeds-only]
 *
 * PATH holds `feeds/feedjira-samples.tar.gz`. Ours is all of `readDocument`: decoding, parsing,
 * dates, plain text without boilerplate, language. The peers only parse; JSON Feeds are left out
 * because they read none. Every reader has a process of its own, three times in turn, so that none
 * runs on what another warmed up or left in memory; a feed a reader refuses does not count for it.
 * Wanted: twice feedparser's MB/s. Pages and a round of fetching follow, as benches of their own.
 */
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import FeedParser from 'feedparser'
import RssParser from 'rss-parser'
import { readDocument } from '../../src/article/read.ts'

type Sample = { readonly name: string; readonly bytes: Buffer }
type Reader = (sample: Sample) => number | Promise<number>
/** `speeds` in MB/s, one a round; `peakMb` above what the process had before its first feed. */
type Measured = {
  readonly items: number
  readonly refused: readonly string[]
  readonly speeds: readonly number[]
  readonly peakMb: number
}

const BASE = 'https://news.example/'
const WARM_UP_ROUNDS = 2
const TURNS = 3
/** Ratio to feedparser's MB/s that is wanted. */
const WANTED = 2

const READERS: Readonly<Record<string, Reader>> = {
  ours: ({ name, bytes }) =>
    readDocument({ ref: name, bytes, contentType: null, url: BASE }).drafts.length,
  'rss-parser': async ({ bytes }) =>
    (await new RssParser().parseString(bytes.toString('utf8'))).items.length,
  feedparser: async ({ bytes }) => {
    const parser = new FeedParser({ feedurl: BASE })
    let items = 0
    parser.on('data', () => items++)
    Readable.from([bytes]).pipe(parser)
    await once(parser, 'end')
    return items
  },
}

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    rounds: { type: 'string', default: '8' },
    reader: { type: 'string' },
    'feeds-only': { type: 'boolean', default: false },
  },
})
const reader = READERS[values.reader ?? '']
if (reader) process.send?.(await measure(reader, readSamples(), Number(values.rounds)))
else await compare()

async function compare(): Promise<void> {
  const samples = readSamples()
  const megabytes = bytesOf(samples) / 1e6
  console.log(`${samples.length} feeds, ${megabytes.toFixed(2)} MB, ${values.rounds} rounds`)
  const results = new Map<string, Measured[]>()
  for (let turn = 0; turn < TURNS; turn++) {
    for (const name of Object.keys(READERS)) {
      results.set(name, [...(results.get(name) ?? []), await measureApart(name)])
    }
  }
  for (const [name, turns] of results) {
    const { items = 0, refused = [] } = turns[0] ?? {}
    const peak = Math.max(...turns.map(({ peakMb }) => peakMb))
    console.log(
      `${name.padEnd(12)} ${speedOf(turns).toFixed(1).padStart(6)} MB/s  ${String(items).padStart(5)} items` +
        `  +${peak.toFixed(0)} MB at peak  refused: ${refused.join(', ') || 'none'}`,
    )
  }
  const ours = speedOf(results.get('ours') ?? [])
  for (const peer of ['rss-parser', 'feedparser']) {
    const ratio = ours / speedOf(results.get(peer) ?? [])
    console.log(`ratio to ${peer}: ${ratio.toFixed(2)}`)
    if (peer === 'feedparser') console.log(`${ratio >= WANTED ? 'reached' : 'MISSED'}: ${WANTED}`)
  }
  for (const other of values['feeds-only'] ? [] : ['pages', 'round']) runOther(other)
}

async function measureApart(name: string): Promise<Measured> {
  const args = ['--reader', name, '--data', values.data, '--rounds', values.rounds]
  const child = fork(import.meta.filename, args)
  const [message] = (await once(child, 'message')) as [Measured]
  return message
}

async function measure(read: Reader, samples: readonly Sample[], rounds: number) {
  const refused: string[] = []
  let items = 0
  const before = process.memoryUsage().rss
  for (const sample of samples) {
    try {
      items += await read(sample)
    } catch {
      refused.push(sample.name)
    }
  }
  const readable = samples.filter(({ name }) => !refused.includes(name))
  const speeds: number[] = []
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const start = performance.now()
    for (const sample of readable) await read(sample)
    const seconds = (performance.now() - start) / 1_000
    if (round >= 0) speeds.push(bytesOf(readable) / 1e6 / seconds)
  }
  const peakMb = (process.resourceUsage().maxRSS * 1_024 - before) / 1e6
  return { items, refused, speeds, peakMb } satisfies Measured
}

/** The median of all rounds of all turns. */
function speedOf(turns: readonly Measured[]): number {
  const speeds = turns.flatMap((turn) => turn.speeds).sort((a, b) => a - b)
  return speeds[Math.floor(speeds.length / 2)] ?? Number.NaN
}

function readSamples(): Sample[] {
  const folder = mkdtempSync(join(tmpdir(), 'dose-ingest-'))
  execFileSync('tar', ['xzf', join(values.data, 'feeds/feedjira-samples.tar.gz'), '-C', folder])
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  const feeds = files.filter((file) => file.endsWith('.xml') && !file.includes('FirstEntry'))
  const samples = feeds.map((file) => ({
    name: file.replace(/^.*\//, ''),
    bytes: readFileSync(join(folder, file)),
  }))
  rmSync(folder, { recursive: true })
  return samples
}

function bytesOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

function runOther(name: string): void {
  const file = join(import.meta.dirname, `${name}.ts`)
  if (!existsSync(file)) return
  console.log(`\n${name}`)
  execFileSync(process.execPath, [file, '--data', values.data], { stdio: 'inherit' })
}
