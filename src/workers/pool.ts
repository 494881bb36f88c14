import { makeCard } from '../edition/card.ts'
import { type Place, placeStories } from '../edition/places.ts'
import { type Entry, entryOf, isPrintable, spreadStories } from '../edition/spread.ts'
import type { Article, Card, Instant, Member, Role } from '../model.ts'
import { type Outline, outlineStory } from '../story/assemble.ts'
import type { Telling, ToldArticle } from '../story/develop.ts'
import { type Ranked, rankStories } from '../story/rank.ts'
import type { Taxonomy } from '../story/topics.ts'
import { RANKING, type Ranking } from './ranking.ts'

export type PoolInput = {
  /** Candidate stories with the articles an edition may tell them from. */
  readonly stories: readonly {
    readonly id: string
    readonly articles: readonly Article[]
    /** What earlier editions told of it, the oldest first. */
    readonly tellings?: readonly Telling[]
    /** Lines that the hosts of its articles print under every story. */
    readonly repeated?: readonly string[]
  }[]
  readonly now: Instant
  readonly timeZone: string
  /** Topics of the digest; none means all. */
  readonly topics: readonly string[]
  readonly taxonomy: Taxonomy
  readonly ranking?: Ranking
  /** Stories that an editor put at places. */
  readonly places?: readonly Place[]
  /** Articles whose titles an editor chose. */
  readonly headlines?: readonly string[]
}

export type Pool = {
  readonly cards: readonly Card[]
  /** Stories there were to choose from. */
  readonly stories: number
  /** The articles that each card was made from. */
  readonly articles: ReadonlyMap<string, readonly ToldArticle[]>
}

/** What a story is worth by itself. */
export type CandidateScore = { readonly id: string; readonly score: number }

/** Cards an edition freezes; behind them nobody's choices ever reach. */
const POOL_SIZE = 200

/** Candidate stories → the ranked cards of an edition. The same input gives the same cards. */
export function makePool(input: PoolInput): Pool {
  const { ranking = RANKING, places = [], timeZone } = input
  const ranked = rank(input)
  const fixed = new Set(places.map(({ storyId }) => storyId))
  const [placed, free] = [true, false].map((isFixed) =>
    ranked.filter(({ story }) => fixed.has(story.id) === isFixed),
  )
  const spread = spreadStories((free ?? []).map(entryOf), POOL_SIZE, ranking)
  const noise = (free ?? []).filter((one) => !isPrintable(one))
  const ordered = [...spread.map(({ entry }) => entry.ranked), ...noise]
  const cards = placeStories(ordered, placed ?? [], places)
    .slice(0, POOL_SIZE)
    .map((one, i) => makeCard({ ...one, story: one.story.tell() }, i + 1, timeZone))
  const articles = new Map(ranked.map(({ story }) => [story.id, story.members.map(toldOf)]))
  return { cards, stories: ranked.length, articles }
}

const toldOf = ({ article: { id, version, provider } }: Member): ToldArticle => {
  return { id, version, provider: provider.domain }
}

/** The scores of stories that belong to the digest. */
export const scoreStories = (input: PoolInput): CandidateScore[] =>
  rank(input).map(({ story, score }) => ({ id: story.id, score }))

/** The candidates as they are ranked, with all that explains their order. */
export const rankEntries = (input: PoolInput): Standing[] =>
  rank(input).map((ranked) => {
    const { id, headline, members } = ranked.story
    const { score, parts, topic, lead } = entryOf(ranked)
    return {
      ...{ score, parts, topic, lead },
      story: { id, headline },
      members: members.map(({ article, role }) => ({ id: article.id, role })),
    }
  })

/** A ranked story without its texts. */
export type Standing = Entry & {
  /** What it is told from. */
  readonly members: readonly { readonly id: string; readonly role: Role }[]
}

function rank({ stories, now, topics, taxonomy, ...given }: PoolInput): Ranked<Outline>[] {
  const { headlines, ranking: weights } = given
  const wanted = new Set(topics.map((topic) => topic.toLowerCase()))
  const outlines = stories
    .filter(({ articles }) => articles.length > 0) // removed with their source meanwhile
    .map(({ id, articles, tellings, repeated }) =>
      outlineStory(id, articles, { now, taxonomy, tellings, repeated, headlines, weights }),
    )
    .filter(({ development }) => development === null || development.novelty > 0)
    .filter(
      (story) => wanted.size === 0 || story.topics.some((topic) => wanted.has(topic.toLowerCase())),
    )
  return rankStories(outlines, { now, topics, ...(weights && { weights }) })
}
