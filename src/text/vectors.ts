/** Terms with their weights, of length 1 (or empty). Never changed once made. */
export type Vector = ReadonlyMap<string, number>

/** How often each term occurs; a term may count more than once per occurrence. */
export type TermCounts = Map<string, number>

/** Adds `weight` for each occurrence: a title may count more than a body. Returns `into`. */
export function countTerms(
  terms: Iterable<string>,
  weight = 1,
  into: TermCounts = new Map(),
): TermCounts {
  for (const term of terms) into.set(term, (into.get(term) ?? 0) + weight)
  return into
}

/**
 * TF-IDF with logarithmic term frequency, `(1 + ln tf) · idf`, scaled to length 1 (Salton &
 * Buckley, Information Processing & Management 24(5), 1988).
 *
 * @param idf   weight of a term, ≥ 0.
 * @param limit keeps the terms with the greatest weight; of equals, the first in code-unit order.
 */
export function toVector(
  counts: ReadonlyMap<string, number>,
  idf: (term: string) => number,
  limit = Number.POSITIVE_INFINITY,
): Vector {
  const weighted: [string, number][] = []
  for (const [term, count] of counts) {
    const weight = (count < 1 ? count : 1 + Math.log(count)) * idf(term)
    if (weight > 0) weighted.push([term, weight])
  }
  if (weighted.length > limit) {
    weighted.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    weighted.length = limit
  }
  return scale(weighted)
}

/** The mean direction of several vectors, of length 1. */
export function centroid(vectors: Iterable<Vector>): Vector {
  const sum: TermCounts = new Map()
  for (const vector of vectors) {
    for (const [term, weight] of vector) sum.set(term, (sum.get(term) ?? 0) + weight)
  }
  return scale([...sum])
}

/** The terms with the greatest weight, the greatest first. */
export function topTerms(vector: Vector, limit: number): string[] {
  return [...vector]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, limit)
    .map(([term]) => term)
}

function scale(weighted: readonly [string, number][]): Vector {
  const length = Math.sqrt(weighted.reduce((sum, [, weight]) => sum + weight * weight, 0))
  return new Map(length === 0 ? [] : weighted.map(([term, weight]) => [term, weight / length]))
}
