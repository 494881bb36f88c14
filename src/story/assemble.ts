import type { Article, Instant, Member, Story } from '../model.ts'
import { markAlone } from './alone.ts'
import { develop, type Telling } from './develop.ts'
import { disagreementsIn } from './disagreement.ts'
import { focusOf } from './focus.ts'
import { chooseHeadline } from './headline.ts'
import { type HeatWeights, storyHeat } from './heat.ts'
import { assignRoles } from './roles.ts'
import { canTell, tell } from './tell.ts'
import { type Taxonomy, tagTopics } from './topics.ts'
import { voicesOf } from './voices.ts'

export type AssembleOptions = {
  readonly now: Instant
  readonly taxonomy: Taxonomy
  /** What earlier editions told of it, the oldest first; the story is then only what is new. */
  readonly tellings?: readonly Telling[] | undefined
  /** Lines that the hosts of its articles print under every story: none of them is told. */
  readonly repeated?: readonly string[] | undefined
  /** Articles whose titles an operator chose; of several in one story the last one counts. */
  readonly headlines?: readonly string[] | undefined
  readonly weights?: HeatWeights | undefined
}

/**
 * All of a story that its place depends on. What is told of it takes most of the work, and most
 * stories of a day are told by nobody.
 */
export type Outline = Omit<Story, 'sentences' | 'disagreements'> & {
  /** There is not even an excerpt to tell it by. */
  readonly isWordless: boolean
  /** The whole story. */
  tell(): Story
}

/** A topic is the story's when so much of its own reporting carries it. */
const TOPIC_SHARE = 0.34
const MOST_TOPICS = 3

/**
 * Joins all that is worked out about the articles of one story. The same articles give the same
 * story in whatever order they come.
 *
 * @throws {RangeError} when there is no article: a slip in code, not in data.
 */
export const assembleStory = (
  id: string,
  articles: readonly Article[],
  options: AssembleOptions,
): Story => outlineStory(id, articles, options).tell()

/** The same without its sentences and the numbers in them, until these are asked for. */
export function outlineStory(
  id: string,
  articles: readonly Article[],
  { now, taxonomy, tellings = [], repeated = [], headlines = [], weights }: AssembleOptions,
): Outline {
  if (articles.length === 0) throw new RangeError(`story ${id} has no articles`)
  const members = assignRoles(articles)
  const heat = storyHeat(members, now, weights)
  const times = members.map((member) => member.article.publishedAt).sort()
  const lines = new Set(repeated)
  const wanted = headlines.findLast((id) => members.some(({ article }) => article.id === id))
  const chosen = members.find(({ article }) => article.id === wanted)
  const news = develop(members, tellings, lines)
  const fresh = members.filter(({ article }) => news?.fresh.includes(article))
  const focus = focusOf(voicesOf(news?.isKnown && fresh.length > 0 ? fresh : members))
  const telling = { headline: headlineOf(chosen ? [chosen] : focus), news, repeated: lines }
  const known = {
    id,
    headline: telling.headline,
    members,
    topics: topicsOf(members, taxonomy),
    firstSeenAt: times[0] as Instant,
    lastSeenAt: times.at(-1) as Instant,
    heat: heat.total,
    heatParts: heat.parts,
    development: news?.development ?? null,
  }
  return {
    ...known,
    isWordless: !canTell(focus, telling),
    tell: () => ({
      ...known,
      sentences: markAlone(tell(focus, telling), members),
      disagreements: disagreementsIn(members, lines),
    }),
  }
}

function headlineOf(members: readonly Member[]): string {
  const candidates = members.map(({ article }) => ({
    title: article.title,
    text: article.text,
    provider: article.provider.name || article.provider.domain,
    author: article.author,
    publishedAt: article.publishedAt,
  }))
  return chooseHeadline(candidates).title || (members[0]?.article.title ?? '')
}

/** The articles vote, each for its strongest topics; the first counts double. */
function topicsOf(members: readonly Member[], taxonomy: Taxonomy): string[] {
  const own = voicesOf(members)
  const votes = new Map<string, number>()
  for (const { article } of own) {
    tagTopics(article, taxonomy).forEach((topic, i) => {
      votes.set(topic, (votes.get(topic) ?? 0) + (i === 0 ? 2 : 1))
    })
  }
  return [...votes]
    .filter(([, count]) => count >= TOPIC_SHARE * own.length)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_TOPICS)
    .map(([topic]) => topic)
}
