/**
 * A sentence as numbers, for stories in which thousands of pairs are compared: its terms in
 * ascending order, each term a number that the story gave it, with its weight. Together the weights
 * have length 1. Never changed once made.
 */
export type Sparse = {
  readonly terms: Int32Array
  readonly weights: Float64Array
  /** 1 where the term is a number. */
  readonly numbers: Uint8Array
}

export type Likeness = {
  /** 0 (no term in common) to 1. */
  readonly cosine: number
  /** They tell the same fact: then one is told, and the other supports it. */
  readonly same: boolean
}

/** Cosine at which two sentences say the same. */
const SAME_COSINE = 0.5
/**
 * Terms in common, and their share of the shorter sentence's, at which it says what the other says
 * in other words. The cosine misses these: words that the whole story uses weigh little in it.
 */
const SAME_TERMS = 6
const SAME_SHARE = 0.5
/** With so many in common a smaller share is enough: the longer a sentence, the more it adds. */
const MANY_TERMS = 8
const MANY_SHARE = 0.4

/** How alike two sentences of one story are. */
export function likenessOf(a: Sparse, b: Sparse): Likeness {
  let cosine = 0
  let shared = 0
  let sharedNumbers = 0
  for (let i = 0, j = 0; i < a.terms.length && j < b.terms.length; ) {
    const one = a.terms[i] as number
    const other = b.terms[j] as number
    if (one === other) {
      cosine += (a.weights[i] as number) * (b.weights[j] as number)
      shared++
      sharedNumbers += a.numbers[i] as number
    }
    if (one <= other) i++
    if (other <= one) j++
  }
  const shorter = a.terms.length <= b.terms.length ? a : b
  const same = cosine >= SAME_COSINE || isParaphrase(shorter, shared, sharedNumbers)
  return { cosine, same }
}

/** A number that only the shorter one has is a fact of its own. */
function isParaphrase(shorter: Sparse, shared: number, sharedNumbers: number): boolean {
  const size = shorter.terms.length
  const share = shared / size
  const isNear = shared >= SAME_TERMS && share >= SAME_SHARE
  if (!isNear && !(shared >= MANY_TERMS && share >= MANY_SHARE)) return false
  return shorter.numbers.reduce((sum, flag) => sum + flag, 0) === sharedNumbers
}
