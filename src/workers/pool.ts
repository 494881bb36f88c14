import { makeCard } from '../edition/card.ts'
import { selectPool } from '../edition/select.ts'
import type { Article, Card, Instant } from '../model.ts'
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

/** Candidate stories → the ranked cards of an edition. The same input gives the same cards. */
export function makePool({ stories, now, timeZone, topics, taxonomy }: PoolInput): Pool {
  const wanted = new Set(topics.map((topic) => topic.toLowerCase()))
  const assembled = stories
    .map(({ id, articles }) => assembleStory(id, articles, { now, taxonomy }))
    .filter(
      (story) => wanted.size === 0 || story.topics.some((topic) => wanted.has(topic.toLowerCase())),
    )
  const ranked = rankStories(assembled, { now, topics })
  const cards = selectPool(ranked).map((story, i) => makeCard(story, i + 1, timeZone))
  return { cards, stories: assembled.length }
}

export type ExplainInput = PoolInput & { readonly id: string }

/** Why a story stands where it stands among the candidates. */
export function explainStory({ id, stories, now, topics, taxonomy }: ExplainInput) {
  const assembled = stories.map((story) =>
    assembleStory(story.id, story.articles, { now, taxonomy }),
  )
  const explanation = explainRank(rankStories(assembled, { now, topics }), id)
  return { explanation, members: assembled.find((story) => story.id === id)?.members ?? [] }
}
