import type { Card, Choices, Lean } from '../model.ts'

/** Steps of "more" or "less" that a topic can take. */
export const MOST_STEPS = 3

/**
 * What one step moves a story by, in shares of the best score: three steps of "more" lift an
 * ordinary story to the highlights, three of "less" lower the day's best below them. Neither hides
 * a story or invents one.
 */
const STEP_SHARE = 0.12

/** A card with the points it stands by: those of its score, or as moved by its reader. */
export type Placed = { readonly card: Card; readonly value: number }

/**
 * Puts cards into one reader's order. Where the reader asked for more or less of nothing in them,
 * they stay as ranked, each at its score.
 *
 * @param cards in printing order
 */
export function leanCards(cards: readonly Card[], { weights = {} }: Choices): readonly Placed[] {
  const steps = new Map(Object.entries(weights).map(([name, n]) => [foldTopic(name), n]))
  const leaned = cards.map((card) => stepsOf(card, steps))
  if (leaned.every((n) => n === 0)) return cards.map((card) => ({ card, value: card.score }))
  const step = STEP_SHARE * Math.max(0, ...cards.map(({ score }) => score))
  return standings(cards)
    .map(({ card, value }, i) => ({ card, value: value + step * (leaned[i] ?? 0) }))
    .toSorted((a, b) => b.value - a.value)
}

/**
 * The points by which cards stand where they stand: a card that likeness or a cap moved down counts
 * no more than the card above it.
 */
export function standings(cards: readonly Card[]): readonly Placed[] {
  let lowest = Number.POSITIVE_INFINITY
  return cards.map((card) => {
    lowest = Math.min(lowest, card.score)
    return { card, value: lowest }
  })
}

/** Topics are one and the same in any case. */
export const foldTopic = (topic: string): string => topic.trim().toLowerCase()

/** Of a story with several topics, the strongest wish counts. */
function stepsOf({ topic, topics }: Card, steps: ReadonlyMap<string, number>): number {
  const own = [topic, ...topics].map((one) => steps.get(foldTopic(one)) ?? 0)
  const strongest = own.reduce((most, n) => (Math.abs(n) > Math.abs(most) ? n : most), 0)
  return clamp(strongest)
}

const clamp = (steps: number): number => Math.max(-MOST_STEPS, Math.min(MOST_STEPS, steps))

export type Weights = Readonly<Record<string, number>>

/** The weights with topics a step further up or down, three at most; what stands at 0 is left out. */
export function stepTopics(weights: Weights, topics: readonly string[], lean: Lean): Weights {
  const stepped = new Map(Object.entries(weights))
  for (const topic of new Set(topics)) {
    const known = [...stepped.keys()].find((one) => foldTopic(one) === foldTopic(topic)) ?? topic
    stepped.set(known, clamp((stepped.get(known) ?? 0) + (lean === 'more' ? 1 : -1)))
  }
  return Object.fromEntries([...stepped].filter(([, steps]) => steps !== 0))
}
