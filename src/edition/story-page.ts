import type { Story, StoryPage, StorySection } from '../model.ts'
import { citation, makeCard } from './card.ts'

/** Articles on the time line of a story. */
const MOST_LISTED = 40

/** What a sentence is called on its page: where it stands. */
export const keyOf = ({ articleId, start }: { articleId: string; start: number }): string =>
  `${articleId} ${start}`

/**
 * The page of a story as plain data, with a card that cites every sentence of it.
 *
 * @throws {DoseError} `CITATION_UNRESOLVED`, as for a card.
 */
export function makeStoryPage(story: Story, sections: readonly StorySection[]): StoryPage {
  const sentences = [...story.sentences, ...sections.flatMap((section) => section.sentences)]
  const whole = { ...story, sentences }
  return {
    card: makeCard({ story: whole, score: 0, parts: [] }, 1),
    summary: story.sentences.map(keyOf),
    sections: sections.map(({ heading, sentences }) => {
      return { heading, sentences: sentences.map(keyOf) }
    }),
    timeline: story.members.slice(0, MOST_LISTED).map((member, i) => citation(member, i + 1)),
  }
}
