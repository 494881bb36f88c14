import type { Vector } from './vectors.ts'

/** Cosine of two vectors of length 1: 0 (no term in common) to 1 (same direction). */
export function cosine(a: Vector, b: Vector): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a]
  let sum = 0
  for (const [term, weight] of small) sum += weight * (large.get(term) ?? 0)
  return sum
}

/** Shared members over all members, 0–1; 0 where both are empty. */
export function jaccard<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const shared = overlap(a, b)
  return shared === 0 ? 0 : shared / (a.size + b.size - shared)
}

/** The share of the smaller set that the larger holds, 0–1; 0 where one is empty. */
export function containment<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const smaller = Math.min(a.size, b.size)
  return smaller === 0 ? 0 : overlap(a, b) / smaller
}

function overlap<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a]
  let shared = 0
  for (const member of small) if (large.has(member)) shared++
  return shared
}
