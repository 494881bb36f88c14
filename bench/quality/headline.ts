/**
 * Quality of the chosen headline against an editor's neutral one, beside simpler choices:
 *
 *     node bench/quality/headline.ts --data PATH
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { chooseHeadline } from '../../src/story/headline.ts'
import { pairedBootstrap } from './bootstrap.ts'
import { rouge } from './rouge.ts'

type Doc = { title: string | null; text: string; source?: string }
type Example = { title: string | null; docs: Doc[] }
type Choice = (docs: readonly Doc[]) => string

const titleOf = (doc: Doc | undefined) => doc?.title ?? ''
const byLength = (docs: readonly Doc[]) =>
  [...docs].sort((a, b) => titleOf(a).length - titleOf(b).length)

/** Mean ROUGE-1 of a title against the other titles. */
const closeness = (doc: Doc, docs: readonly Doc[]) =>
  docs
    .filter((other) => other !== doc)
    .reduce((sum, other) => sum + rouge([titleOf(doc)], [titleOf(other)]).r1.f, 0)

function maxBy<T>(list: readonly T[], value: (one: T) => number): T | undefined {
  const values = list.map(value)
  return list[values.indexOf(Math.max(...values))]
}

const CHOICES: Readonly<Record<string, Choice>> = {
  first: (docs) => titleOf(docs[0]),
  shortest: (docs) => titleOf(byLength(docs)[0]),
  longest: (docs) => titleOf(byLength(docs).at(-1)),
  random: (docs) =>
    titleOf(docs[docs.reduce((sum, doc) => sum + doc.text.length, 0) % docs.length]),
  'closest title': (docs) => titleOf(maxBy(docs, (doc) => closeness(doc, docs))),
  ours: (docs) =>
    chooseHeadline(
      docs.map((doc) => ({ title: titleOf(doc), text: doc.text, provider: doc.source ?? '' })),
    ).title,
}

const { values } = parseArgs({ options: { data: { type: 'string' } } })
if (values.data === undefined) throw new Error('usage: headline.ts --data PATH')
const path = join(values.data, 'summaries', 'allsides.dev.jsonl.gz')
const examples = gunzipSync(readFileSync(path))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Example)
  .filter((example) => example.title && example.docs.filter(titleOf).length > 1)

const scoresOf = (choose: Choice) =>
  examples.map(({ docs, title }) => rouge([choose(docs)], [title ?? '']))
/** The title that the editor's headline is nearest to: no choice among the titles can do better. */
const oracle = examples.map(({ docs, title }) => {
  const all = docs.map((doc) => rouge([titleOf(doc)], [title ?? '']))
  return maxBy(all, (score) => score.r1.f) ?? rouge([''], [''])
})
const mean = (list: readonly number[]) =>
  (100 * list.reduce((sum, value) => sum + value, 0)) / list.length

console.log(`allsides.dev, ${examples.length} stories of two titles or more; ROUGE-1/2 F`)
const all = Object.entries(CHOICES).map(([name, choose]) => ({ name, scores: scoresOf(choose) }))
for (const { name, scores } of [...all, { name: 'oracle', scores: oracle }]) {
  const [r1, r2] = [mean(scores.map((s) => s.r1.f)), mean(scores.map((s) => s.r2.f))]
  console.log(`  ${name.padEnd(14)} ${r1.toFixed(2)} ${r2.toFixed(2)}`)
}
const ours = all.at(-1)?.scores ?? []
for (const { name, scores } of all.slice(0, -1)) {
  const gain = pairedBootstrap(ours.map((score, i) => score.r1.f - (scores[i]?.r1.f ?? 0)))
  const points = [gain.mean, gain.low, gain.high].map((one) => (100 * one).toFixed(2))
  console.log(`  ROUGE-1, ours over ${name}: ${points[0]} [${points[1]}, ${points[2]}]`)
}
