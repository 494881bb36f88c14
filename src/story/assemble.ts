import type { Article, Instant, Member, Story, SummarySentence } from '../model.ts'
import { markAlone } from './alone.ts'
import { develop, type News, type Telling } from './develop.ts'
import { disagreementsIn } from './disagreement.ts'
import { chooseHeadline } from './headline.ts'
import { storyHeat } from './heat.ts'
import { isOpinion } from './opinion.ts'
import { assignRoles } from './roles.ts'
import { type Extract, type SummaryOptions, summarise } from './summarise.ts'
import { type Taxonomy, tagTopics } from './topics.ts'

export type AssembleOptions = {
  readonly now: Instant
  readonly taxonomy: Taxonomy
  /** What earlier editions told of it, the oldest first; the story is then only what is new. */
  readonly tellings?: readonly Telling[] | undefined
}

/** Providers with words of their own → sentences on the card. */
const FEWEST_SENTENCES = 2
const MOST_SENTENCES = 4
/** An excerpt is short; more than two sentences of excerpts would be a patchwork. */
const EXCERPT_SENTENCES = 2
/** What is new since an earlier edition is told in at most so many. */
const NEW_SENTENCES = 3
/** A topic is the story's when so much of its own reporting carries it. */
const TOPIC_SHARE = 0.34
const MOST_TOPICS = 3

/**
 * Joins all that is worked out about the articles of one story. The same articles give the same
 * story in whatever order they come.
 *
 * @throws {RangeError} when there is no article: a slip in code, not in data.
 */
export function assembleStory(
  id: string,
  articles: readonly Article[],
  { now, taxonomy, tellings = [] }: AssembleOptions,
): Story {
  if (articles.length === 0) throw new RangeError(`story ${id} has no articles`)
  const members = assignRoles(articles)
  const heat = storyHeat(members, now)
  const times = members.map((member) => member.article.publishedAt).sort()
  const news = develop(members, tellings)
  const fresh = members.filter(({ article }) => news?.fresh.includes(article))
  return {
    id,
    headline: headlineOf(fresh.length > 0 ? fresh : members),
    members,
    sentences: markAlone(news && wasTold(tellings) ? newsOf(news) : summaryOf(members), members),
    topics: topicsOf(members, taxonomy),
    firstSeenAt: times[0] as Instant,
    lastSeenAt: times.at(-1) as Instant,
    heat: heat.total,
    heatParts: heat.parts,
    disagreements: disagreementsIn(members),
    development: news?.development ?? null,
  }
}

/** Reports; where there are none, opinions; where all are copies of articles elsewhere, those. */
function voices(members: readonly Member[]): readonly Member[] {
  const own = members.filter((member) => member.role !== 'copy')
  const reports = own.filter(({ article }) => !isOpinion(article.title, article.url))
  return [reports, own].find((some) => some.length > 0) ?? members
}

function headlineOf(members: readonly Member[]): string {
  const candidates = voices(members).map(({ article }) => ({
    title: article.title,
    text: article.text,
    provider: article.provider.name || article.provider.domain,
    author: article.author,
  }))
  return chooseHeadline(candidates).title || (members[0]?.article.title ?? '')
}

/** Of a story that stood among the quick hits, readers know the headline only: it is told whole. */
const wasTold = (tellings: readonly Telling[]) =>
  tellings.some(({ sentences }) => sentences.length > 0)

function summaryOf(members: readonly Member[]): SummarySentence[] {
  const told = fullTexts(voices(members).map(({ article }) => article))
  const providers = new Set(told.map((article) => article.provider.domain)).size
  const wanted = Math.min(MOST_SENTENCES, FEWEST_SENTENCES + Math.floor(providers / 2))
  return summaryFrom(told, { sentences: told[0]?.excerptOnly ? EXCERPT_SENTENCES : wanted })
}

const newsOf = ({ fresh, isNew }: News): SummarySentence[] =>
  summaryFrom(fresh, { sentences: NEW_SENTENCES, isWanted: isNew })

/** Full texts where there are any: an excerpt is then only the beginning of what they say. */
function fullTexts(articles: readonly Article[]): readonly Article[] {
  const full = articles.filter(({ excerptOnly }) => !excerptOnly)
  return full.length > 0 ? full : articles
}

function summaryFrom(told: readonly Article[], options: SummaryOptions): SummarySentence[] {
  const docs = told.map(({ title, text, provider, publishedAt, language, sourceId, rights }) => {
    const words = rights?.quoteWords ?? null
    const quota = words === null ? undefined : { of: sourceId, words }
    return { title, text, source: provider.domain, publishedAt, language, quota }
  })
  const extracts = summarise(docs, { ...options, bestFirst: true })
  return extracts.map((extract) => cite(extract, told))
}

function cite(extract: Extract, told: readonly Article[]): SummarySentence {
  const article = told[extract.doc] as Article
  return {
    text: extract.text,
    articleId: article.id,
    start: extract.start,
    end: extract.end,
    sha256: article.textSha256,
    support: extract.support.map((doc) => (told[doc] as Article).id),
  }
}

/** The articles vote, each for its strongest topics; the first counts double. */
function topicsOf(members: readonly Member[], taxonomy: Taxonomy): string[] {
  const own = voices(members)
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
