import { stem } from '../text/stems.ts'
import { splitWords } from '../text/words.ts'

/** A subject readers can choose, and the words that tell it. Plain data: see `config/topics.yaml`. */
export type Topic = {
  readonly name: string
  /** Names that sources use for it; an article that carries one is about it. */
  readonly aliases?: readonly string[]
  /** Words or phrases of up to four words, with their weight. Inflections count: `model`, `models`. */
  readonly match: Readonly<Record<string, number>>
}

export type Taxonomy = {
  /** Weight a topic needs, after the counting rules of `tagTopics`. */
  readonly threshold: number
  readonly topics: readonly Topic[]
}

export type Taggable = {
  readonly title: string
  readonly text: string
  /** What the source calls its topics. */
  readonly topics: readonly string[]
}

/** A hit in the title counts as so many in the text. */
const TITLE_WEIGHT = 3
/** Hits of one phrase in the text that count; a word said twenty times is no more than its topic. */
const MOST_HITS = 3
/** Words of the text that are looked at: a subject is named early. */
const LEAD_WORDS = 300
const LONGEST_PHRASE = 4
/**
 * A phrase of this weight makes a topic alone; lighter ones, like `launch`, are said of everything
 * and need another beside them.
 */
const STRONG = 1.5
/** Topics an article may have, and the share of the first one's weight that the others need. */
const MOST_TOPICS = 3
const NEAR_FIRST = 0.4

/** What was found of a topic; `strong` where one phrase of it is enough. */
type Tally = { weight: number; readonly phrases: Set<string>; strong: boolean }

type Index = {
  readonly phrases: ReadonlyMap<
    string,
    readonly { readonly topic: number; readonly weight: number }[]
  >
  /** Words of the longest phrase that begins with a word: most words begin none. */
  readonly longest: ReadonlyMap<string, number>
}

/** One index per taxonomy; it is built on first use and goes when the taxonomy goes. */
const indexes = new WeakMap<Taxonomy, Index>()

/** The topics of an article, the strongest first; none where no topic reaches the threshold. */
export function tagTopics(article: Taggable, taxonomy: Taxonomy): string[] {
  const tallies = taxonomy.topics.map(
    (): Tally => ({ weight: 0, phrases: new Set(), strong: false }),
  )
  const index = indexOf(taxonomy)
  collect(splitWords(article.title), index, TITLE_WEIGHT, tallies)
  collect(
    splitWords(article.text.slice(0, LEAD_WORDS * 10)).slice(0, LEAD_WORDS),
    index,
    1,
    tallies,
  )
  addGiven(article.topics, taxonomy, tallies)
  const told = taxonomy.topics
    .map((topic, i) => ({ name: topic.name, weight: weightOf(tallies[i]) }))
    .filter(({ weight }) => weight >= taxonomy.threshold)
  const first = Math.max(...told.map(({ weight }) => weight))
  return told
    .filter(({ weight }) => weight >= NEAR_FIRST * first)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST_TOPICS)
    .map((topic) => topic.name)
}

const weightOf = (tally: Tally | undefined): number =>
  tally && (tally.strong || tally.phrases.size > 1) ? tally.weight : 0

function collect(
  words: readonly { readonly norm: string }[],
  { phrases, longest }: Index,
  factor: number,
  tallies: readonly Tally[],
): void {
  const stems = words.map((word) => stem(word.norm, 'en'))
  const hits = new Map<string, number>()
  for (const [i, first] of stems.entries()) {
    const most = Math.min(longest.get(first) ?? 0, stems.length - i)
    for (let length = 1; length <= most; length++) {
      const phrase = stems.slice(i, i + length).join(' ')
      const seen = hits.get(phrase) ?? 0
      const found = phrases.get(phrase)
      if (seen >= MOST_HITS || !found) continue
      hits.set(phrase, seen + 1)
      for (const { topic, weight } of found) {
        const tally = tallies[topic]
        if (!tally) continue
        tally.weight += factor * weight
        tally.phrases.add(phrase)
        tally.strong ||= weight >= STRONG
      }
    }
  }
}

/** What the source says is about a topic counts as the threshold: alone it is enough. */
function addGiven(given: readonly string[], taxonomy: Taxonomy, tallies: readonly Tally[]): void {
  const names = new Set(given.slice(0, 50).map(key))
  taxonomy.topics.forEach((topic, i) => {
    const known = [topic.name, ...(topic.aliases ?? [])].some((name) => names.has(key(name)))
    const tally = tallies[i]
    if (!known || !tally) return
    tally.weight += taxonomy.threshold
    tally.strong = true
  })
}

function indexOf(taxonomy: Taxonomy): Index {
  const known = indexes.get(taxonomy)
  if (known) return known
  const phrases = new Map<string, { topic: number; weight: number }[]>()
  const longest = new Map<string, number>()
  taxonomy.topics.forEach((topic, i) => {
    for (const [given, weight] of Object.entries(topic.match)) {
      const phrase = key(given)
      phrases.set(phrase, [...(phrases.get(phrase) ?? []), { topic: i, weight }])
      const words = phrase.split(' ')
      const [first = ''] = words
      longest.set(first, Math.max(longest.get(first) ?? 0, Math.min(words.length, LONGEST_PHRASE)))
    }
  })
  const index = { phrases, longest }
  indexes.set(taxonomy, index)
  return index
}

/** `Large-language models` and `large language model` are the same phrase. */
const key = (phrase: string) =>
  splitWords(phrase)
    .map((word) => stem(word.norm, 'en'))
    .join(' ')
