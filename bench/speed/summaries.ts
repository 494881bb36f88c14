/**
 * How long a summary takes on one core:
 *
 *     node bench/speed/summaries.ts --data PATH [--stories N]
 *
 * Stories of ten articles: ten in a row of a stream of real ones, so that none is cheap for being
 * alike. Wanted: at most 10 ms each. And single documents, three sentences each, beside the npm
 * packages in turn on the same texts. Wanted: ten times as fast as each. What counts is processor time,
 * so that others on the machine do not, and the median of the rounds after the first, which compiles.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { type SummaryDoc, summarise } from '../../src/story/summarise.ts'
import { lexrankPackage, nodeSummarizerByFrequency, nodeSummarizerByRank } from '../peers.ts'

const ARTICLES = 10
const ROUNDS = 5
const SENTENCES = 3
/** The peers take up to a second for a document; they get fewer. */
const PEER_DOCUMENTS = 20

const { values } = parseArgs({
  options: { data: { type: 'string' }, stories: { type: 'string', default: '60' } },
})
if (values.data === undefined) throw new Error('usage: summaries.ts --data PATH [--stories N]')
const docs = readDocs(values.data, Number(values.stories) * ARTICLES)

/** Median over the rounds of the mean milliseconds of processor time that an item takes. */
async function measure<T>(items: readonly T[], run: (item: T) => unknown): Promise<number> {
  const means: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const started = process.cpuUsage()
    for (const item of items) await run(item)
    const { user, system } = process.cpuUsage(started)
    if (round > 0) means.push((user + system) / 1_000 / items.length)
  }
  return means.toSorted((a, b) => a - b)[Math.floor(means.length / 2)] ?? Number.NaN
}

const stories: SummaryDoc[][] = []
for (let i = 0; i + ARTICLES <= docs.length; i += ARTICLES)
  stories.push(docs.slice(i, i + ARTICLES))
const perStory = await measure(stories, (story) => summarise(story, { sentences: SENTENCES }))
console.log(
  `${stories.length} stories of ${ARTICLES} articles: ${perStory.toFixed(2)} ms each (wanted: 10 at most)`,
)

const few = docs.slice(0, PEER_DOCUMENTS)
const own = await measure(few, (doc) => summarise([doc], { sentences: SENTENCES }))
console.log(`single documents: ${own.toFixed(3)} ms each`)
for (const peer of [nodeSummarizerByFrequency, nodeSummarizerByRank, lexrankPackage]) {
  const theirs = await measure(few, ({ text }) => peer.run(text, SENTENCES))
  const ratio = (theirs / own).toFixed(1)
  console.log(`  ${peer.name.padEnd(28)} ${theirs.toFixed(2)} ms each, ${ratio} times ours`)
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
