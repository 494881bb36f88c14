/**
 * Articles a second through near-duplicates and clusters, and what each costs in memory, with so
 * many in the window:
 *
 *     node --expose-gc bench/speed/stories.ts --data FOLDER [--window 10000,100000,1000000]
 *
 * Each article mixes sentences of three articles of one week of `stream` and renames their
 * entities; one in twenty is a near-duplicate. Wanted: at most 2.5 ms and 1.5 KB each, both flat,
 * and the index of a million back in 60 s.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { gunzipSync } from 'node:zlib'
import { type Clusterable, createClusterer, LEVELS } from '../../src/story/cluster.ts'
import { sentences } from '../../src/text/sentences.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    window: { type: 'string', default: '10000,100000,1000000' },
  },
})
if (values.data === undefined) {
  console.error('node --expose-gc bench/speed/stories.ts --data FOLDER [--window N,…]')
  process.exit(2)
}
/** Articles over which a cost is measured. */
const MEASURED = 5_000
/** Articles between two repairs, as the cluster stage has them. */
const TICK_EVERY = 2_000
/** One in so many repeats an earlier article with every twentieth word another. */
const REPEATED = 20
const DAY_MS = 86_400_000
/** All of a run arrives within this: nothing leaves the window. */
const SPAN_MS = 5 * DAY_MS

type Source = { readonly title: string; readonly sentences: readonly string[] }

const weeks = readWeeks(join(values.data, 'stream', 'articles-12k.jsonl.gz'))
const sizes = values.window.split(',').map(Number)
const most = Math.max(...sizes)
const random = createRandom(1)
const article = createArticles(most + MEASURED * sizes.length)

const before = memory()
let clusterer = createClusterer(LEVELS.story)
let arrived = 0
let copies = 0
for (const size of sizes) {
  while (arrived < size) take()
  const held = (memory() - before) / arrived
  const { each, repair } = measure()
  console.log(
    `${size} in the window: ${each.toFixed(2)} ms an article, ${repair.toFixed(2)} of them repair; ` +
      `${(1_000 / each).toFixed(0)} articles a second; ${held.toFixed(0)} bytes of memory each; ` +
      `${((100 * copies) / arrived).toFixed(1)} % copies`,
  )
}
const bytes = serialize(clusterer.snapshot())
clusterer = createClusterer(LEVELS.story)
const start = performance.now()
clusterer = createClusterer(LEVELS.story, deserialize(bytes))
console.log(
  `${arrived} back from ${(bytes.length / 1e6).toFixed(0)} MB in ` +
    `${((performance.now() - start) / 1_000).toFixed(1)} s`,
)

/** Making an article is not counted, working it in is: the processor's time, not the wall's. */
function take(): number {
  const next = article(arrived++)
  const from = process.cpuUsage()
  if (clusterer.add(next).duplicateOf !== null) copies++
  if (arrived % TICK_EVERY === 0) clusterer.repair(null)
  return spent(from)
}

function measure(): { each: number; repair: number } {
  let all = 0
  let repair = 0
  for (let i = 0; i < MEASURED; i++) {
    const cost = take()
    all += cost
    if (arrived % TICK_EVERY === 0) repair += cost
  }
  return { each: all / MEASURED, repair: repair / MEASURED }
}

function spent(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1_000
}

/** Bytes in use, on the heap and beside it, after two collections. */
function memory(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Sources by week, the weeks of more than ten. */
function readWeeks(file: string): Source[][] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')
  const articles = lines.map((line) => JSON.parse(line))
  const dated = articles.filter(({ publishedAt }) => !Number.isNaN(Date.parse(publishedAt ?? '')))
  const byWeek = Map.groupBy(dated, ({ publishedAt }) =>
    Math.floor(Date.parse(publishedAt) / (7 * DAY_MS)),
  )
  return [...byWeek.values()]
    .filter((week) => week.length > 10)
    .map((week) =>
      week.map(({ title, text }) => ({
        title: title ?? '',
        sentences: sentences((text ?? '').slice(0, 4_000)).map((sentence) => sentence.text),
      })),
    )
}

function createArticles(total: number): (i: number) => Clusterable {
  const recent: Clusterable[] = []
  return (i) => {
    const publishedAt = new Date(Date.UTC(2026, 0, 1) + (i / total) * SPAN_MS).toISOString()
    const id = `article-${i.toString(36).padStart(12, '0')}`
    const told = recent[Math.floor(random() * recent.length)]
    const made =
      i % REPEATED === 0 && told !== undefined
        ? { ...told, text: told.text.replace(/\S+/g, (word) => (random() < 0.05 ? 'then' : word)) }
        : mix(pick(weeks))
    const article = { ...made, id, provider: `paper${i % 500}.example`, publishedAt }
    recent[i % 100] = article
    return article
  }
}

/** Sentences of three articles in turn, every name in them replaced by an invented one. */
function mix(week: readonly Source[]): { title: string; text: string } {
  const three = [pick(week), pick(week), pick(week)]
  const names = new Map<string, string>()
  const rename = (text: string) =>
    text.replace(/(?<![.!?"“]\s|^)\b\p{Lu}\p{L}{2,}/gu, (name) => {
      const known = names.get(name) ?? invent()
      names.set(name, known)
      return known
    })
  const text = Array.from({ length: 12 }, (_, i) => pick((three[i % 3] as Source).sentences) ?? '')
  return { title: rename(pick(three).title), text: rename(text.join(' ')) }
}

/** One of some 200,000 names. */
function invent(): string {
  const syllables = ['ka', 'lo', 'mi', 'ren', 'sta', 'vo', 'bel', 'dur', 'fen', 'gor', 'hal', 'jun']
  const count = 3 + Math.floor(random() * 3)
  const name = Array.from({ length: count }, () => pick(syllables)).join('')
  return name.charAt(0).toUpperCase() + name.slice(1)
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}

/** mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
