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
 * Terms as small numbers, and in how many of the latest documents each occurs: 8 bytes a term and
 * some 6 for its place in a hash table, for a stream in which every day brings names nobody has heard.
 */
export type Terms = {
  /** How many numbers are given. */
  readonly size: () => number
  /** The number of a term, given to it here where it has none. */
  readonly numberOf: (hash: number) => number
  /** As `numberOf`, of many at once. */
  readonly numbersOf: (hashes: Int32Array) => Int32Array
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

/**
 * Share of the hash table that is taken when it is made, and when it is made anew. What a number
 * leaves free of its 32 bits holds bits of the hash, so that a table of millions is looked up
 * without fetching hashes that turn out to be others.
 */
const ROOMY = 0.65
const FULL = 0.8
const SMALLEST_TABLE = 4_096

/**
 * Each document counts half after `halfLife` more: documents, not hours, so that the numbers are a
 * function of their order alone. Counters grow instead of all others fading.
 */
export function createTerms(halfLife: number, from?: TermsSnapshot): Terms {
  let size = 0
  let hashes = new Int32Array(0)
  let counts = new Float32Array(0)
  /** Number + 1 of the term below bits of its hash, 0 where free. */
  let table = createTable(0)
  let numberMask = maskFor(table.length)
  let documents = from?.documents ?? IMAGINED
  let boost = from?.boost ?? 1
  let unswept = from?.unswept ?? 0

  const enter = (hash: number): number => {
    const tag = hash & ~numberMask
    let place = spread(hash, table.length)
    for (; table[place] !== 0; place = after(place, table.length)) {
      const entry = table[place] as number
      if ((entry & ~numberMask) !== tag) continue
      const term = (entry & numberMask) - 1
      if (hashes[term] === hash) return term
    }
    if (size === hashes.length) {
      hashes = enlarge(hashes, size + 1)
      counts = enlarge(counts, size + 1)
    }
    hashes[size] = hash
    counts[size] = 0
    table[place] = tag | ++size
    if (size > table.length * FULL) rehash()
    return size - 1
  }
  const rehash = () => {
    table = createTable(size)
    numberMask = maskFor(table.length)
    for (let term = 0; term < size; term++) {
      const hash = hashes[term] as number
      let place = spread(hash, table.length)
      while (table[place] !== 0) place = after(place, table.length)
      table[place] = (hash & ~numberMask) | (term + 1)
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
  if (from !== undefined) {
    hashes = from.hashes.slice()
    counts = from.counts.slice()
    size = hashes.length
    rehash()
  }

  return {
    size: () => size,
    numberOf: enter,
    numbersOf(hashes) {
      const numbers = new Int32Array(hashes.length)
      for (let i = 0; i < hashes.length; i++) numbers[i] = enter(hashes[i] as number)
      return numbers
    },
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
      hashes = hashes.slice(0, size)
      counts = counts.slice(0, size)
      rehash()
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

const createTable = (terms: number) =>
  new Int32Array(Math.max(SMALLEST_TABLE, Math.ceil(terms / ROOMY)))

/** The bits of the numbers of terms, plus one, in a table that is never quite full. */
const maskFor = (length: number) => 2 ** Math.ceil(Math.log2(length)) - 1

/** Where a hash is looked for first: evenly over a table of any length. */
const spread = (hash: number, length: number) =>
  Math.floor(((Math.imul(hash, 0x9e3779b1) >>> 0) / 2 ** 32) * length)

const after = (place: number, length: number) => (place + 1 === length ? 0 : place + 1)
