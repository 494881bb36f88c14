/**
 * How long a summary takes on one core:
 *
 *     node bench/speed/summaries.ts --data PATH [--stories N]
 *
 * Stories of ten articles: ten in a row of a stream of real ones, so that none is cheap for being
 * alike. Wanted: at most 10 ms each. And single documents, three sentences each, beside the npm
 * packages on the same texts. Wanted: ten times as fast as each.
 *
 * Each has a process of its own, since one of the packages replaces methods of strings for all that
 * runs beside it. What counts is processor time, so that others on the machine do not, and the median
 * of the later half of the rounds: in the first half it is compiled. All begin with the bare text, and nobody
 * is asked for its language. We split and read as many sentences of its beginning as three may come
 * from; the packages read the whole text, of which one counts the words, and the others compare all
 * sentences with each other.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { type SummaryDoc, summarise } from '../../src/story/summarise.ts'
import { lexrankPackage, nodeSummarizerByFrequency, nodeSummarizerByRank } from '../peers.ts'

const ARTICLES = 10
const FEWEST_ROUNDS = 4
/** Processor time of all rounds together at least: as a process that has run for a while. */
const LEAST_MS = 3_000
const SENTENCES = 3
/** One of the peers takes up to a second for a document. */
const DOCUMENTS = 60

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    stories: { type: 'string', default: '60' },
    /** What this process measures, for the one that started it. */
    only: { type: 'string' },
  },
})
if (values.data === undefined) throw new Error('usage: summaries.ts --data PATH [--stories N]')
const docs = readDocs(values.data, Number(values.stories) * ARTICLES)

/** Median over the later rounds of the mean milliseconds of processor time that an item takes. */
async function measure<T>(items: readonly T[], run: (item: T) => unknown): Promise<number> {
  const rounds: number[] = []
  let spent = 0
  while (rounds.length < FEWEST_ROUNDS || spent < LEAST_MS) {
    const started = process.cpuUsage()
    for (const item of items) await run(item)
    const { user, system } = process.cpuUsage(started)
    rounds.push((user + system) / 1_000)
    spent += (user + system) / 1_000
  }
  const late = rounds.slice(rounds.length / 2).sort((a, b) => a - b)
  return (late[Math.floor(late.length / 2)] ?? Number.NaN) / items.length
}

const PEERS = [nodeSummarizerByFrequency, nodeSummarizerByRank, lexrankPackage]

const stories: SummaryDoc[][] = []
for (let i = 0; i + ARTICLES <= docs.length; i += ARTICLES)
  stories.push(docs.slice(i, i + ARTICLES))
const single = docs.slice(0, DOCUMENTS)

const MEASURED: Readonly<Record<string, () => Promise<number>>> = {
  stories: () => measure(stories, (story) => summarise(story, { sentences: SENTENCES })),
  ours: () => measure(single, (doc) => summarise([doc], { sentences: SENTENCES })),
  ...Object.fromEntries(
    PEERS.map(({ name, run }) => [name, () => measure(single, ({ text }) => run(text, SENTENCES))]),
  ),
}

/** Measures in a process of its own. */
function apart(name: string): number {
  const args = [...process.argv.slice(1), '--only', name]
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

if (values.only === undefined) report()
else console.log(await MEASURED[values.only]?.())

function report(): void {
  const perStory = apart('stories').toFixed(2)
  console.log(
    `${stories.length} stories of ${ARTICLES} articles: ${perStory} ms each (wanted: 10 at most)`,
  )
  const own = apart('ours')
  console.log(`single documents: ${own.toFixed(3)} ms each`)
  for (const { name } of PEERS) {
    const theirs = apart(name)
    const ratio = (theirs / own).toFixed(1)
    console.log(`  ${name.padEnd(28)} ${theirs.toFixed(2)} ms each, ${ratio} times ours`)
  }
}

function readDocs(data: string, count: number): SummaryDoc[] {
  const lines = gunzipSync(readFileSync(join(data, 'stream', 'articles-12k.jsonl.gz')))
    .toString('utf8')
    .split('\n', count)
  return lines.map((line) => {
    const { title, text, source } = JSON.parse(line) as Record<'title' | 'text' | 'source', string>
    return { title, text, source, language: 'en' }
  })
}
