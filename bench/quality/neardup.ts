import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { createDuplicateIndex, type Print, readPrint } from '../../src/story/duplicate.ts'
import { createShelf, NONE, putOn } from '../../src/story/shelf.ts'
import { hashText } from '../../src/text/fingerprint.ts'
import { containment } from '../../src/text/similarity.ts'
import { splitWords } from '../../src/text/words.ts'

const HELP = `node bench/quality/neardup.ts --data FOLDER [--articles N]
How many altered copies of real articles are found (recall), and how many different articles on one
story are taken for copies (false positives), beside equal titles and SimHash. Pairs of one story
that share half of the shorter one's runs of five words, counted exactly, are one text: they are
left out of the false positives and counted by themselves.`

/** Words in a run by which one text is told from two, and the share of them from which on it is one. */
const RUN_WORDS = 5
const ONE_TEXT = 0.5

/** Bits in which the 64-bit SimHashes of copies may differ (Manku et al., WWW 2007). */
const SIMHASH_BITS = 3

/** Texts shorter than this, in UTF-16 code units, are left out: there is nothing to alter. */
const MIN_LENGTH = 800

type Article = { readonly title: string; readonly text: string; readonly cluster: string }
type Random = () => number

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    articles: { type: 'string', default: '400' },
    help: { type: 'boolean' },
  },
})
if (values.help || values.data === undefined) {
  console.log(HELP)
  process.exit(values.help ? 0 : 2)
}
const all = ['allsides', 'ecbplus'].flatMap((set) => readSet(values.data ?? '', set))
const long = all.filter(({ text }) => text.length >= MIN_LENGTH)
measureRecall(long.slice(0, Number(values.articles)))
measureFalsePositives(all)

/** All originals are in the index; a copy counts as found when its own original is named. */
function measureRecall(articles: readonly Article[]): void {
  const find = indexOf(articles.map(({ title, text }) => readPrint(title, text)))
  const hashes = articles.map(({ text }) => simHash(text))
  const words = articles.flatMap(({ text }) => text.split(/\s+/).slice(0, 100))
  for (const [name, alter] of Object.entries(alterations(words))) {
    const random = createRandom(1)
    const altered = articles.map(({ text }) => alter(text, random))
    const start = performance.now()
    const found = articles.filter(
      ({ title }, at) => find(readPrint(title, altered[at] ?? '')) === at,
    )
    const each = (performance.now() - start) / articles.length
    const simple = altered.filter((text, at) => isSimilar(simHash(text), hashes[at] ?? 0n))
    console.log(
      `${name.padEnd(26)} recall ${percent(found.length / articles.length)}   ` +
        `SimHash ${percent(simple.length / articles.length)}   ${each.toFixed(2)} ms each`,
    )
  }
}

function alterations(
  words: readonly string[],
): Record<string, (text: string, r: Random) => string> {
  const pick = (random: Random) => words[Math.floor(random() * words.length)] ?? ''
  const edit = (share: number) => (text: string, random: Random) =>
    text.replace(/\S+/g, (word) => {
      if (random() >= share) return word
      const kind = random()
      return kind < 0.5 ? pick(random) : kind < 0.75 ? '' : `${word} ${pick(random)}`
    })
  const wire = (text: string) =>
    `SPRINGFIELD, Nov 3 (Example Wire) - ${text}\n\nReporting by A. Writer; editing by B. Editor`
  return {
    '2 % of words edited': edit(0.02),
    '5 % of words edited': edit(0.05),
    '10 % of words edited': edit(0.1),
    'cut to 60 %': (text) => text.slice(0, text.length * 0.6),
    'boilerplate added': (text) =>
      `Share this article. Sign up for our daily newsletter.\n${text}\n` +
      'All rights reserved. Follow us and subscribe to read more stories like this one every day.',
    'wire rewrite, 5 % edited': (text, random) => wire(edit(0.05)(text, random)),
    'cut to 60 %, header, 10 %': (text, random) =>
      wire(edit(0.1)(text.slice(0, text.length * 0.6), random)),
    'cut to 60 %, 5 % edited': (text, random) =>
      edit(0.05)(text.slice(0, text.length * 0.6), random),
  }
}

/** Pairs of one story, told apart by exact runs, which the detector knows nothing of. */
function measureFalsePositives(articles: readonly Article[]): void {
  const seen = { same: 0, different: 0 }
  const called = { ours: 0, titles: 0, simHash: 0, same: 0 }
  for (const members of Map.groupBy(articles, ({ cluster }) => cluster).values()) {
    const prints = members.map(({ title, text }) => readPrint(title, text))
    const runs = members.map(({ text }) => runsOf(text))
    const hashes = members.map(({ text }) => simHash(text))
    for (let i = 0; i < members.length; i++) {
      for (let k = 0; k < i; k++) {
        const isCalled = indexOf([prints[k] ?? null])(prints[i] ?? null) !== NONE
        const [one, other] = [runs[i] as Set<string>, runs[k] as Set<string>]
        if (containment(one, other) >= ONE_TEXT) {
          seen.same++
          if (isCalled) called.same++
          continue
        }
        seen.different++
        if (isCalled) called.ours++
        const [title, second] = [members[i]?.title ?? '', members[k]?.title ?? '']
        if (title !== '' && title.toLowerCase() === second.toLowerCase()) called.titles++
        if (isSimilar(hashes[i] ?? 0n, hashes[k] ?? 0n)) called.simHash++
      }
    }
  }
  const share = (count: number) => `${count} (${percent(count / seen.different)})`
  console.log(
    `${seen.different} pairs of different articles on one story: called copies ${share(called.ours)}, ` +
      `by equal titles ${share(called.titles)}, by SimHash ${share(called.simHash)}`,
  )
  console.log(`${seen.same} pairs of one story are one text: called copies ${called.same}`)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}

function runsOf(text: string): Set<string> {
  const words = splitWords(text).map(({ norm }) => norm)
  const runs = words.slice(RUN_WORDS - 1).map((_, i) => words.slice(i, i + RUN_WORDS).join(' '))
  return new Set(runs)
}

/** Charikar, STOC 2002: each word votes on each bit. */
function simHash(text: string): bigint {
  const votes = new Int32Array(64)
  for (const { norm } of splitWords(text)) {
    const [low, high] = [hashText(norm), hashText(`${norm} `)]
    for (let bit = 0; bit < 32; bit++) {
      votes[bit] = (votes[bit] as number) + (((low >>> bit) & 1) === 1 ? 1 : -1)
      votes[bit + 32] = (votes[bit + 32] as number) + (((high >>> bit) & 1) === 1 ? 1 : -1)
    }
  }
  return votes.reduce((hash, vote, bit) => (vote > 0 ? hash | (1n << BigInt(bit)) : hash), 0n)
}

function isSimilar(a: bigint, b: bigint): boolean {
  let bits = 0
  for (let rest = a ^ b; rest > 0n && bits <= SIMHASH_BITS; rest &= rest - 1n) bits++
  return bits <= SIMHASH_BITS
}

/** Finds the copy of a print among others, by its place. */
function indexOf(prints: readonly (Print | null)[]): (print: Print | null) => number {
  const shelf = createShelf()
  const index = createDuplicateIndex(shelf)
  prints.forEach((print, order) => {
    const kept = { id: '', order, at: Number.NaN, original: null, print }
    index.add(putOn(shelf, order, { ...kept, terms: new Int32Array(0), counts: new Uint8Array(0) }))
  })
  return index.find
}

function readSet(data: string, set: string): Article[] {
  const bytes = readFileSync(join(data, 'clusters', `${set}.dev.jsonl.gz`))
  const lines = gunzipSync(bytes).toString('utf8').trim().split('\n')
  return lines.map((line) => {
    const { title, text, cluster } = JSON.parse(line)
    return { title: title ?? '', text: text ?? '', cluster: `${set} ${cluster}` }
  })
}

/** mulberry32: a small generator, so that every run alters the same words. */
function createRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
