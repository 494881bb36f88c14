import type { ClusterSettings } from './level.ts'
import { dot, type TermVector } from './vector.ts'

const DAY_MS = 86_400_000

/** One article with its place in time: milliseconds since 1970, `null` where it has no date. */
export type Placed = { readonly vector: TermVector; readonly at: number | null }

/**
 * What the distance in time leaves of a likeness, 0–1: `exp(−gap² / 2σ²)`. An article without a
 * date is near to nobody and far from nobody: a constant, below 1 because most pairs are far apart.
 */
export function timeFactor(a: number | null, b: number | null, settings: ClusterSettings): number {
  if (a === null || b === null) return settings.undatedTime
  const days = Math.abs(a - b) / DAY_MS
  if (days > settings.windowDays) return 0
  if (settings.sigmaDays === null) return 1
  return Math.exp(-(days ** 2) / (2 * settings.sigmaDays ** 2))
}

/**
 * How near an article is to a group, 0–1. Average link is the mean over the members; centroid link
 * divides by the length of the members' sum instead, which is shorter the more they differ.
 */
export function nearness(
  article: Placed,
  members: readonly Placed[],
  settings: ClusterSettings,
): number {
  let sum = 0
  for (const member of members) {
    const time = timeFactor(article.at, member.at, settings)
    if (time > 0) sum += time * dot(article.vector, member.vector)
  }
  return settings.link === 'average'
    ? sum / members.length
    : sum / Math.sqrt(squareOfSum(members.map(({ vector }) => vector)))
}

/** The squared length of the sum of vectors: the sum of all their cosines, each with itself too. */
export function squareOfSum(vectors: readonly TermVector[]): number {
  const sum = new Map<number, number>()
  for (const { terms, weights } of vectors) {
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] ?? 0
      sum.set(term, (sum.get(term) ?? 0) + (weights[i] ?? 0))
    }
  }
  let square = 0
  for (const weight of sum.values()) square += weight * weight
  return square
}
