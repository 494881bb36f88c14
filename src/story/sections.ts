import type { Member, StorySection, SummarySentence } from '../model.ts'
import { type Candidate, candidatesOf } from './candidates.ts'
import { readKnown } from './known.ts'
import { quantitiesOf } from './quantities.ts'
import { fullTexts, summaryOf } from './tell.ts'
import { voicesOf } from './voices.ts'

/** Sentences of a section, and days that have one of their own. */
const MOST_SENTENCES = 4
const MOST_DAYS = 10
/** Articles that a section is told from. */
const MOST_ARTICLES = 30
/** Sentences of a text that are compared with what the page has told. */
const MOST_COMPARED = 40

/** Somebody is named as saying it. */
const SAID = /\b(?:said|says|told|according to|announced|warned|argued|called)\b/i

/**
 * What the page of a story tells beside its summary: where it went on for days, what each day
 * brought; where not, its figures, what was said, and what else was reported. No section repeats the
 * summary or one before it.
 *
 * @param summary what the page tells first.
 * @param repeated lines that its hosts print under every story.
 */
export function sectionsOf(
  members: readonly Member[],
  summary: readonly SummarySentence[],
  repeated: ReadonlySet<string>,
): StorySection[] {
  const voices = voicesOf(members).slice(0, MOST_ARTICLES)
  const days = [...Map.groupBy(voices, ({ article }) => article.publishedAt.slice(0, 10))]
  const told: string[] = summary.map(({ text }) => text)
  const sections: StorySection[] = []
  const tell = (heading: StorySection['heading'], of: readonly Member[], fits: Fits) => {
    const sentences = moreOf(of, told, fits, repeated)
    if (sentences.length === 0) return
    sections.push({ heading, sentences })
    told.push(...sentences.map(({ text }) => text))
  }
  if (days.length > 1) {
    for (const [day, of] of days.slice(0, MOST_DAYS)) tell({ day }, of, () => true)
    return sections
  }
  tell({ aspect: 'figures' }, voices, ({ text }) => quantitiesOf(text).length > 0)
  tell({ aspect: 'said' }, voices, ({ text }) => SAID.test(text))
  tell({ aspect: 'more' }, voices, () => true)
  return sections
}

type Fits = (sentence: Candidate) => boolean

/** The best of the sentences that fit and say what has not been told. */
function moreOf(
  members: readonly Member[],
  told: readonly string[],
  fits: Fits,
  repeated: ReadonlySet<string>,
): SummarySentence[] {
  const articles = fullTexts(members.map(({ article }) => article))
  const all = articles.flatMap((article, i) => {
    return candidatesOf({ ...article, repeated }, i, MOST_COMPARED)
  })
  const language = articles[0]?.language ?? null
  const { isNew } = readKnown([{ text: told.join('\n\n'), language }], all)
  const isWanted = (sentence: Candidate) => fits(sentence) && isNew(sentence)
  return summaryOf(articles, { sentences: MOST_SENTENCES, isWanted }, repeated)
}
