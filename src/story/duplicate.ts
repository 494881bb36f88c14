import {
  estimateJaccard,
  hashText,
  SIGNATURE_BYTES,
  type Signature,
  shingle,
  sign,
} from '../text/fingerprint.ts'
import { splitWords } from '../text/words.ts'
import { createBands } from './bands.ts'
import { NONE, SHORT, type Shelf } from './shelf.ts'

/** Words of the text that are compared: a copy is a copy by its beginning. */
const MAX_WORDS = 400

/** A text of fewer words is compared word by word, with its title; three-word runs are too few. */
const SHORT_WORDS = 30

/** Fewer words than this make nobody a copy: many different items are called "Live updates". */
const MIN_WORDS = 4

/** Least estimated Jaccard similarity of two long texts' three-word runs. */
const MIN_JACCARD = 0.42

/** Least share of the shorter text's runs that the longer holds: finds cuts and added boilerplate. */
const MIN_CONTAINMENT = 0.75

/** Below this similarity the estimate of the containment is mostly noise. */
const MIN_JACCARD_CONTAINED = 0.25

/** Least Jaccard similarity of two short texts' words. */
const MIN_JACCARD_SHORT = 0.8

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

/** Near-duplicates by MinHash and banding: candidates are found, never scanned. */
export type DuplicateIndex = {
  /** Places are added in rising order. */
  readonly add: (place: number) => void
  /**
   * The place of the likest near-duplicate, or `NONE`; of equals, the one that arrived first.
   *
   * @param isNear whether an article is near enough in time to be one.
   */
  readonly find: (print: Print | null, isNear?: (place: number) => boolean) => number
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

/** @param places how many are expected. */
export function createDuplicateIndex(shelf: Shelf, places = 0): DuplicateIndex {
  const bands = createBands(shelf, places)
  return {
    add: bands.add,
    find(print, isNear = () => true) {
      if (print === null) return NONE
      let best = NONE
      let likest = 0
      for (const place of bands.find(print.signature)) {
        if (!isNear(place)) continue
        const likeness = compare(print, shelf, place)
        const isEarlier = (shelf.orders[place] ?? 0) < (shelf.orders[best] ?? 0)
        if (likeness > likest || (likeness === likest && likeness > 0 && isEarlier))
          [best, likest] = [place, likeness]
      }
      return best
    },
  }
}

/** Estimated Jaccard similarity where it, or the containment that follows from it, is enough; else 0. */
function compare(a: Print, shelf: Shelf, place: number): number {
  if (a.short !== (shelf.prints[place] === SHORT)) return 0
  if (a.numbers !== shelf.numbers[place]) return 0
  const jaccard = estimateJaccard(a.signature, shelf.signatures, place * SIGNATURE_BYTES)
  if (a.short) return jaccard >= MIN_JACCARD_SHORT ? jaccard : 0
  // |A ∩ B| = J · (|A| + |B|) / (1 + J)
  const size = shelf.sizes[place] ?? 0
  const shared = (jaccard * (a.size + size)) / (1 + jaccard)
  const contained = shared / Math.min(a.size, size)
  const copied =
    jaccard >= MIN_JACCARD || (jaccard >= MIN_JACCARD_CONTAINED && contained >= MIN_CONTAINMENT)
  return copied ? jaccard : 0
}

function words(text: string): string[] {
  return splitWords(text).map(({ norm }) => norm)
}
