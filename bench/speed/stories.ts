/**
 * Articles a second through near-duplicates and clusters, and what each costs in memory, with so
 * many in the window:
 *
 *     node --expose-gc --max-old-space-size=8000 bench/speed/stories.ts --data FOLDER [--window 10000,100000,1000000] [--made 10000]
 *
 * The first `made` articles come in one by one. Beyond them the window is filled with these, every
 * word that is not common renamed, which takes minutes where working a million in takes an hour.
 * Each article mixes sentences of three articles of one week of `stream` and renames their
 * entities; one in twenty is a near-duplicate. Wanted: at most 2.5 ms and 1.5 KB each, both flat,
 * and the index of a million back in 60 s.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { gunzipSync } from 'node:zlib'
import {
  type Clusterable,
  type ClusterSnapshot,
  createClusterer,
  LEVELS,
} from '../../src/story/cluster.ts'
import { sentences } from '../../src/text/sentences.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    window: { type: 'string', default: '10000,100000,1000000' },
    made: { type: 'string', default: '10000' },
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
/** A word that more of the articles than this have keeps its name. */
const COMMON_SHARE = 0.002
const DAY_MS = 86_400_000
/** All of a run arrives within this: nothing leaves the window. */
const SPAN_MS = 5 * DAY_MS

type Source = { readonly title: string; readonly sentences: readonly string[] }

const weeks = readWeeks(join(values.data, 'stream', 'articles-12k.jsonl.gz'))
const sizes = values.window.split(',').map(Number)
const most = Math.max(...sizes)
const random = createRandom(1)
const article = createArticles(most + MEASURED * sizes.length)

const made = Number(values.made)
const before = memory()
let clusterer = createClusterer(LEVELS.story)
let arrived = 0
let copies = 0
let seed: Uint8Array | null = null
for (const size of sizes) {
  while (arrived < Math.min(made, size)) take()
  // Kept as bytes, so that nothing of it counts but its length.
  seed ??= serialize(clusterer.snapshot())
  const restart = arrived < size ? `; back after a restart in ${enlargeTo(size, seed)}` : ''
  const { each, repair } = measure()
  const held = (memory() - before - seed.length) / clusterer.size()
  console.log(
    `${size} in the window: ${each.toFixed(2)} ms an article, ${repair.toFixed(2)} of them repair; ` +
      `${(1_000 / each).toFixed(0)} articles a second; ${held.toFixed(0)} bytes of memory each${restart}`,
  )
}
console.log(`${((100 * copies) / (made + MEASURED * sizes.length)).toFixed(1)} % copies`)

/** Makes a clusterer from a snapshot of so many articles. @returns how long it took. */
function enlargeTo(size: number, seed: Uint8Array): string {
  const pattern = deserialize(seed) as ClusterSnapshot
  const full = fill(pattern, Math.ceil(size / pattern.arrivals))
  clusterer = createClusterer(LEVELS.story)
  globalThis.gc?.()
  const start = performance.now()
  const from = process.cpuUsage()
  clusterer = createClusterer(LEVELS.story, full)
  const worked = spent(from)
  arrived = full.arrivals
  return `${seconds(performance.now() - start)} s, ${seconds(worked)} s of the processor`
}

/** As if so many times the articles had come, each time with other names and rare words. */
function fill(from: ClusterSnapshot, times: number): ClusterSnapshot {
  const { memory, arrivals } = from
  const { terms, standing, names } = memory
  const limit = memory.records.reduce((sum, { ids }) => sum + ids.length, 0) * COMMON_SHARE
  const common = new Set(
    [...terms.hashes].filter((_, i) => (terms.counts[i] as number) / terms.boost > limit),
  )
  const rename = (hash: number, round: number) =>
    common.has(hash) ? hash : (Math.imul(hash + round * 0x9e3779b1, 0x85ebca6b) >>> 2) | 0
  const rounds = Array.from({ length: times }, (_, round) => round)
  const counts = new Map<number, number>()
  for (const round of rounds)
    terms.hashes.forEach((hash, i) => {
      const renamed = rename(hash, round)
      counts.set(renamed, (counts.get(renamed) ?? 0) + (terms.counts[i] as number))
    })
  const repeated = (column: ArrayLike<number>, step: number) =>
    rounds.flatMap((round) => Array.from(column, (value) => value + round * step))
  const live = standing.records.length
  const others = rounds.flatMap((round) => names.others.map((name) => `${name}.${round}`))
  return {
    arrivals: arrivals * times,
    weighedAt: arrivals * times,
    pins: [],
    memory: {
      ...memory,
      recorded: memory.recorded * times,
      terms: {
        ...terms,
        documents: terms.documents * times,
        hashes: Int32Array.from(counts.keys()),
        counts: Float32Array.from(counts.values()),
      },
      standing: {
        records: Uint32Array.from(repeated(standing.records, memory.recorded)),
        lengths: Float32Array.from(repeated(standing.lengths, 0)),
        stories: Uint32Array.from(repeated(standing.stories, names.places.length)),
        originals: rounds.flatMap((round) =>
          standing.originals.map(([place, id]): [number, string] => [
            place + round * live,
            `${id}.${round}`,
          ]),
        ),
      },
      names: {
        places: Int32Array.from(
          rounds.flatMap((round) =>
            Array.from(names.places, (place) => (place === -1 ? -1 : place + round * live)),
          ),
        ),
        others,
        born: Uint32Array.from(repeated(names.born, arrivals)),
      },
      records: rounds.flatMap((round) =>
        memory.records.map((some) => ({
          ...some,
          records: some.records.map((record) => record + round * memory.recorded),
          orders: some.orders.map((order) => order + round * arrivals),
          ids: some.ids.map((id) => `${id}.${round}`),
          terms: some.terms.map((hash) => rename(hash, round)),
          signatures: some.signatures.map((byte, i) => byte ^ (Math.imul(round, i + 7) & 0xff)),
        })),
      ),
    },
  }
}

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

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1)
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
