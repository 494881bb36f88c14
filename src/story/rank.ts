import type { Article, Instant, RankedStory, Story } from '../model.ts'
import { sumOf } from './parts.ts'

export { type Explanation, explainRank } from './explain.ts'

export type RankOptions = {
  readonly now: Instant
  /** Topics of the digest; none means all are equal. */
  readonly topics?: readonly string[]
}

/** Shares of the story's heat and of its articles' quality, both 0–100. */
const HEAT_SHARE = 0.5
const QUALITY_SHARE = 0.3
/** Points for each provider with words of its own beyond the first, and their limit. */
const PER_SOURCE = 2
const MOST_SOURCES = 16
const TOPIC_MATCH = 10
/** All that is known of it are the publishers' excerpts. */
const EXCERPT_ONLY = -6
/** Not even an excerpt: nothing to tell but a headline. */
const NO_SUMMARY = -10
/** Of the points an article lost as junk, on top of what its quality lost already. */
const JUNK_SHARE = 0.5
/** Points a day since the last article, from the second day on, and their limit. */
const PER_STALE_DAY = -6
const MOST_STALE = -18
/**
 * What a follow-up gives up of its other points where nothing in it is new: readers were told. What
 * is new in part gives up its part of that.
 */
const TOLD_SHARE = 0.4
/** Where an article has not been scored. */
const NEUTRAL_QUALITY = 50
const DAY = 86_400_000

/**
 * Puts stories in order. A story's score is the sum of its parts, each with its sign; the highest
 * comes first and equal scores are ordered by id, so that the same stories give the same order.
 */
export function rankStories(stories: readonly Story[], options: RankOptions): RankedStory[] {
  return stories.map((story) => rankStory(story, options)).sort(byRank)
}

/** The order of the ranking, for callers that merge rankings. */
function byRank(a: RankedStory, b: RankedStory): number {
  return b.score - a.score || (a.story.id < b.story.id ? -1 : a.story.id > b.story.id ? 1 : 0)
}

function rankStory(story: Story, { now, topics = [] }: RankOptions): RankedStory {
  const best = bestArticle(story)
  const independent = independentProviders(story)
  const matched = story.topics.filter((topic) => topics.includes(topic))
  const staleDays = Math.floor((Date.parse(now) - Date.parse(story.lastSeenAt)) / DAY)
  const own = sumOf([
    ['heat', HEAT_SHARE * story.heat],
    ['quality', QUALITY_SHARE * (best?.quality ?? NEUTRAL_QUALITY), best?.provider.name],
    ['sources', sourcePoints(independent), `${independent} independent`],
    ['topic', matched.length > 0 ? TOPIC_MATCH : 0, matched.join(', ') || undefined],
    ['excerpt', excerptPoints(story)],
    ['junk', JUNK_SHARE * junkOf(best)],
    ['stale', Math.max(MOST_STALE, PER_STALE_DAY * Math.max(0, staleDays))],
  ])
  const told = sumOf([['told', -toldPoints(story, own.total), toldNote(story)]])
  const cents = Math.round(own.total * 100) + Math.round(told.total * 100)
  return { story, score: cents / 100, parts: [...own.parts, ...told.parts] }
}

function toldPoints({ development }: Story, points: number): number {
  return development === null ? 0 : TOLD_SHARE * (1 - development.novelty) * Math.max(0, points)
}

function toldNote({ development }: Story): string | undefined {
  if (development === null) return undefined
  return `${Math.round(100 * development.novelty)} % new since ${development.lastTold}`
}

function sourcePoints(independent: number): number {
  return Math.min(MOST_SOURCES, PER_SOURCE * Math.max(0, independent - 1))
}

/** The best of those with words of their own; a copy stands in only where there is nothing else. */
function bestArticle(story: Story): Article | undefined {
  const own = story.members.filter((member) => member.role !== 'copy')
  const candidates = own.length > 0 ? own : story.members
  return candidates
    .map((member) => member.article)
    .reduce<Article | undefined>((best, next) => {
      if (!best) return next
      return (next.quality ?? NEUTRAL_QUALITY) > (best.quality ?? NEUTRAL_QUALITY) ? next : best
    }, undefined)
}

function independentProviders(story: Story): number {
  const own = story.members.filter((member) => member.role !== 'copy')
  return new Set(own.map((member) => member.article.provider.domain)).size
}

function excerptPoints(story: Story): number {
  if (story.sentences.length === 0) return NO_SUMMARY
  return story.members.every((member) => member.article.excerptOnly) ? EXCERPT_ONLY : 0
}

/** Points lost as junk and bait, at most 0. */
function junkOf(article: Article | undefined): number {
  const lost = article?.qualityParts.filter((part) => part.name === 'junk' || part.name === 'bait')
  return lost?.reduce((sum, part) => sum + Math.min(0, part.value), 0) ?? 0
}
