/**
 * Nothing that a cut or damaged feed does may crash, hang or take long:
 *
 *     node bench/check/feeds.ts [--data PATH] [--mutations N] [--seed N]
 *
 * Reads every prefix (cut at every 1,000th byte) and N mutations of the feeds in PATH/feeds, then
 * inputs of up to 1 MB made to be slow. Each must be read or refused with SOURCE_UNREADABLE or
 * FRONT_MATTER_INVALID. Prints what was slowest. Exit code 1 where anything else happened.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readDocument } from '../../src/article/read.ts'
import { hostileFeeds, hostileFrontMatter } from './hostile-feeds.ts'

const CUT_BYTES = 1_000
const SLOWEST_SHOWN = 5
/** Characters: what a fetch lets through many times over must not take long. */
const HOSTILE_SIZE = 1_000_000
/** Characters; of longer front matter nothing is read. */
const FRONT_MATTER_SIZE = 490_000
/** Bytes replaced at most by one mutation. */
const LONGEST_DAMAGE = 200
const STUFF = ['', '<', '>', '"', '&', ']]>', '<![CDATA[', '</item>', '<!--', '\u0000', '\xff\xfe']

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    mutations: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
})
const timed: { name: string; ms: number }[] = []
const crashes: string[] = []
const feeds = readFeeds()
const random = lcg(Number(values.seed))

let prefixes = 0
for (const { name, bytes } of feeds) {
  for (let cut = 0; cut <= bytes.length; cut += CUT_BYTES) {
    prefixes++
    readSafely(`${name} cut at ${cut}`, bytes.subarray(0, cut))
  }
}
const mutations = Number(values.mutations)
for (let i = 0; i < mutations; i++) {
  const { name, bytes } = feeds[Math.floor(random() * feeds.length)] ?? {
    name: '',
    bytes: Buffer.of(),
  }
  readSafely(`${name} mutation ${i}`, mutate(bytes))
}
const hostile = [...hostileFeeds(HOSTILE_SIZE), ...hostileFrontMatter(FRONT_MATTER_SIZE)]
for (const [name, text] of hostile) readSafely(name, Buffer.from(text))

console.log(
  `${feeds.length} feeds: ${prefixes} prefixes, ${mutations} mutations (seed ${values.seed}), ${hostile.length} hostile inputs`,
)
timed.sort((a, b) => b.ms - a.ms)
for (const { name, ms } of timed.slice(0, SLOWEST_SHOWN))
  console.log(`${ms.toFixed(0)} ms  ${name}`)
console.log(crashes.length === 0 ? 'nothing crashed' : crashes.join('\n'))
process.exitCode = crashes.length === 0 ? 0 : 1

function readSafely(name: string, bytes: Uint8Array): void {
  const start = performance.now()
  try {
    readDocument({
      ref: 'feed.xml',
      bytes,
      contentType: 'application/xml',
      url: 'https://a.example/',
    })
  } catch (error) {
    const code = (error as { code?: string }).code ?? ''
    if (!/^(?:SOURCE_UNREADABLE|FRONT_MATTER_INVALID)$/.test(code))
      crashes.push(`${name}: ${error}`)
  }
  timed.push({ name, ms: performance.now() - start })
}

/** Overwrites, cuts or doubles a stretch of bytes at a place the generator picks. */
function mutate(bytes: Buffer): Buffer {
  const at = Math.floor(random() * bytes.length)
  const end = at + Math.floor(random() * LONGEST_DAMAGE)
  const stuff = Buffer.from(STUFF[Math.floor(random() * STUFF.length)] ?? '', 'latin1')
  const middle =
    random() < 0.3 ? Buffer.concat([bytes.subarray(at, end), bytes.subarray(at, end)]) : stuff
  return Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(end)])
}

function readFeeds() {
  const folder = mkdtempSync(join(tmpdir(), 'dose-check-'))
  for (const name of ['gofeed-testdata', 'feedjira-samples']) {
    execFileSync('tar', ['xzf', join(values.data, `feeds/${name}.tar.gz`), '-C', folder])
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  const found = files
    .filter((file) => /\.(?:xml|json)$/.test(file) && !isExpected(file, files))
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
  rmSync(folder, { recursive: true })
  return found
}

/** The parse that is expected of another file. */
function isExpected(file: string, files: readonly string[]): boolean {
  return (
    file.endsWith('_expected.json') ||
    (file.endsWith('.json') && files.includes(file.replace(/\.json$/, '.xml')))
  )
}

function lcg(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
