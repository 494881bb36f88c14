import { enlarge } from '../text/enlarge.ts'
import type { Terms } from '../text/terms.ts'
import type { Postings } from './postings.ts'
import { NONE, type Shelf } from './shelf.ts'
import { type CountedTerms, lengthOf } from './vector.ts'

/** Terms of an article that are looked up: the ones that say most about it. */
const QUERY_TERMS = 32

/** The latest live articles looked at per term, so that a common word costs no more than a rare one. */
const MOST_POSTINGS = 400

/** Less likeness than this, a cosine, is chance: not worth sorting. */
const MIN_LIKENESS = 0.02

/** One article beside those on the shelf. */
export type Likeness = {
  /** Its cosine with the article at a place, by all their terms. */
  readonly to: (place: number) => number
  /** Places of the `limit` likest articles by its first terms, the likest first; of equals, the earlier. */
  readonly nearest: (postings: Postings, limit: number) => number[]
  /** Ends it; one article is compared at a time. */
  readonly end: () => void
}

/** Slots of the table of weights for each term: most other terms meet an empty one. */
const SLOTS_PER_TERM = 8

/**
 * Compares articles by putting the weights of one into a small table: a cosine is then one walk
 * along the terms of the other, and no vector is ever weighed anew. An array of all terms would need
 * no keys, but with millions of them each look would wait for memory.
 */
export function createComparer(shelf: Shelf, terms: Terms, maxTerms: number) {
  const slots = 2 ** Math.ceil(Math.log2(maxTerms * SLOTS_PER_TERM))
  const keys = new Int32Array(slots).fill(NONE)
  /** By slot: what an occurrence of its term in another article adds. */
  const weights = new Float64Array(slots)
  /** By place. */
  let sums = new Float32Array(0)

  /** The slot of a term, or the empty one where it would be. */
  const slotOf = (term: number): number => {
    let slot = Math.imul(term, 0x9e3779b1) & (slots - 1)
    while (keys[slot] !== term && keys[slot] !== NONE) slot = (slot + 1) & (slots - 1)
    return slot
  }

  return (article: CountedTerms): Likeness => {
    const length = lengthOf(article, terms)
    article.terms.forEach((term, i) => {
      const slot = slotOf(term)
      keys[slot] = term
      weights[slot] = ((article.counts[i] as number) * terms.idf(term) ** 2) / length
    })
    return {
      to(place) {
        const end = shelf.starts[place + 1] as number
        let sum = 0
        for (let i = shelf.starts[place] as number; i < end; i++) {
          const slot = slotOf(shelf.terms[i] as number)
          sum += (weights[slot] as number) * (shelf.counts[i] as number)
        }
        return sum === 0 ? 0 : sum / (shelf.lengths[place] as number)
      },
      nearest(postings, limit) {
        sums = enlarge(sums, shelf.count)
        const touched: number[] = []
        for (const term of article.terms.subarray(0, QUERY_TERMS)) {
          const weight = weights[slotOf(term)] as number
          let left = MOST_POSTINGS
          postings.walk(term, (place, count) => {
            if (shelf.isLive[place] === 0) return true
            if (sums[place] === 0) touched.push(place)
            sums[place] = (sums[place] as number) + weight * count
            return --left > 0
          })
        }
        const best = selectBest(touched, limit)
        for (const place of touched) sums[place] = 0
        return best
      },
      end() {
        keys.fill(NONE)
        weights.fill(0)
      },
    }
  }

  /** Nearly all that is touched is far below the best few, and is told by one comparison. */
  function selectBest(touched: readonly number[], limit: number): number[] {
    const best: { place: number; value: number; order: number }[] = []
    for (const place of touched) {
      const value = (sums[place] as number) / (shelf.lengths[place] as number)
      if (value < MIN_LIKENESS) continue
      const order = shelf.orders[place] as number
      const last = best.length < limit ? undefined : best[limit - 1]
      if (last && (value < last.value || (value === last.value && order > last.order))) continue
      let i = Math.min(best.length, limit - 1)
      for (; i > 0; i--) {
        const other = best[i - 1] as (typeof best)[number]
        if (other.value > value || (other.value === value && other.order < order)) break
        best[i] = other
      }
      best[i] = { place, value, order }
    }
    return best.map(({ place }) => place)
  }
}
