import type { ClusterSettings } from './level.ts'
import type { TermVector } from './vector.ts'

const DAY_MS = 86_400_000

/** One article with its place in time: milliseconds since 1970, `NaN` where it has no date. */
export type Placed = { readonly vector: TermVector; readonly at: number }

/**
 * What the distance in time leaves of a likeness, 0–1: `exp(−gap² / 2σ²)`. An article without a
 * date is near to nobody and far from nobody: a constant, below 1 because most pairs are far apart.
 */
export function timeFactor(a: number, b: number, settings: ClusterSettings): number {
  const days = Math.abs(a - b) / DAY_MS
  if (Number.isNaN(days)) return settings.undatedTime
  if (days > settings.windowDays) return 0
  if (settings.sigmaDays === null) return 1
  return Math.exp(-(days ** 2) / (2 * settings.sigmaDays ** 2))
}

/** The squared length of the sum of vectors: the sum of all their cosines, each with itself too. */
export function squareOfSum(vectors: readonly TermVector[]): number {
  const sum = new Map<number, number>()
  for (const { terms, weights } of vectors) {
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] as number
      sum.set(term, (sum.get(term) ?? 0) + (weights[i] as number))
    }
  }
  let square = 0
  for (const weight of sum.values()) square += weight * weight
  return square
}
