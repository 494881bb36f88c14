import { enlarge } from './enlarge.ts'

/** State of a table of terms as plain data; one made from it goes on with the very same numbers. */
export type TermsSnapshot = {
  readonly documents: number
  readonly boost: number
  readonly unswept: number
  readonly hashes: Int32Array
  /** By place of the hash. */
  readonly counts: Float32Array
}

/**
 * Terms as small numbers, and in how many of the latest documents each occurs: 12 bytes a term and
 * its place in a hash table, for a stream in which every day brings names nobody has heard.
 */
export type Terms = {
  /** How many numbers are given. */
  readonly size: () => number
  /** The number of a term, given to it here where it has none. */
  readonly numberOf: (hash: number) => number
  readonly hashOf: (term: number) => number
  /** Counts one document's distinct terms. */
  readonly count: (terms: Iterable<number>) => void
  /** `ln(1 + (N + 1) / (df + 1))`: about 0.7 for a term of every document, more for rarer ones. */
  readonly idf: (term: number) => number
  /** Forgets terms that have faded and are not in use; the rest are numbered anew, in order. */
  readonly compact: (isUsed: (term: number) => boolean) => Int32Array
  /** Of the terms whose count has not faded. */
  readonly snapshot: () => TermsSnapshot
}

/**
 * Documents imagined before the first, with no term of ours in them. Rarity among ten documents
 * says little; with these the first of a stream are compared as later ones are.
 */
const IMAGINED = 2_000

/** Counts below this are forgotten when the table is swept: 4.3 half-lives after one occurrence. */
const FADED = 0.05

/** Share of the hash table that may be taken. */
const LOAD = 0.6

/**
 * Each document counts half after `halfLife` more: documents, not hours, so that the numbers are a
 * function of their order alone. Counters grow instead of all others fading.
 */
export function createTerms(halfLife: number, from?: TermsSnapshot): Terms {
  let size = 0
  let hashes = new Int32Array(1_024)
  let counts = new Float32Array(1_024)
  /** Number + 1 of the term, 0 where free; its length is a power of two. */
  let table = new Int32Array(4_096)
  let documents = from?.documents ?? IMAGINED
  let boost = from?.boost ?? 1
  let unswept = from?.unswept ?? 0

  const enter = (hash: number): number => {
    const mask = table.length - 1
    let place = spread(hash) & mask
    for (; ; place = (place + 1) & mask) {
      const term = table[place] as number
      if (term === 0) break
      if (hashes[term - 1] === hash) return term - 1
    }
    if (size === hashes.length) {
      hashes = enlarge(hashes, size + 1)
      counts = enlarge(counts, size + 1)
    }
    hashes[size] = hash
    counts[size] = 0
    table[place] = ++size
    if (size > table.length * LOAD) rehash(table.length * 2)
    return size - 1
  }
  const rehash = (length: number) => {
    table = new Int32Array(length)
    for (let term = 0; term < size; term++) {
      let place = spread(hashes[term] as number) & (length - 1)
      while (table[place] !== 0) place = (place + 1) & (length - 1)
      table[place] = term + 1
    }
  }
  /** Brings all counters back to a boost of 1. */
  const sweep = () => {
    for (let term = 0; term < size; term++) {
      const count = (counts[term] as number) / boost
      counts[term] = count < FADED ? 0 : count
    }
    documents /= boost
    boost = 1
    unswept = 0
  }
  from?.hashes.forEach((hash, i) => {
    counts[enter(hash)] = from.counts[i] as number
  })

  return {
    size: () => size,
    numberOf: enter,
    hashOf: (term) => hashes[term] as number,
    count(terms) {
      boost *= 2 ** (1 / halfLife)
      documents += boost
      for (const term of terms) counts[term] = (counts[term] as number) + boost
      if (++unswept >= halfLife) sweep()
    },
    idf: (term) => Math.log(1 + (documents + boost) / ((counts[term] as number) + boost)),
    compact(isUsed) {
      const renumbered = new Int32Array(size)
      let kept = 0
      for (let term = 0; term < size; term++) {
        if (counts[term] === 0 && !isUsed(term)) continue
        hashes[kept] = hashes[term] as number
        counts[kept] = counts[term] as number
        renumbered[term] = kept++
      }
      size = kept
      hashes = hashes.slice(0, Math.max(size, 1_024))
      counts = counts.slice(0, Math.max(size, 1_024))
      rehash(2 ** Math.max(12, Math.ceil(Math.log2(size / LOAD + 1))))
      return renumbered
    },
    snapshot() {
      const known = Array.from({ length: size }, (_, term) => term).filter((term) => counts[term])
      return {
        documents,
        boost,
        unswept,
        hashes: Int32Array.from(known, (term) => hashes[term] as number),
        counts: Float32Array.from(known, (term) => counts[term] as number),
      }
    },
  }
}

/** Hashes are even already; their lowest bits are spread once more, since tables are dense. */
const spread = (hash: number) => Math.imul(hash, 0x9e3779b1) >>> 8
