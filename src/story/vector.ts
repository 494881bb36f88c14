import { hashText } from '../text/fingerprint.ts'
import type { Terms } from '../text/terms.ts'
import { countTerms } from '../text/vectors.ts'
import { contentTerms } from '../text/words.ts'
import type { ClusterSettings } from './level.ts'

/** An article as repair compares it. */
export type TermVector = {
  readonly terms: Int32Array
  /** Its weight in a vector of length 1, by place of the term. */
  readonly weights: Float32Array
}

/** Terms by their numbers, the ones that say most first, with quantised counts. */
export type CountedTerms = { readonly terms: Int32Array; readonly counts: Uint8Array }

/** UTF-16 code units at the beginning of a text that stand in for a missing title. */
const LEAD_LENGTH = 250

/** Steps of `1 + ln tf`; eight bits reach a term that occurs a thousand times. */
const COUNT_STEPS = 32

/**
 * All distinct terms of an article with their counts; the title, or else the lead, counts more.
 * Terms are 30-bit hashes: two words of a million share one in some 500 cases.
 */
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

/** The `maxTerms` terms with the greatest weight; of equals, the one with the lower hash. */
export function selectTerms(
  counts: ReadonlyMap<number, number>,
  terms: Terms,
  maxTerms: number,
): CountedTerms {
  const kept = [...counts]
    .map(([hash, count]) => {
      const term = terms.numberOf(hash)
      const step = Math.min(255, Math.round(COUNT_STEPS * (1 + Math.log(count))))
      return { hash, term, step, weight: step * terms.idf(term) }
    })
    .sort((a, b) => b.weight - a.weight || a.hash - b.hash)
    .slice(0, maxTerms)
  return {
    terms: Int32Array.from(kept, ({ term }) => term),
    counts: Uint8Array.from(kept, ({ step }) => step),
  }
}

/** The length of `counts · idf`, with today's idf. */
export function lengthOf({ terms, counts }: CountedTerms, { idf }: Terms): number {
  let square = 0
  for (let i = 0; i < terms.length; i++)
    square += ((counts[i] as number) * idf(terms[i] as number)) ** 2
  return Math.sqrt(square)
}

/** As a vector of length 1, with today's idf. */
export function toTermVector({ terms, counts }: CountedTerms, { idf }: Terms): TermVector {
  const weights = new Float32Array(terms.length)
  let square = 0
  for (let i = 0; i < terms.length; i++) {
    const weight = (counts[i] as number) * idf(terms[i] as number)
    weights[i] = weight
    square += weight * weight
  }
  const length = Math.sqrt(square)
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / length
  return { terms, weights }
}
