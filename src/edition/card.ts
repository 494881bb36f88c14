import { createHash } from 'node:crypto'
import { DoseError } from '../errors.ts'
import type {
  Article,
  Card,
  CardImage,
  CardSentence,
  Citation,
  Member,
  RankedStory,
  Story,
  SummarySentence,
} from '../model.ts'
import { sinceWhen } from './dates.ts'
import { linkToSentence } from './fragment.ts'

/** Sources a card lists, the cited ones among them. */
const MAX_CITATIONS = 12

/** Where a story stands that no source and no rule gave a topic. */
const NO_TOPIC = 'General'

/** Narrower pictures are icons, logos and tracking pixels. */
const MIN_IMAGE_WIDTH_PX = 200

/**
 * Makes the card of a story: all that an edition shows of it, as plain data.
 *
 * Sources are numbered in the order in which the sentences cite them; then come those that say the same, then
 * one article of each provider left, own words before copies, 12 at most beyond the cited ones. One whose title
 * is the headline is among them: in the place of its provider, or last.
 *
 * @param rank from 1, the best first.
 * @param timeZone zone of the clock times in `why`.
 * @throws {DoseError} `CITATION_UNRESOLVED` when a sentence is not, to the letter, in the text
 *   version it names, or its article is not a member of the story.
 */
export function makeCard(ranked: RankedStory, rank: number, timeZone = 'UTC'): Card {
  const { story, score, parts } = ranked
  const members = new Map(story.members.map((member) => [member.article.id, member]))
  for (const sentence of story.sentences) checkSentence(story, sentence, members)
  const sides = story.disagreements.flatMap((one) => one.sides)
  for (const { sentence } of sides) checkSentence(story, sentence, members)
  const citations = listCitations(story, members)
  const coverage = countProviders(story.members)
  return {
    storyId: story.id,
    rank,
    headline: story.headline,
    topic: story.topics[0] ?? NO_TOPIC,
    topics: story.topics,
    sentences: story.sentences.map((sentence) => citeSentence(sentence, citations, members)),
    citations,
    articleCount: story.members.length,
    ...coverage,
    image: pickImage(citations, members),
    firstSeenAt: story.firstSeenAt,
    lastSeenAt: story.lastSeenAt,
    score,
    parts,
    why: explain(coverage, story, timeZone),
    excerptOnly: story.members.every(({ article }) => article.excerptOnly),
    disagreements: story.disagreements.map(({ unit, sides }) => ({
      unit,
      sides: sides.map((side) => ({
        ...side,
        sentence: citeSentence(side.sentence, citations, members),
      })),
    })),
    followUp: story.development,
  }
}

function checkSentence(
  story: Story,
  sentence: SummarySentence,
  members: ReadonlyMap<string, Member>,
): void {
  const { articleId, start, end, text, sha256 } = sentence
  const subject = `story ${story.id}, article ${articleId}, characters ${start}–${end}`
  const article = members.get(articleId)?.article
  if (article === undefined) {
    throw new DoseError('CITATION_UNRESOLVED', `${subject}: not an article of this story.`)
  }
  if (sha256 !== createHash('sha256').update(article.text, 'utf8').digest('hex')) {
    throw new DoseError('CITATION_UNRESOLVED', `${subject}: taken from another text version.`)
  }
  if (text === '' || article.text.slice(start, end) !== text) {
    throw new DoseError('CITATION_UNRESOLVED', `${subject}: the text there reads otherwise.`)
  }
}

function listCitations(story: Story, members: ReadonlyMap<string, Member>): Citation[] {
  const sides = story.disagreements.flatMap((one) => one.sides.map(({ sentence }) => sentence))
  const cited = new Set([...story.sentences, ...sides].map((sentence) => sentence.articleId))
  const listed = new Set(cited)
  const add = (id: string) => {
    if (listed.size < MAX_CITATIONS && members.has(id)) listed.add(id)
  }
  for (const sentence of story.sentences) sentence.support.forEach(add)
  const providers = new Set([...listed].flatMap((id) => providerKey(members.get(id)) ?? []))
  const ordered = byWeight(story.members)
  const titled = ordered.filter(({ article }) => isTitled(article, story.headline))
  for (const member of ordered) {
    const key = providerKey(member)
    if (key === undefined || providers.has(key)) continue
    providers.add(key)
    const { article } = titled.find((one) => providerKey(one) === key) ?? member
    add(article.id)
  }
  const [headed] = titled
  if (headed && !titled.some(({ article }) => listed.has(article.id))) listed.add(headed.article.id)
  return [...listed].flatMap((id, index) => {
    const member = members.get(id)
    return member === undefined ? [] : [citation(member, index + 1)]
  })
}

/** Whether a headline is the title of an article, or what is left of it without its publisher's additions. */
export const isTitled = ({ title }: Pick<Article, 'title'>, headline: string): boolean =>
  headline !== '' && title.replace(/\s+/g, ' ').includes(headline)

/** Own words before copies, the earlier first. */
function byWeight(members: readonly Member[]): Member[] {
  const key = ({ role, article }: Member) =>
    `${role === 'head' ? 0 : role === 'own' ? 1 : 2} ${article.publishedAt} ${article.id}`
  return members.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

function providerKey(member: Member | undefined): string | undefined {
  const provider = member?.article.provider
  return provider && (provider.domain || provider.name).toLowerCase()
}

export function citation({ article, role }: Member, n: number): Citation {
  const { id, title, url, provider, publishedAt } = article
  return { n, articleId: id, title, url, provider, publishedAt, role }
}

function citeSentence(
  sentence: SummarySentence,
  citations: readonly Citation[],
  members: ReadonlyMap<string, Member>,
): CardSentence {
  const find = (id: string) => citations.find((entry) => entry.articleId === id)
  const source = find(sentence.articleId)
  const cites = source?.n ?? 0
  const text = members.get(sentence.articleId)?.article.text ?? ''
  const also = sentence.support.flatMap((id) => find(id)?.n ?? []).filter((n) => n !== cites)
  return {
    ...sentence,
    cites,
    alsoCites: [...new Set(also)].toSorted((a, b) => a - b),
    link: linkToSentence(source?.url ?? '', sentence.text, { text, start: sentence.start }),
  }
}

function countProviders(members: readonly Member[]) {
  const count = (of: readonly Member[]) => new Set(of.map(providerKey)).size
  return {
    sourceCount: count(members),
    independentCount: count(members.filter(({ role }) => role !== 'copy')),
  }
}

/** The first picture of the cited sources that may be shown and is wide enough, or tells no width. */
function pickImage(
  citations: readonly Citation[],
  members: ReadonlyMap<string, Member>,
): CardImage | null {
  const articles = citations.flatMap(({ articleId }) => members.get(articleId)?.article ?? [])
  const images = articles
    .filter(({ rights }: Article) => rights?.images !== false)
    .flatMap(({ id, images }) => images.map((image) => ({ ...image, articleId: id })))
  const fits = ({ url, width }: CardImage) =>
    /^https?:\/\//i.test(url) && (width === null || width >= MIN_IMAGE_WIDTH_PX)
  return images.find(fits) ?? null
}

/** `6 sources, 4 independent; first seen 05:12`, with the day when that was over a day before. */
function explain(
  { sourceCount, independentCount }: Pick<Card, 'sourceCount' | 'independentCount'>,
  { firstSeenAt, lastSeenAt }: Story,
  timeZone: string,
): string {
  const coverage =
    sourceCount === 1
      ? 'Only one source so far'
      : `${sourceCount} sources, ${independentCount} independent`
  return `${coverage}; first seen ${sinceWhen(firstSeenAt, lastSeenAt, timeZone, 'en-GB')}`
}
