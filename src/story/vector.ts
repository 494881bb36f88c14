import { hashText } from '../text/fingerprint.ts'
import type { Idf } from '../text/idf.ts'
import { countTerms } from '../text/vectors.ts'
import { contentTerms } from '../text/words.ts'
import type { ClusterSettings } from './level.ts'

/**
 * An article as clustering sees it: 8 bytes a term. Terms are 30-bit hashes in rising order, so
 * that no table of words has to be kept; two words of a million share one in some 500 cases.
 */
export type TermVector = {
  readonly terms: Int32Array
  /** `1 + ln tf`, by place of the term. */
  readonly counts: Float32Array
  /** Its weight in a vector of length 1, with the idf of the last weighing. */
  readonly weights: Float32Array
}

/** UTF-16 code units at the beginning of a text that stand in for a missing title. */
const LEAD_LENGTH = 250

/** All distinct terms of an article with their counts; the title, or else the lead, counts more. */
export function readTerms(
  article: { readonly title: string; readonly text: string },
  settings: ClusterSettings,
): Map<number, number> {
  const { title, text } = article
  const titled = title.trim() !== ''
  const heading = titled ? title : text.slice(0, LEAD_LENGTH)
  const words = countTerms(contentTerms(heading), settings.titleWeight)
  const body = text.slice(titled ? 0 : LEAD_LENGTH, settings.textLength)
  countTerms(contentTerms(body), 1, words)
  const terms = new Map<number, number>()
  for (const [word, count] of words) {
    const term = hashText(word) >>> 2
    terms.set(term, (terms.get(term) ?? 0) + count)
  }
  return terms
}

/** The `maxTerms` terms with the greatest weight, as a vector of length 1. */
export function makeVector(
  terms: ReadonlyMap<number, number>,
  idf: Idf<number>,
  maxTerms: number,
): TermVector {
  const kept = [...terms]
    .map(([term, count]) => ({ term, count: 1 + Math.log(count), idf: idf.of(term) }))
    .sort((a, b) => b.count * b.idf - a.count * a.idf || a.term - b.term)
    .slice(0, maxTerms)
    .sort((a, b) => a.term - b.term)
  const vector = {
    terms: Int32Array.from(kept, ({ term }) => term),
    counts: Float32Array.from(kept, ({ count }) => count),
    weights: new Float32Array(kept.length),
  }
  weigh(vector, idf)
  return vector
}

/** Weighs the terms anew with today's idf. */
export function weigh({ terms, counts, weights }: TermVector, idf: Idf<number>): void {
  let square = 0
  for (let i = 0; i < terms.length; i++) {
    const weight = (counts[i] ?? 0) * idf.of(terms[i] ?? 0)
    weights[i] = weight
    square += weight * weight
  }
  const length = Math.sqrt(square)
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] ?? 0) / length
}

/** Cosine, 0–1: one walk along both rows of terms. */
export function dot(a: TermVector, b: TermVector): number {
  let sum = 0
  for (let i = 0, j = 0; i < a.terms.length && j < b.terms.length; ) {
    const step = (a.terms[i] ?? 0) - (b.terms[j] ?? 0)
    if (step === 0) sum += (a.weights[i++] ?? 0) * (b.weights[j++] ?? 0)
    else if (step < 0) i++
    else j++
  }
  return sum
}

/** The weight of one term, 0 where the vector lacks it. */
export function weightOf({ terms, weights }: TermVector, term: number): number {
  let low = 0
  let high = terms.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = terms[middle] ?? 0
    if (found === term) return weights[middle] ?? 0
    if (found < term) low = middle + 1
    else high = middle - 1
  }
  return 0
}
