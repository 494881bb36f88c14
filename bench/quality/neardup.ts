import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { createDuplicateIndex, type Print, readPrint } from '../../src/story/duplicate.ts'
import { createShelf, NONE, putOn } from '../../src/story/shelf.ts'

const HELP = `node bench/quality/neardup.ts --data FOLDER [--articles N]
How many altered copies of real articles are found (recall), and how many different articles on one
story are taken for copies (false positives).`

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
  const words = articles.flatMap(({ text }) => text.split(/\s+/).slice(0, 100))
  for (const [name, alter] of Object.entries(alterations(words))) {
    const random = createRandom(1)
    const start = performance.now()
    const found = articles.filter(
      ({ title, text }, at) => find(readPrint(title, alter(text, random))) === at,
    )
    const each = (performance.now() - start) / articles.length
    const recall = (100 * found.length) / articles.length
    console.log(`${name.padEnd(26)} recall ${recall.toFixed(1)} %   ${each.toFixed(2)} ms each`)
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
    'cut to 60 %, 5 % edited': (text, random) =>
      edit(0.05)(text.slice(0, text.length * 0.6), random),
  }
}

/** Pairs of one story that the index would call copies. Some of them really are: read the list. */
function measureFalsePositives(articles: readonly Article[]): void {
  let pairs = 0
  let called = 0
  for (const members of Map.groupBy(articles, ({ cluster }) => cluster).values()) {
    const prints = members.map(({ title, text }) => readPrint(title, text))
    for (let i = 0; i < prints.length; i++) {
      for (let k = 0; k < i; k++) {
        pairs++
        if (indexOf([prints[k] ?? null])(prints[i] ?? null) !== NONE) called++
      }
    }
  }
  const share = (100 * called) / pairs
  console.log(`pairs of one story called copies: ${called} of ${pairs} (${share.toFixed(2)} %)`)
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
