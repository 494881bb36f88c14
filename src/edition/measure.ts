import type { Card } from '../model.ts'
import { type Change, compareCards, pairCards } from './compare.ts'
import { effectiveNumber, jaccard, rankBiasedOverlap } from './overlap.ts'

/** What can be counted of one printed order of stories. */
export type Measures = {
  readonly stories: number
  /** Main topics there are in effect: as many as equal shares would make. */
  readonly topics: number
  /** Providers cited. */
  readonly sources: number
  /** Stories that an earlier edition told. */
  readonly repeats: number
}

const measure = (cards: readonly Card[]): Measures => ({
  stories: cards.length,
  topics: round(effectiveNumber(cards.map(({ topic }) => topic))),
  sources: new Set(
    cards.flatMap(({ citations }) => citations.map(({ provider }) => provider.domain)),
  ).size,
  repeats: cards.filter(({ followUp }) => followUp).length,
})

/** Two printed orders of one day beside each other. */
export type Comparison = {
  /** Stories they have in common, 0–1. */
  readonly jaccard: number
  /** Likeness of the orders, 0–1, the top counting most. */
  readonly overlap: number
  readonly before: Measures
  readonly after: Measures
  readonly changes: readonly Change[]
}

export function compareOrders(before: readonly Card[], after: readonly Card[]): Comparison {
  const pairs = pairCards(before, after)
  const a = before.map(({ storyId }) => storyId)
  // A story that was put together anew has another name, and is the same story.
  const b = after.map(({ storyId }, i) => pairs[i]?.storyId ?? `new ${storyId}`)
  return {
    jaccard: round(jaccard(a, b)),
    overlap: round(rankBiasedOverlap(a, b)),
    before: measure(before),
    after: measure(after),
    changes: compareCards(before, after),
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
