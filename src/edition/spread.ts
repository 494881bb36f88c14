import { type Card, type Part, PRINT_PARTS, type RankedStory, type Story } from '../model.ts'
import { contentTerms } from '../text/words.ts'
import { isPlaced } from './places.ts'

/** What puts stories apart that are alike; the order of an edition is theirs. */
export type SpreadWeights = {
  /** What a story loses to its likeness to one above it, in shares of the best score. */
  readonly alike: number
  /** Among the stories taken last, so many of one main topic cost nothing. */
  readonly topicCap: number
  /** Among the stories taken last, so many led by one provider cost nothing. */
  readonly providerCap: number
  /**
   * What each story above a cap costs, in shares of the best score. A cap moves a story behind its
   * equals; it never lifts a trifle over the news of the day.
   */
  readonly overCap: number
  /** What caps cost at most, in shares of the best score. */
  readonly overCapMost: number
}

export const SPREAD_WEIGHTS: SpreadWeights = {
  alike: 0.5,
  topicCap: 3,
  providerCap: 2,
  overCap: 0.03,
  overCapMost: 0.09,
}

/** Likeness from which on two stories say much the same, 0–1; below it they are just both news. */
const LIKE_FROM = 0.2

/** A headline of fewer words that say something counts as one of so many: one shared word is little. */
const FEWEST_WORDS = 4

/** How many stories taken last are looked at for the caps. */
const WINDOW_STORIES = 10

/** Stories put into order unless somebody wants more. */
const LIMIT = 200

/** What the order of an edition looks at; a frozen card tells it as well as a story. */
export type Entry = {
  readonly story: Pick<Story, 'id' | 'headline'>
  readonly score: number
  readonly parts: readonly Part[]
  /** Main topic; empty where there is none. */
  readonly topic: string
  /** Domain of the provider where it is the only one; else empty: a shared story is nobody's own. */
  readonly lead: string
}

/** A ranked story, as far as its place goes. */
type Standing = Pick<RankedStory, 'score' | 'parts'> & {
  readonly story: Pick<Story, 'id' | 'headline' | 'members' | 'topics'>
}

/** An entry at its printed place, with what took it there. */
export type Placed<E extends Entry> = {
  readonly entry: E
  /** Score and `costs` together: what it had against the others when its turn came. */
  readonly value: number
  /** What likeness and caps took from its score, each below 0; `note` names the cause. */
  readonly costs: readonly Part[]
}

export function entryOf<R extends Standing>(ranked: R): Entry & { readonly ranked: R } {
  const { story, score, parts } = ranked
  const providers = new Set(story.members.map(({ article }) => article.provider.domain))
  const [lead = ''] = providers
  return {
    ranked,
    story,
    score,
    parts,
    topic: story.topics[0] ?? '',
    lead: providers.size === 1 ? lead : '',
  }
}

export function entryOfCard(card: Card): Entry {
  const { storyId, headline, score, parts, topics, sourceCount, citations } = card
  return {
    story: { id: storyId, headline },
    score,
    parts,
    topic: topics[0] ?? '',
    lead: sourceCount === 1 ? (citations[0]?.provider.domain ?? '') : '',
  }
}

type Candidate<E extends Entry> = {
  readonly entry: E
  readonly words: ReadonlySet<string>
  /** Stories already taken that it was compared with. */
  compared: number
  nearest: number
  like: string
}

/**
 * Puts stories, ranked, into printing order: the best first, then the best that is also *different*.
 *
 * Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998, pp. 335–336), in points: each step
 * takes the story with the most left after what its greatest likeness to a story already taken
 * costs. Soft caps keep one topic or provider from filling a screen. O(limit · n) at worst: costs only
 * take, so that a story whose score is below the best value so far is not looked at.
 *
 * @param ranked the highest score first
 * @returns at most `limit` stories, none that is noise; equal values keep the input's order.
 */
export function spreadStories<E extends Entry>(
  ranked: readonly E[],
  limit = LIMIT,
  weights: SpreadWeights = SPREAD_WEIGHTS,
): Placed<E>[] {
  const best = Math.max(...ranked.map(({ score }) => score), 0)
  const open = ranked.filter(isPrintable).map((entry) => toCandidate(entry))
  const taken: Candidate<E>[] = []
  const placed: Placed<E>[] = []
  while (placed.length < limit && open.length > 0) {
    const recent = taken.slice(-WINDOW_STORIES).map(({ entry }) => entry)
    let top = 0
    let won: Placed<E> | undefined
    for (const [i, story] of open.entries()) {
      if (won && toCents(story.entry.score) <= toCents(won.value)) break
      for (const one of taken.slice(story.compared)) compare(story, one)
      story.compared = taken.length
      const placing = place(story, recent, best, weights)
      if (won && placing.value <= won.value) continue
      top = i
      won = placing
    }
    const [next] = open.splice(top, 1)
    if (next === undefined || won === undefined) break
    taken.push(next)
    placed.push(won)
  }
  return placed
}

/** What poses as news is not printed to fill a quiet day, unless an editor puts it in. */
export const isPrintable = (one: { readonly parts: readonly Part[] }): boolean =>
  one.parts.every(({ name }) => name !== PRINT_PARTS.noise) || isPlaced(one)

const toCandidate = <E extends Entry>(entry: E): Candidate<E> => ({
  entry,
  words: new Set(contentTerms(entry.story.headline)),
  compared: 0,
  nearest: 0,
  like: '',
})

function place<E extends Entry>(
  { entry, nearest, like }: Candidate<E>,
  recent: readonly Entry[],
  best: number,
  weights: SpreadWeights,
): Placed<E> {
  const { topic, lead } = entry
  const topics = recent.filter((one) => topic !== '' && one.topic === topic).length
  const leads = recent.filter((one) => lead !== '' && one.lead === lead).length
  const costs = [
    cost('alike', weights.alike * best * nearest, like),
    cost(
      'topic cap',
      best * overCap(topics, weights.topicCap, weights),
      `${topics} above of ${topic}`,
    ),
    cost(
      'provider cap',
      best * overCap(leads, weights.providerCap, weights),
      `${leads} above from ${lead}`,
    ),
  ]
  const cents = costs.reduce((sum, { value }) => sum + toCents(value), toCents(entry.score))
  return { entry, value: cents / 100, costs: costs.filter(({ value }) => value !== 0) }
}

const cost = (name: string, points: number, note: string): Part => {
  return { name, value: -toCents(points) / 100 || 0, note }
}

const toCents = (points: number): number => Math.round(points * 100)

const overCap = (above: number, cap: number, { overCap, overCapMost }: SpreadWeights): number =>
  Math.min(overCapMost, overCap * Math.max(0, above - cap + 1))

function compare(story: Candidate<Entry>, taken: Candidate<Entry>): void {
  const likeness = Math.max(0, (likenessOf(story, taken) - LIKE_FROM) / (1 - LIKE_FROM))
  if (likeness <= story.nearest) return
  story.nearest = likeness
  story.like = `like “${taken.entry.story.headline}”`
}

/**
 * The share of the shorter headline's words, as stems and without those that only join, which the
 * other has too. Neighbouring events have their names in common and little else, whatever the length.
 */
function likenessOf(a: Candidate<Entry>, b: Candidate<Entry>): number {
  const shared = [...a.words].filter((word) => b.words.has(word)).length
  return Math.min(1, shared / Math.max(FEWEST_WORDS, Math.min(a.words.size, b.words.size)))
}
