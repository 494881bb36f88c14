import {
  bandKeys,
  estimateJaccard,
  hashText,
  type Signature,
  shingle,
  sign,
} from '../text/fingerprint.ts'
import { splitWords } from '../text/words.ts'
import { type Arrival, fileArrival, unfileArrival } from './arrivals.ts'

/** Words of the text that are compared: a copy is a copy by its beginning. */
const MAX_WORDS = 400

/** A text of fewer words is compared word by word, with its title; three-word runs are too few. */
const SHORT_WORDS = 30

/** Fewer words than this make nobody a copy: many different items are called "Live updates". */
const MIN_WORDS = 4

/** Least estimated Jaccard similarity of two long texts' three-word runs. */
const MIN_JACCARD = 0.38

/** Least share of the shorter text's runs that the longer holds: finds cuts and added boilerplate. */
const MIN_CONTAINMENT = 0.6

/** Below this similarity the estimate of the containment is mostly noise. */
const MIN_JACCARD_CONTAINED = 0.25

/** Least Jaccard similarity of two short texts' words. */
const MIN_JACCARD_SHORT = 0.8

/** Articles looked at per band: a template repeated a thousand times costs no more than this. */
const MAX_PER_BAND = 16

/** What is compared of a text. Plain data but for the typed array. */
export type Print = {
  /** Long texts are compared with long ones, short ones with short ones. */
  readonly short: boolean
  readonly signature: Signature
  /** Shingles (or words) the signature was made from. */
  readonly size: number
  /** Hash of a short text's numbers: "magnitude 5.1" is no copy of "magnitude 6.2". */
  readonly numbers: number
}

/** An article that can be found. Its print changes only while it is not in the index. */
export type Printed = Arrival & { readonly print: Print | null }

/** Near-duplicates by MinHash and banding: candidates are found, never scanned. */
export type DuplicateIndex<T extends Printed> = {
  readonly add: (article: T) => void
  readonly remove: (article: T) => void
  /** The likest near-duplicate; of equals, the one that arrived first. */
  readonly find: (print: Print | null) => T | null
}

/** `null` where there are too few words to tell a copy by. */
export function readPrint(title: string, text: string): Print | null {
  const body = words(text.slice(0, MAX_WORDS * 12)).slice(0, MAX_WORDS)
  const short = body.length < SHORT_WORDS
  const compared = short ? [...words(title), ...body] : body
  if (compared.length < MIN_WORDS) return null
  const shingles = short ? new Set(compared.map(hashText)) : shingle(compared)
  const numbers = compared.filter((word) => /\p{N}/u.test(word)).sort()
  return {
    short,
    signature: sign(shingles),
    size: shingles.size,
    numbers: short ? hashText([...new Set(numbers)].join(' ')) : 0,
  }
}

export function createDuplicateIndex<T extends Printed>(): DuplicateIndex<T> {
  const bands = new Map<number, T[]>()
  const keysOf = (print: Print | null) => (print === null ? [] : bandKeys(print.signature))

  return {
    add(article) {
      for (const key of keysOf(article.print)) fileArrival(bands, key, article)
    },
    remove(article) {
      for (const key of keysOf(article.print)) unfileArrival(bands, key, article)
    },
    find(print) {
      const found = new Set(
        keysOf(print).flatMap((key) => bands.get(key)?.slice(0, MAX_PER_BAND) ?? []),
      )
      let best: T | null = null
      let likest = 0
      for (const article of [...found].sort((a, b) => a.order - b.order)) {
        const likeness = compare(print, article.print)
        if (likeness > likest) [best, likest] = [article, likeness]
      }
      return best
    },
  }
}

/** Estimated Jaccard similarity where it, or the containment that follows from it, is enough; else 0. */
function compare(a: Print | null, b: Print | null): number {
  if (a === null || b === null || a.short !== b.short || a.numbers !== b.numbers) return 0
  const jaccard = estimateJaccard(a.signature, b.signature)
  if (a.short) return jaccard >= MIN_JACCARD_SHORT ? jaccard : 0
  // |A ∩ B| = J · (|A| + |B|) / (1 + J)
  const shared = (jaccard * (a.size + b.size)) / (1 + jaccard)
  const contained = shared / Math.min(a.size, b.size)
  const copied =
    jaccard >= MIN_JACCARD || (jaccard >= MIN_JACCARD_CONTAINED && contained >= MIN_CONTAINMENT)
  return copied ? jaccard : 0
}

function words(text: string): string[] {
  return splitWords(text).map(({ norm }) => norm)
}
