/**
 * The order of twenty editions made of a long stream, against what an editor chose to round up on
 * those days, beside simpler orders:
 *
 *     node bench/quality/rank.ts --data PATH [--days N] [--top N]
 *
 * A card is *chosen* when an article of it is in a round-up of `clusters/allsides.dev`; articles
 * that no round-up there holds may be in others, so the shares compare orders and are no grades.
 */
import { parseArgs } from 'node:util'
import { entryOf, spreadStories } from '../../src/edition/spread.ts'
import { readTaxonomy } from '../../src/io/taxonomy.ts'
import type { RankedStory } from '../../src/model.ts'
import { outlineStory } from '../../src/story/assemble.ts'
import { rankStories } from '../../src/story/rank.ts'
import { pairedBootstrap } from './bootstrap.ts'
import { type Day, type Line, makeDays, readLines } from './stream.ts'

/** Of the squeezed days, the first of those that the round-ups lie in. */
const FIRST_DAY = 24

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    days: { type: 'string', default: '20' },
    top: { type: 'string', default: '10' },
  },
})
if (values.data === undefined) throw new Error('usage: rank.ts --data PATH [--days N] [--top N]')
const top = Number(values.top)
const taxonomy = readTaxonomy()
const roundUps = readLines(values.data, 'clusters', 'allsides.dev.jsonl.gz')
const stream = readLines(values.data, 'stream', 'articles-12k.jsonl.gz')

/** The round-up that holds an address. */
const roundUpOf = new Map(roundUps.map(({ id, url, cluster = id }) => [url, cluster]))

/** Both files, each article once. */
function joined(): Line[] {
  const known = new Set(stream.map(({ url }) => url))
  const added = roundUps.filter(({ url }) => !known.has(url))
  return [...stream, ...added.map((line) => ({ ...line, id: `r-${line.id}` }))]
}

type Order = (ranked: readonly RankedStory[]) => readonly RankedStory[]
type Seen = Record<'chosen' | 'repeats' | 'topics' | 'providers' | 'single' | 'score', number>

const size = ({ story }: RankedStory) => story.members.length
const newest = ({ story }: RankedStory) => Date.parse(story.lastSeenAt)
/** A fixed shuffle: the same days give the same figures. */
const shuffled = ({ story }: RankedStory) =>
  [...story.id].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, 7)
const by = (key: (one: RankedStory) => number): Order => {
  return (ranked) => ranked.toSorted((a, b) => key(b) - key(a))
}

const ORDERS: Readonly<Record<string, Order>> = {
  random: by(shuffled),
  newest: by(newest),
  'most articles': by(size),
  'heat alone': by(({ story }) => story.heat),
  'score alone': (ranked) => ranked,
  printed: (ranked) => spreadStories(ranked.map(entryOf)).map((placed) => placed.entry.ranked),
}

function look(cards: readonly RankedStory[]): Seen {
  const stories = cards.map(({ story }) => story)
  const gold = stories.map(({ members }) => [
    ...new Set(members.flatMap(({ article }) => roundUpOf.get(article.url) ?? [])),
  ])
  const all = gold.flat()
  const providers = stories.flatMap(({ members }) => members.map((one) => one.article.provider))
  return {
    chosen: gold.filter((names) => names.length > 0).length / Math.max(1, cards.length),
    repeats: all.length - new Set(all).size,
    topics: new Set(stories.map(({ topics }) => topics[0] ?? '')).size,
    providers: new Set(providers.map(({ domain }) => domain)).size,
    single: stories.filter(({ members }) => members.length === 1).length,
    score: mean(cards.map(({ score }) => score)),
  }
}

const mean = (list: readonly number[]) =>
  list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length)

function rank({ now, stories }: Day): RankedStory[] {
  const outlines = stories.map(({ id, articles }) => outlineStory(id, articles, { now, taxonomy }))
  return rankStories(outlines, { now }).map((one) => ({ ...one, story: one.story.tell() }))
}

for (const [name, lines] of [
  ['the stream alone', stream],
  ['the stream and all round-ups', joined()],
] as const) {
  const days = makeDays(lines, FIRST_DAY, Number(values.days))
  report(name, days.map(rank))
}

function report(name: string, ranked: readonly (readonly RankedStory[])[]): void {
  const rows = Object.entries(ORDERS).map(([name, order]) => {
    return { name, seen: ranked.map((one) => look(order(one).slice(0, top))) }
  })
  console.log(`${name}: ${ranked.length} editions, their first ${top} cards, means per edition`)
  const keys = ['chosen', 'repeats', 'topics', 'providers', 'single', 'score'] as const
  console.log(`  ${''.padEnd(14)}${keys.map((key) => key.padStart(10)).join('')}`)
  for (const { name, seen } of rows) {
    const figures = keys.map((key) =>
      mean(seen.map((one) => one[key]))
        .toFixed(2)
        .padStart(10),
    )
    console.log(`  ${name.padEnd(14)}${figures.join('')}`)
  }
  const printed = rows.at(-1)?.seen ?? []
  for (const { name, seen } of rows.slice(0, -1)) {
    const gain = pairedBootstrap(printed.map((one, i) => one.chosen - (seen[i]?.chosen ?? 0)))
    const points = [gain.mean, gain.low, gain.high].map((one) => (100 * one).toFixed(1))
    console.log(`  chosen, printed over ${name}: ${points[0]} [${points[1]}, ${points[2]}] of 100`)
  }
}
