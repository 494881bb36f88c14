/** How many cards a part of an issue may have, and how many it has where the scores say nothing. */
export type Room = { readonly min: number; readonly usual: number; readonly max: number }

/** A drop smaller than this, in shares of the first card's score, divides nothing. */
const LEAST_GAP = 0.04

/** Below this share of the first card's score a story is mentioned, not told. */
const WEAK = 0.4

/**
 * Where a part of an issue ends: after the card behind which the score falls most, within the room
 * there is; where it falls nowhere in particular, after the usual number.
 *
 * @param scores of the cards in printing order, from the first that may stand in this part. A card
 *   that likeness or a cap moved down stands above what comes behind it, so a fall is measured
 *   from the lowest score so far to the highest that follows.
 */
export function cutAtGap(scores: readonly number[], { min, usual, max }: Room): number {
  const last = Math.min(max, scores.length)
  const first = Math.min(min, last)
  const falls = Array.from({ length: last - first + 1 }, (_, i) => fallAfter(scores, first + i))
  const deepest = Math.max(...falls)
  const least = LEAST_GAP * Math.max(scores[0] ?? 0, 0)
  return deepest > least ? first + falls.indexOf(deepest) : Math.min(Math.max(usual, first), last)
}

function fallAfter(scores: readonly number[], count: number): number {
  if (count === 0 || count >= scores.length) return 0
  return Math.min(...scores.slice(0, count)) - Math.max(...scores.slice(count))
}

/** Whether a card is worth telling beside the best of its issue. */
export const isStrong = (score: number, best: number): boolean => best <= 0 || score >= WEAK * best
