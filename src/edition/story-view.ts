import type { CardSentence, StoryPage } from '../model.ts'
import { longDate, shortTime } from './dates.ts'
import { safeUrl } from './escape.ts'
import { keyOf } from './story-page.ts'
import { type SentenceView, type Telling, viewSentence, viewStory } from './view.ts'

type SectionView = { readonly heading: string; readonly sentences: readonly SentenceView[] }

const ASPECTS = { figures: 'figures', said: 'said', more: 'further' } as const

/** An edition that told it. */
export type StoryDay = { readonly date: string; readonly digest: string; readonly url: string }

/** The page of a story as its template prints it. */
export function viewStoryPage(page: StoryPage, telling: Telling, days: readonly StoryDay[] = []) {
  const { say, locale } = telling
  const { card, summary, sections, timeline } = page
  const story = viewStory(card, [], telling)
  const byKey = new Map(card.sentences.map((sentence) => [keyOf(sentence), sentence]))
  const view = (keys: readonly string[]) =>
    keys
      .flatMap((key): CardSentence[] => (byKey.get(key) ? [byKey.get(key) as CardSentence] : []))
      .map((sentence) => viewSentence(sentence, story.allSources))
  const told: SectionView[] = sections.map(({ heading, sentences }) => ({
    heading: 'day' in heading ? longDate(heading.day, locale) : say(ASPECTS[heading.aspect]),
    sentences: view(sentences),
  }))
  return {
    ...story,
    lead: view(summary),
    days: days.map((day) => ({ ...day, day: longDate(day.date, locale) })),
    told: told.filter(({ sentences }) => sentences.length > 0),
    sides: (card.disagreements ?? []).map(({ sides }) =>
      sides.map(({ says, sentence }) => ({
        says,
        sentence: viewSentence(sentence, story.allSources),
      })),
    ),
    timeline: timeline.map(({ title, url, provider, publishedAt, role }) => ({
      title,
      url: safeUrl(url),
      provider: provider.name,
      at: publishedAt,
      time: shortTime(publishedAt, locale),
      role: say(role),
    })),
  }
}
