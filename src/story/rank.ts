import type { Article, Instant, Member, Part, Story } from '../model.ts'
import { junkPart } from './noise.ts'
import { isView } from './opinion.ts'
import { sumOf } from './parts.ts'

export { type Explanation, explainRank } from './explain.ts'

export type RankOptions = {
  readonly now: Instant
  /** Topics of the digest; none means all are equal. */
  readonly topics?: readonly string[]
  readonly weights?: RankWeights
}

/** What a story's score is made of. `RANK_WEIGHTS` are ours; a digest may have others. */
export type RankWeights = {
  /** Share of the story's heat, 0–100. */
  readonly heat: number
  /** Share of the quality of its best article, 0–100. */
  readonly quality: number
  /** Points for each provider with words of its own beyond the first. */
  readonly source: number
  /** Points that providers bring together at most. */
  readonly sourcesMost: number
  /** Points for a topic of the digest. */
  readonly topic: number
  /** Points where all that is known of it are the publishers' excerpts. */
  readonly excerpt: number
  /** Points where there is not even an excerpt: nothing to tell but a headline. */
  readonly noSummary: number
  /** Points where nobody reports it, and all its articles argue. */
  readonly view: number
  /** Share of the points an article lost as junk and bait, on top of what its quality lost. */
  readonly junk: number
  /** Points a day since the last article, from the second day on. */
  readonly staleDay: number
  /** Points that age takes at most. */
  readonly staleMost: number
  /**
   * Share of its other points that a follow-up gives up where nothing in it is new: readers were
   * told. What is new in part gives up its part of that.
   */
  readonly told: number
}

export const RANK_WEIGHTS: RankWeights = {
  heat: 0.5,
  quality: 0.3,
  source: 2,
  sourcesMost: 16,
  topic: 10,
  excerpt: -6,
  noSummary: -10,
  view: -10,
  junk: 0.5,
  staleDay: -6,
  staleMost: -18,
  told: 0.4,
}

/** Where an article has not been scored. */
const NEUTRAL_QUALITY = 50
const DAY = 86_400_000

/** All of a story that its score depends on. */
export type Rankable = Pick<
  Story,
  'id' | 'members' | 'topics' | 'lastSeenAt' | 'heat' | 'development'
> & {
  /** There is not even an excerpt to tell it by. */
  readonly isWordless: boolean
}

export type Ranked<S> = { readonly story: S; readonly score: number; readonly parts: Part[] }

/**
 * Puts stories in order. A story's score is the sum of its parts, each with its sign; the highest
 * comes first and equal scores are ordered by id, so that the same stories give the same order.
 */
export function rankStories<S extends Rankable>(
  stories: readonly S[],
  options: RankOptions,
): Ranked<S>[] {
  return stories.map((story) => rankStory(story, options)).sort(byRank)
}

/** The order of the ranking, for callers that merge rankings. */
function byRank(a: Ranked<Rankable>, b: Ranked<Rankable>): number {
  return b.score - a.score || (a.story.id < b.story.id ? -1 : a.story.id > b.story.id ? 1 : 0)
}

function rankStory<S extends Rankable>(
  story: S,
  { now, topics = [], weights = RANK_WEIGHTS }: RankOptions,
): Ranked<S> {
  const best = bestArticle(story)
  const independent = independentProviders(story)
  const matched = story.topics.filter((topic) => topics.includes(topic))
  const staleDays = Math.floor((Date.parse(now) - Date.parse(story.lastSeenAt)) / DAY)
  const own = sumOf([
    ['heat', weights.heat * story.heat],
    ['quality', weights.quality * (best?.quality ?? NEUTRAL_QUALITY), best?.provider.name],
    ['sources', sourcePoints(independent, weights), `${independent} independent`],
    ['topic', matched.length > 0 ? weights.topic : 0, matched.join(', ') || undefined],
    ['excerpt', excerptPoints(story, weights)],
    ['view', ownOf(story).every(({ article }) => isView(article)) ? weights.view : 0],
    junkPart(best, weights.junk),
    ['stale', Math.max(weights.staleMost, weights.staleDay * Math.max(0, staleDays))],
  ])
  const told = sumOf([['told', -toldPoints(story, own.total, weights), toldNote(story)]])
  const cents = Math.round(own.total * 100) + Math.round(told.total * 100)
  return { story, score: cents / 100, parts: [...own.parts, ...told.parts] }
}

function toldPoints({ development }: Rankable, points: number, { told }: RankWeights): number {
  return development === null ? 0 : told * (1 - development.novelty) * Math.max(0, points)
}

function toldNote({ development }: Rankable): string | undefined {
  if (development === null) return undefined
  return `${Math.round(100 * development.novelty)} % new since ${development.lastTold}`
}

function sourcePoints(independent: number, { source, sourcesMost }: RankWeights): number {
  return Math.min(sourcesMost, source * Math.max(0, independent - 1))
}

/** Those with words of their own; copies where there is nothing else. */
function ownOf({ members }: Rankable): readonly Member[] {
  const own = members.filter((member) => member.role !== 'copy')
  return own.length > 0 ? own : members
}

/** The best of those with words of their own; a copy stands in only where there is nothing else. */
function bestArticle(story: Rankable): Article | undefined {
  return ownOf(story)
    .map((member) => member.article)
    .reduce<Article | undefined>((best, next) => {
      if (!best) return next
      return (next.quality ?? NEUTRAL_QUALITY) > (best.quality ?? NEUTRAL_QUALITY) ? next : best
    }, undefined)
}

function independentProviders(story: Rankable): number {
  const own = story.members.filter((member) => member.role !== 'copy')
  return new Set(own.map((member) => member.article.provider.domain)).size
}

function excerptPoints(story: Rankable, { excerpt, noSummary }: RankWeights): number {
  if (story.isWordless) return noSummary
  return story.members.every((member) => member.article.excerptOnly) ? excerpt : 0
}
