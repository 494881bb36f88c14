import type { Card } from '../../src/model.ts'
import { POOL } from '../../test/support/edition.ts'

/** Topics of the pool; a choice is some of them. */
const TOPICS = Array.from({ length: 12 }, (_, n) => `topic-${n}`)

/** Choice `n` of so many: the topics whose bits are set; never none, which would be all. */
export const topicsOf = (n: number, choices: number): string[] =>
  TOPICS.filter((_, bit) => ((n % choices) + 1) & (1 << bit))

/** A pool with more stories than an issue holds, so that each choice makes another issue. */
export function benchPool(): Card[] {
  return [POOL, POOL, POOL, POOL].flat().map((card, n) => ({
    ...card,
    storyId: `${card.storyId}-${n}`,
    rank: n + 1,
    topics: [TOPICS[n % TOPICS.length] as string],
  }))
}
