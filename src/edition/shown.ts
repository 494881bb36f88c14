import type { Card, CardSentence, Issue } from '../model.ts'

/** Sentences of a card's lead, and points below the lead of the top story. */
const LEAD_SENTENCES = 2
const MAX_POINTS = 3

/** The sentences of a card that stand in its lead: two, and of what is new since yesterday all. */
export const leadOf = ({ sentences, followUp }: Card): readonly CardSentence[] =>
  followUp ? sentences : sentences.slice(0, LEAD_SENTENCES)

/** The points below the lead of the top story. */
export const pointsOf = (card: Card): readonly CardSentence[] => {
  const lead = leadOf(card).length
  return card.sentences.slice(lead, lead + MAX_POINTS)
}

/** What of each story an issue's readers have read: of a quick hit no sentence. */
export function toldBy({ top, highlights, sections, quick }: Issue) {
  const told = (card: Card, sentences: readonly CardSentence[]) => {
    return { storyId: card.storyId, sentences: sentences.map(({ text }) => text) }
  }
  return [
    told(top, [...leadOf(top), ...pointsOf(top)]),
    ...[...highlights, ...sections.flatMap(({ cards }) => cards)].map((card) =>
      told(card, leadOf(card)),
    ),
    ...quick.map((card) => told(card, [])),
  ]
}
