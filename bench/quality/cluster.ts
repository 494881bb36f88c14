import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { clusterArticles, type Grouped } from '../../src/story/batch.ts'
import { type Clusterable, LEVELS } from '../../src/story/cluster.ts'
import { countTerms, toVector } from '../../src/text/vectors.ts'
import { contentTerms } from '../../src/text/words.ts'
import { compareGroups, compareItems } from './bcubed.ts'
import { pairedBootstrap } from './bootstrap.ts'

const HELP = `node bench/quality/cluster.ts --data FOLDER [--level story|topic] [--set NAME]…
B-Cubed and pairwise agreement with labelled stories, beside one-pass centroid clustering
without time (at its best threshold on each set, which flatters it).`

/** The sets each level is meant for. */
const SETS = { story: ['allsides', 'ecbplus'], topic: ['headlines'] } as const

/** Thresholds the baseline may choose from, cosine. */
const BASELINE_THRESHOLDS = [0.06, 0.08, 0.1, 0.12, 0.15, 0.18, 0.22, 0.26, 0.3, 0.35]

type Labelled = Clusterable & { readonly cluster: string }

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    level: { type: 'string' },
    set: { type: 'string', multiple: true },
    help: { type: 'boolean' },
  },
})
if (values.help || values.data === undefined) {
  console.log(HELP)
  process.exit(values.help ? 0 : 2)
}
for (const level of ['story', 'topic'] as const) {
  if (values.level !== undefined && values.level !== level) continue
  for (const set of values.set ?? SETS[level]) measure(values.data, set, level)
}

function measure(data: string, set: string, level: 'story' | 'topic'): void {
  const articles = readSet(join(data, 'clusters', `${set}.dev.jsonl.gz`))
  const gold = articles.map(({ cluster }) => cluster)
  const start = performance.now()
  const grouped = clusterArticles(articles, LEVELS[level])
  const perArticle = (performance.now() - start) / articles.length
  console.log(`\n${set}.dev --level ${level}: ${articles.length} articles`)
  print(
    'after repair',
    grouped.map(({ story }) => story),
    gold,
  )
  print(
    'first decision',
    grouped.map(({ firstStory }) => firstStory),
    gold,
  )
  const baseline = bestBaseline(articles, gold)
  print('one-pass centroid', baseline, gold)
  print(
    'equal titles',
    articles.map(({ id, title }) => (title === '' ? id : title.toLowerCase())),
    gold,
  )
  printGain(
    grouped.map(({ story }) => story),
    baseline,
    gold,
  )
  const moved = grouped.filter((article) => article.moved).length / grouped.length
  const copies = grouped.filter(({ duplicateOf }) => duplicateOf !== null).length
  console.log(
    `  moved by repair ${percent(moved)} · copies ${copies} · ` +
      `stories of three and more with over 60 % outsiders ${percent(outsiders(grouped, gold))} · ` +
      `${perArticle.toFixed(2)} ms per article`,
  )
}

function print(name: string, groups: readonly string[], gold: readonly string[]): void {
  const { precision, recall, f1, pairF1 } = compareGroups(groups, gold)
  console.log(
    `  ${name.padEnd(18)} B-Cubed P ${percent(precision)}  R ${percent(recall)}  ` +
      `F ${percent(f1)}   pairs F ${percent(pairF1)}`,
  )
}

/** By article: the mean of its own F, ours less the baseline's. */
function printGain(ours: readonly string[], theirs: readonly string[], gold: readonly string[]) {
  const [a, b] = [compareItems(ours, gold), compareItems(theirs, gold)]
  const { mean, low, high } = pairedBootstrap(a.map(({ f1 }, i) => f1 - (b[i]?.f1 ?? 0)))
  console.log(
    `  over one-pass centroid, F by article: ${percent(mean)} (95 % from ${percent(low)} to ${percent(high)})`,
  )
}

function percent(share: number): string {
  return (100 * share).toFixed(1).padStart(5)
}

function readSet(file: string): Labelled[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')
  return lines.map((line) => {
    const { id, source, publishedAt, title, text, cluster } = JSON.parse(line)
    const at = Date.parse(publishedAt ?? '')
    return {
      id,
      provider: source ?? null,
      publishedAt: Number.isNaN(at) ? null : new Date(at).toISOString(),
      title: title ?? '',
      text: text ?? '',
      cluster,
    }
  })
}

/** The share of stories of three and more in which no gold story has 40 % of the articles. */
function outsiders(grouped: readonly Grouped[], gold: readonly string[]): number {
  const stories = Map.groupBy(grouped.keys(), (i) => grouped[i]?.story)
  const big = [...stories.values()].filter((members) => members.length > 2)
  const loose = big.filter((members) => {
    const largest = Map.groupBy(members, (i) => gold[i]).values()
    return Math.max(...[...largest].map(({ length }) => length)) < 0.4 * members.length
  })
  return big.length === 0 ? 0 : loose.length / big.length
}

function bestBaseline(articles: readonly Labelled[], gold: readonly string[]): string[] {
  const tries = BASELINE_THRESHOLDS.map((threshold) => onePassCentroid(articles, threshold))
  const scored = tries.map((groups) => ({ groups, f1: compareGroups(groups, gold).f1 }))
  return scored.reduce((a, b) => (b.f1 > a.f1 ? b : a)).groups
}

/** The textbook way: join the group whose summed vector has the greatest cosine, else begin one. */
function onePassCentroid(articles: readonly Labelled[], threshold: number): string[] {
  const documents = new Map<string, number>()
  let count = 0
  const idf = (term: string) => Math.log(1 + (count + 1) / ((documents.get(term) ?? 0) + 1))
  const groups: { id: string; sum: Map<string, number>; square: number }[] = []
  return articles.map(({ id, title, text }) => {
    const terms = countTerms([...contentTerms(title), ...contentTerms(text.slice(0, 1_200))])
    count++
    for (const term of terms.keys()) documents.set(term, (documents.get(term) ?? 0) + 1)
    const vector = toVector(terms, idf)
    let best = { id, sum: new Map<string, number>(), square: 0 }
    let bestDot = 0
    let bestCosine = threshold
    for (const group of groups) {
      let dot = 0
      for (const [term, weight] of vector) dot += weight * (group.sum.get(term) ?? 0)
      if (dot / Math.sqrt(group.square) < bestCosine) continue
      bestCosine = dot / Math.sqrt(group.square)
      bestDot = dot
      best = group
    }
    if (best.square === 0) groups.push(best)
    for (const [term, weight] of vector) best.sum.set(term, (best.sum.get(term) ?? 0) + weight)
    best.square += 1 + 2 * bestDot
    return best.id
  })
}
