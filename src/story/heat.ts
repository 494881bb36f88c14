import type { Instant, Member, Score } from '../model.ts'
import { boundedSumOf } from './parts.ts'

const HOUR = 3_600_000

/** Points at most for each part of heat, and how fast a story cools. */
export type HeatWeights = {
  readonly coverage: number
  readonly recency: number
  readonly velocity: number
  readonly diversity: number
  /** Hours in which a story loses half its recency. */
  readonly halfLifeHours: number
}

/**
 * The points make 100 together. A day's edition asks who covered a story more than at what hour: see
 * docs/decisions/0031-heat-is-a-sum.md for what was tried.
 */
export const HEAT_WEIGHTS: HeatWeights = {
  coverage: 55,
  recency: 20,
  velocity: 15,
  diversity: 10,
  halfLifeHours: 24,
}

/** Independent providers from which on more add nothing. */
const FULL_COVERAGE = 15
/** Providers that join within this time of `now` count as new. */
const NEW_HOURS = 6
/** New providers from which on more add nothing. */
const FULL_VELOCITY = 7
/** A provider with only a copy counts for this share of one with words of its own. */
const COPY_WEIGHT = 0.3
/** Providers beyond the first at which half the points for diversity are reached. */
const HALF_DIVERSITY = 3

type Vote = { weight: number; first: number; articles: number }

/**
 * How hot a story is at `now`, 0–100: who covers it, how fresh it is, how fast it grows and how
 * evenly it is spread. Every provider has one vote, however often it writes. The parts add up.
 * Nothing is compared with an earlier hour, so a fetch that failed fakes no fall: what had come stays.
 */
export function storyHeat(
  members: readonly Member[],
  now: Instant,
  weights: HeatWeights = HEAT_WEIGHTS,
): Score {
  const at = Date.parse(now)
  const votes = votesOf(members)
  const cover = [...votes.values()].reduce((sum, vote) => sum + vote.weight, 0)
  const freshest = Math.max(...members.map((member) => Date.parse(member.article.publishedAt)))
  const ageHours = members.length === 0 ? Infinity : Math.max(0, at - freshest) / HOUR
  const joined = joiners(votes, at)
  return boundedSumOf([
    ['coverage', weights.coverage * saturating(cover, FULL_COVERAGE), `${votes.size} sources`],
    ['recency', weights.recency * 0.5 ** (ageHours / weights.halfLifeHours)],
    ['velocity', weights.velocity * saturating(joined, FULL_VELOCITY)],
    ['diversity', weights.diversity * diversity(votes)],
  ])
}

function votesOf(members: readonly Member[]): Map<string, Vote> {
  const votes = new Map<string, Vote>()
  for (const { article, role } of members) {
    const vote = votes.get(article.provider.domain) ?? { weight: 0, first: Infinity, articles: 0 }
    vote.weight = Math.max(vote.weight, role === 'copy' ? COPY_WEIGHT : 1)
    vote.first = Math.min(vote.first, Date.parse(article.publishedAt))
    vote.articles += 1
    votes.set(article.provider.domain, vote)
  }
  return votes
}

/** Providers that joined of late, without the one that began the story: a start is no growth. */
function joiners(votes: ReadonlyMap<string, Vote>, at: number): number {
  const [, ...later] = [...votes.values()].sort((a, b) => a.first - b.first)
  return later
    .filter((vote) => vote.first > at - NEW_HOURS * HOUR)
    .reduce((sum, vote) => sum + vote.weight, 0)
}

/** 0–1 from the effective number of providers, the exponential of Shannon's entropy. */
function diversity(votes: ReadonlyMap<string, Vote>): number {
  const counts = [...votes.values()].map((vote) => vote.articles)
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (all === 0) return 0
  const entropy = counts.reduce((sum, count) => sum - (count / all) * Math.log(count / all), 0)
  const beyond = Math.exp(entropy) - 1
  return beyond / (beyond + HALF_DIVERSITY)
}

/** 0–1 on a logarithmic scale: the second source says more than the tenth. */
function saturating(value: number, full: number): number {
  return Math.min(1, Math.log2(1 + value) / Math.log2(1 + full))
}
