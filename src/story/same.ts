import { cosine } from '../text/similarity.ts'
import type { Vector } from '../text/vectors.ts'

/** What two sentences are compared by. */
export type Comparable = { readonly vector: Vector; readonly terms: ReadonlySet<string> }

/** Cosine at which two sentences say the same. */
const SAME_COSINE = 0.5
/**
 * Terms in common, and their share of the shorter sentence's, at which it says what the other says
 * in other words. The cosine misses these: words that the whole story uses weigh little in it.
 */
const SAME_TERMS = 6
const SAME_SHARE = 0.5

/**
 * Whether two sentences tell the same fact: then one is told, and the other supports it.
 *
 * @param likeness their cosine, where the caller has it already.
 */
export function saysSame(
  a: Comparable,
  b: Comparable,
  likeness = cosine(a.vector, b.vector),
): boolean {
  return likeness >= SAME_COSINE || isParaphrase(a.terms, b.terms)
}

/** A number that only the shorter one has is a fact of its own. */
function isParaphrase(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [short, long] = a.size <= b.size ? [a, b] : [b, a]
  // Terms that the shorter one may have for itself.
  let spare = short.size - Math.max(SAME_TERMS, Math.ceil(SAME_SHARE * short.size))
  if (spare < 0) return false
  for (const term of short) {
    if (!long.has(term) && (--spare < 0 || isNumber(term))) return false
  }
  return true
}

/** The share of a sentence's terms that have been told, 0–1. */
export function toldShare(terms: ReadonlySet<string>, told: ReadonlySet<string>): number {
  let known = 0
  for (const term of terms) if (told.has(term)) known++
  return terms.size === 0 ? 0 : known / terms.size
}

const isNumber = (term: string) => /^\p{N}/u.test(term)
