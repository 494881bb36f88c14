import type { Card, CardDisagreement, CardSentence, Counters, Issue } from '../model.ts'
import { longDate, sinceWhen } from './dates.ts'
import { safeUrl } from './escape.ts'
import { isPicturePath } from './picture.ts'
import { leadOf, pointsOf } from './shown.ts'
import type { Speak } from './texts.ts'

/** Sources named in a line; the rest is a number. */
const MAX_NAMED = 4

/** Other sources of one sentence that are marked beside it. */
const MAX_ALSO = 2

/** Entries of the table of contents; one alone would only repeat the top story. */
const CONTENTS = { min: 2, max: 5 }

/** Longer ones are no headlines or names, and would push the stories out of a mail. */
const MAX_HEADLINE_CHARACTERS = 240
const MAX_NAME_CHARACTERS = 80

/** Reading speed for news prose, words a minute (Brysbaert 2019: 238 for silent reading). */
const WORDS_PER_MINUTE = 238

/** In which words, and in which zone, an issue is told. */
export type Telling = { readonly say: Speak; readonly locale: string; readonly timeZone: string }

export type SentenceView = {
  readonly text: string
  readonly mark: string
  readonly url: string | null
  readonly provider: string
  readonly also: readonly SourceView[]
  /** Only this source says it. */
  readonly alone: boolean
}
export type SourceView = {
  readonly mark: string
  readonly name: string
  readonly url: string | null
}

/** One story as the templates print it. */
export type StoryView = {
  readonly storyId: string
  readonly anchor: string
  /** The page that tells all of it. */
  readonly page: string
  readonly headline: string
  readonly url: string | null
  readonly topic: string
  readonly lead: readonly SentenceView[]
  readonly points: readonly SentenceView[]
  readonly sources: readonly SourceView[]
  readonly allSources: readonly SourceView[]
  readonly moreSources: number
  readonly provider: string
  readonly coverage: string
  readonly why: string
  readonly excerptOnly: boolean
  /** That and since when it goes on, and who is new to it. */
  readonly followUp: string | null
  /** One line for each number that sources tell differently. */
  readonly disagreements: readonly string[]
  readonly image: { readonly url: string; readonly alt: string } | null
}

export type IssueView = {
  readonly contents: readonly string[]
  readonly top: StoryView
  readonly highlights: readonly StoryView[]
  readonly sections: readonly { readonly topic: string; readonly stories: readonly StoryView[] }[]
  readonly quick: readonly StoryView[]
  readonly minutes: number
  readonly counters: string
}

/** An issue as the templates print it: links checked, lines worded, nothing left to work out. */
export function viewIssue(counters: Counters, issue: Issue, telling: Telling): IssueView {
  const { say } = telling
  const story = (card: Card) => viewStory(card, [], telling)
  const { articles, sources, stories } = counters
  return {
    contents: listContents(issue),
    top: viewStory(issue.top, pointsOf(issue.top), telling),
    highlights: issue.highlights.map(story),
    sections: issue.sections.map(({ topic, cards }) => ({
      topic: cards[0] ? topicOf(cards[0], say) : topic,
      stories: cards.map(story),
    })),
    quick: issue.quick.map(story),
    minutes: readingMinutes(issue),
    counters: say('counters', {
      articles: say('articles', { n: articles }),
      sources: say('sources', { n: sources }),
      stories: say('stories', { n: stories }),
      n: issue.count,
    }),
  }
}

function listContents({ top, highlights }: Issue): string[] {
  const cards = [top, ...highlights].slice(0, CONTENTS.max)
  if (cards.length < CONTENTS.min) return []
  return cards.map(({ headline }) => limit(headline, MAX_HEADLINE_CHARACTERS))
}

const limit = (text: string, characters: number) =>
  text.length <= characters
    ? text
    : `${text
        .slice(0, characters - 1)
        .toWellFormed()
        .trimEnd()}…`

export function viewStory(
  card: Card,
  points: readonly CardSentence[],
  telling: Telling,
): StoryView {
  const { say, locale } = telling
  const sources = card.citations.map(({ n, provider, url }) => ({
    mark: String(n),
    name: limit(provider.name, MAX_NAME_CHARACTERS),
    url: safeUrl(url),
  }))
  const lead = leadOf(card)
  const sentences = [...lead, ...points].map((sentence) => viewSentence(sentence, sources))
  const named = nameSources(sources, sentences)
  return {
    storyId: card.storyId,
    anchor: `story-${card.rank}`,
    page: `/stories/${encodeURIComponent(card.storyId)}`,
    headline: limit(card.withheld ? say('withheld') : card.headline, MAX_HEADLINE_CHARACTERS),
    url: headUrl(card),
    topic: topicOf(card, say),
    lead: sentences.slice(0, lead.length),
    points: sentences.slice(lead.length),
    sources: named,
    allSources: sources,
    moreSources: Math.max(0, card.sourceCount - new Set(named.map(({ name }) => name)).size),
    provider: sources[0]?.name ?? '',
    coverage: coverage(card, say),
    why: why(card, telling),
    excerptOnly: card.excerptOnly,
    followUp: followUp(card, say, locale),
    disagreements: (card.disagreements ?? []).map((one) => disagreement(one, sources, say)),
    image: viewImage(card, say),
  }
}

export function viewSentence(
  { text, cites, alsoCites, link, alone }: CardSentence,
  sources: readonly SourceView[],
): SentenceView {
  const by = (n: number) => sources.filter(({ mark }) => mark === String(n))
  return {
    text,
    mark: String(cites),
    url: safeUrl(link),
    provider: by(cites)[0]?.name ?? '',
    also: alsoCites.flatMap(by).slice(0, MAX_ALSO),
    alone: alone === true,
  }
}

/** The first to tell the story, or else the first source. */
function headUrl({ citations }: Card): string | null {
  const head = citations.find(({ role }) => role === 'head') ?? citations[0]
  return head === undefined ? null : safeUrl(head.url)
}

/** The sources whose numbers stand in the sentences, and others up to four. */
function nameSources(
  sources: readonly SourceView[],
  sentences: readonly SentenceView[],
): readonly SourceView[] {
  const marks = new Set(
    sentences.flatMap(({ mark, also }) => [mark, ...also.map((one) => one.mark)]),
  )
  return sources.filter(({ mark }, index) => marks.has(mark) || index < MAX_NAMED)
}

function coverage({ withheld, sourceCount, independentCount }: Card, say: Speak): string {
  if (withheld) return ''
  if (sourceCount === 1) return say('onlyOne')
  return `${say('sources', { n: sourceCount })} · ${say('independent', { n: independentCount })}`
}

/** `6 sources · 4 independent · first seen 05:12` */
function why(card: Card, { say, locale, timeZone }: Telling): string {
  if (card.withheld) return ''
  const when = sinceWhen(card.firstSeenAt, card.lastSeenAt, timeZone, locale)
  return `${coverage(card, say)} · ${say('firstSeen', { when })}`
}

/** What no source and no rule gave a topic stands under a word of ours. */
const topicOf = ({ topic, topics }: Card, say: Speak): string =>
  topics.length === 0 ? say('noTopic') : limit(topic, MAX_NAME_CHARACTERS)

/** `First told on Friday, November 20, 2026; this is new · now also in Tide, Echo` */
function followUp({ followUp }: Card, say: Speak, locale: string): string | null {
  if (!followUp) return null
  const { firstTold, newSources, changes = [] } = followUp
  const names = newSources.slice(0, MAX_NAMED).map((name) => limit(name, MAX_NAME_CHARACTERS))
  return [
    say('followUp', { date: longDate(firstTold, locale) }),
    ...changes.map(({ before, after }) => limit(`${before} → ${after}`, MAX_NAME_CHARACTERS)),
    ...(names.length > 0 ? [say('newSources', { names: names.join(', ') })] : []),
  ].join(' · ')
}

/** `Sources disagree: $2 million (Orbit), $3 million (Tide)` */
function disagreement(
  { sides }: CardDisagreement,
  sources: readonly SourceView[],
  say: Speak,
): string {
  const who = (n: number) => sources.find(({ mark }) => mark === String(n))?.name ?? ''
  const told = sides.map(({ says, sentence }) => `${says} (${who(sentence.cites)})`)
  return say('disagree', { sides: limit(told.join(', '), MAX_HEADLINE_CHARACTERS) })
}

function viewImage({ image, headline }: Card, say: Speak): StoryView['image'] {
  const url = image && (isPicturePath(image.url) ? image.url : safeUrl(image.url))
  if (image === null || url === null) return null
  const alt = image.title ?? say('pictureOf', { title: headline })
  return { url, alt: limit(alt, MAX_HEADLINE_CHARACTERS) }
}

function readingMinutes({ top, highlights, sections, quick }: Issue): number {
  const told = [top, ...highlights, ...sections.flatMap(({ cards }) => cards)]
  const texts = [
    ...[...pointsOf(top), ...told.flatMap(leadOf)].map(({ text }) => text),
    ...[...told, ...quick].map(({ headline }) => headline),
  ]
  const words = texts.join(' ').split(/\s+/).length
  return Math.max(1, Math.round(words / WORDS_PER_MINUTE))
}
