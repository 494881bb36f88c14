import { makeCard } from '../edition/card.ts'
import { spreadStories } from '../edition/spread.ts'
import type { Article, Card, Instant, RankedStory } from '../model.ts'
import { assembleStory } from '../story/assemble.ts'
import { explainRank, rankStories } from '../story/rank.ts'
import type { Taxonomy } from '../story/topics.ts'

export type PoolInput = {
  /** Candidate stories with the articles an edition may tell them from. */
  readonly stories: readonly { readonly id: string; readonly articles: readonly Article[] }[]
  readonly now: Instant
  readonly timeZone: string
  /** Topics of the digest; none means all. */
  readonly topics: readonly string[]
  readonly taxonomy: Taxonomy
}

export type Pool = {
  readonly cards: readonly Card[]
  /** Stories there were to choose from. */
  readonly stories: number
}

/** What a story is worth by itself. */
export type CandidateScore = { readonly id: string; readonly score: number }

/** Candidate stories → the ranked cards of an edition. The same input gives the same cards. */
export function makePool(input: PoolInput): Pool {
  const ranked = rank(input)
  const cards = spreadStories(ranked).map(({ ranked }, i) =>
    makeCard(ranked, i + 1, input.timeZone),
  )
  return { cards, stories: ranked.length }
}

/** The scores of stories that belong to the digest. */
export const scoreStories = (input: PoolInput): CandidateScore[] =>
  rank(input).map(({ story, score }) => ({ id: story.id, score }))

/**
 * Why a story stands where it stands among the candidates, and where an edition would print it:
 * there, stories like those above them give way to others.
 */
export function explainStory({ id, ...input }: PoolInput & { readonly id: string }) {
  const ranked = rank(input)
  const printed = spreadStories(ranked).findIndex((one) => one.ranked.story.id === id) + 1
  const story = ranked.find((one) => one.story.id === id)?.story
  return { explanation: explainRank(ranked, id), printed, members: story?.members ?? [] }
}

function rank({ stories, now, topics, taxonomy }: PoolInput): RankedStory[] {
  const wanted = new Set(topics.map((topic) => topic.toLowerCase()))
  const assembled = stories
    .filter(({ articles }) => articles.length > 0) // removed with their source meanwhile
    .map(({ id, articles }) => assembleStory(id, articles, { now, taxonomy }))
    .filter(
      (story) => wanted.size === 0 || story.topics.some((topic) => wanted.has(topic.toLowerCase())),
    )
  return rankStories(assembled, { now, topics })
}
