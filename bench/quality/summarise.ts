/**
 * Quality of summaries against human references, beside baselines run in the same command:
 *
 *     node bench/quality/summarise.ts --data PATH [--limit N]
 *
 * The difference is to the best LEAD variant for each set and measure, with its paired 95 %
 * interval. Nothing in `src/` is fitted on these references; they are for measuring.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { summarise } from '../../src/story/summarise.ts'
import { sentences } from '../../src/text/sentences.ts'
import {
  lexrankPackage,
  nodeSummarizerByFrequency,
  nodeSummarizerByRank,
  type Peer,
} from '../peers.ts'
import {
  type Budget,
  cutTo,
  leadConcatenated,
  leadDistinct,
  leadRoundRobin,
  lexRank,
  textRank,
} from './baselines.ts'
import { pairedBootstrap } from './bootstrap.ts'
import { type Rouge, rouge } from './rouge.ts'

type Doc = { title: string | null; text: string; source?: string }
type Example = { docs: Doc[]; references: (string | string[])[] }
type Run = { name: string; lead: boolean; scores: Rouge[]; milliseconds: number }

const SETS: readonly { file: string; budget: Budget }[] = [
  { file: 'multinews.dev', budget: { words: 230 } },
  { file: 'cnndm.dev', budget: { sentences: 3 } },
  { file: 'allsides.dev', budget: { words: 55 } },
]
const MEASURES = ['r1', 'r2', 'rl'] as const

const texts = (example: Example) => example.docs.map((doc) => doc.text)
const SYSTEMS = [
  {
    name: 'LEAD concatenated',
    lead: true,
    run: (e: Example, b: Budget) => leadConcatenated(texts(e), b),
  },
  {
    name: 'LEAD round robin',
    lead: true,
    run: (e: Example, b: Budget) => leadRoundRobin(texts(e), b),
  },
  {
    name: 'LEAD round robin, distinct',
    lead: true,
    run: (e: Example, b: Budget) => leadDistinct(texts(e), b),
  },
  { name: 'TextRank', lead: false, run: (e: Example, b: Budget) => textRank(texts(e), b) },
  { name: 'LexRank', lead: false, run: (e: Example, b: Budget) => lexRank(texts(e), b) },
  peer(nodeSummarizerByFrequency),
  peer(nodeSummarizerByRank),
  peer(lexrankPackage),
  { name: 'ours', lead: false, run: ours },
]

/** Words of a sentence of news, for packages that can be asked for sentences only. */
const WORDS_PER_SENTENCE = 22

/** A package from npm on all documents as one text, which is all it takes. */
function peer({ name, run }: Peer) {
  return {
    name: `npm ${name}`,
    lead: false,
    run: async (example: Example, budget: Budget) => {
      const count = budget.sentences ?? Math.ceil((budget.words ?? 0) / WORDS_PER_SENTENCE)
      const told = await run(texts(example).join('\n\n').slice(0, MOST_READ), count)
      return cutTo(
        told.flatMap((text) => sentences(text).map((sentence) => sentence.text)),
        budget,
      )
    },
  }
}

/** The packages take minutes for the longest sets; these are cut for them, in code units. */
const MOST_READ = 30_000

function ours(example: Example, budget: Budget): string[] {
  const docs = example.docs.map(({ title, text, source }) => {
    return {
      text,
      ...(title === null ? {} : { title }),
      ...(source === undefined ? {} : { source }),
    }
  })
  return cutTo(
    summarise(docs, budget).map((extract) => extract.text),
    budget,
  )
}

function read(path: string, limit: number): Example[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  return lines.slice(0, limit).map((line) => JSON.parse(line) as Example)
}

/** The first reference as sentences; a string is split as our own text is. */
function referenceOf(example: Example): string[] {
  const reference = example.references[0] ?? ''
  if (typeof reference !== 'string') return reference
  return sentences(reference).map((sentence) => sentence.text)
}

async function measure(examples: readonly Example[], budget: Budget): Promise<Run[]> {
  const references = examples.map(referenceOf)
  const runs: Run[] = []
  for (const { name, lead, run } of SYSTEMS) {
    const started = performance.now()
    const summaries: string[][] = []
    for (const example of examples) summaries.push(await run(example, budget))
    const milliseconds = (performance.now() - started) / examples.length
    const scores = summaries.map((summary, i) => rouge(summary, references[i] ?? []))
    runs.push({ name, lead, scores, milliseconds })
  }
  return runs
}

const percent = (value: number) => (100 * value).toFixed(2).padStart(6)
const signed = (value: number) => `${value < 0 ? '' : '+'}${(100 * value).toFixed(2)}`
const mean = (run: Run, key: (typeof MEASURES)[number]) =>
  run.scores.reduce((sum, score) => sum + score[key].f, 0) / run.scores.length

function compare(runs: readonly Run[]): string {
  const own = runs.find((run) => run.name === 'ours') as Run
  const leads = runs.filter((run) => run.lead)
  return MEASURES.map((key) => {
    const lead = leads.reduce((best, run) => (mean(run, key) > mean(best, key) ? run : best))
    const differences = own.scores.map(
      (score, i) => score[key].f - (lead.scores[i] as Rouge)[key].f,
    )
    const { mean: average, low, high } = pairedBootstrap(differences)
    return `  ${key.toUpperCase()} ${signed(average)} [${signed(low)}, ${signed(high)}] over ${lead.name}`
  }).join('\n')
}

const { values } = parseArgs({
  options: { data: { type: 'string' }, limit: { type: 'string', default: '100000' } },
})
if (values.data === undefined) throw new Error('usage: summarise.ts --data PATH [--limit N]')
console.log('ROUGE-1/2/Lsum F, Porter stems, no stop words removed, first reference')
for (const { file, budget } of SETS) {
  const path = join(values.data, 'summaries', `${file}.jsonl.gz`)
  const examples = read(path, Number(values.limit))
  const runs = await measure(examples, budget)
  console.log(`\n${file}, ${examples.length} examples, ${JSON.stringify(budget)}`)
  for (const run of runs) {
    const scores = MEASURES.map((key) => percent(mean(run, key))).join(' ')
    console.log(`  ${run.name.padEnd(28)} ${scores}  ${run.milliseconds.toFixed(2)} ms`)
  }
  console.log(compare(runs))
}
