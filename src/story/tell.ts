import type { Article, Member, SummarySentence } from '../model.ts'
import { isOvertaken } from './ahead.ts'
import type { News } from './develop.ts'
import {
  canSummarise,
  type Extract,
  type SummaryDoc,
  type SummaryOptions,
  summarise,
} from './summarise.ts'

/** Providers with words of their own → sentences on the card. */
const FEWEST_SENTENCES = 2
const MOST_SENTENCES = 4
/** An excerpt is short; more than two sentences of excerpts would be a patchwork. */
const EXCERPT_SENTENCES = 2
/** What is new since an earlier edition is told in at most so many. */
const NEW_SENTENCES = 3

/** What is known of a story beside its articles. */
type Telling = {
  /** Above its sentences: the first of them says most of it. */
  readonly headline: string
  /** What is new since earlier editions; `null` where none has told it. */
  readonly news: News | null
  /** Lines that its hosts print under every story. */
  readonly repeated: ReadonlySet<string>
}

/**
 * The sentences of a story's card: what is new, where an edition has told the rest.
 *
 * @param members those of the story that tell one turn of it (`focus.ts`).
 */
export function tell(
  members: readonly Member[],
  { headline, news, repeated }: Telling,
): SummarySentence[] {
  const articles = members.map(({ article }) => article)
  if (news?.isKnown) {
    const options = { sentences: NEW_SENTENCES, isWanted: news.isNew, headline }
    const told = summaryOf(articles, options, repeated)
    return told.length > 0 ? told : summaryOf(news.fresh, options, repeated)
  }
  const told = fullTexts(articles)
  const providers = new Set(told.map((article) => article.provider.domain)).size
  const wanted = Math.min(MOST_SENTENCES, FEWEST_SENTENCES + Math.floor(providers / 2))
  const sentences = told[0]?.excerptOnly ? EXCERPT_SENTENCES : wanted
  const options = { sentences, headline }
  const current = told.length > 1 ? currentOf(told, options, repeated) : []
  return current.length > 0 ? current : summaryOf(told, options, repeated)
}

/** What no later article has gone beyond. */
function currentOf(
  articles: readonly Article[],
  options: SummaryOptions,
  repeated: ReadonlySet<string>,
): SummarySentence[] {
  const isBehind = isOvertaken(articles)
  const isWanted: SummaryOptions['isWanted'] = (sentence) => !isBehind(sentence)
  return summaryOf(articles, { ...options, isWanted }, repeated)
}

/** Whether `tell` finds a sentence, without weighing them. */
export function canTell(
  members: readonly Member[],
  { news, repeated }: Omit<Telling, 'headline'>,
): boolean {
  const articles = members.map(({ article }) => article)
  const told = (of: readonly Article[], isWanted?: News['isNew']) =>
    canSummarise(docsOf(of, repeated), isWanted)
  if (news?.isKnown) return told(articles, news.isNew) || told(news.fresh, news.isNew)
  return told(fullTexts(articles))
}

/** Full texts where there are any: an excerpt is then only the beginning of what they say. */
export function fullTexts(articles: readonly Article[]): readonly Article[] {
  const full = articles.filter(({ excerptOnly }) => !excerptOnly)
  return full.length > 0 ? full : articles
}

/** Sentences that tell what articles tell, each cited to its article's text version. */
export function summaryOf(
  articles: readonly Article[],
  options: SummaryOptions,
  repeated: ReadonlySet<string>,
): SummarySentence[] {
  const extracts = summarise(docsOf(articles, repeated), { ...options, bestFirst: true })
  return extracts.map((extract) => cite(extract, articles))
}

const docsOf = (articles: readonly Article[], repeated: ReadonlySet<string>): SummaryDoc[] =>
  articles.map(({ title, text, provider, publishedAt, language, sourceId, rights }) => {
    const words = rights?.quoteWords ?? null
    const quota = words === null ? undefined : { of: sourceId, words }
    return { title, text, source: provider.domain, publishedAt, language, quota, repeated }
  })

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
