import { SIGNATURE_BYTES } from '../text/fingerprint.ts'
import type { Terms } from '../text/terms.ts'
import type { Members } from './members.ts'
import { type Kept, NONE, printAt, readingAt, type Shelf } from './shelf.ts'

/**
 * Articles as they were read, column by column. Nothing of it ever changes, so that each needs to
 * be written once: a record that is read anew becomes another record.
 */
export type Records = {
  readonly records: Uint32Array
  readonly ids: readonly string[]
  readonly orders: Uint32Array
  readonly at: Float64Array
  /** Where the terms of each begin; one more at the end. */
  readonly starts: Uint32Array
  /** Hashes of terms: their numbers do not outlive the process. */
  readonly terms: Int32Array
  readonly counts: Uint8Array
  readonly prints: Uint8Array
  readonly signatures: Uint8Array
  readonly sizes: Uint16Array
  readonly numbers: Uint32Array
}

/** What changes of the articles in memory, by place among all that are live. */
export type Standing = {
  readonly records: Uint32Array
  readonly lengths: Float32Array
  /** Places in `stories`. */
  readonly stories: Uint32Array
  readonly originals: readonly (readonly [place: number, original: string])[]
}

/** Most stories are named by an article in memory: then its place stands for the name. */
export type StoryNames = {
  readonly places: Int32Array
  /** Names of those that have no place, in order. */
  readonly others: readonly string[]
  readonly born: Uint32Array
}

/** Records in one piece: some 150 KB. */
export const PIECE = 256

/** In pieces whose first records are multiples of `PIECE`: a piece that was written whole never changes. */
export function writeRecords(shelf: Shelf, terms: Terms, from: number): Records[] {
  const places = livePlaces(shelf).filter((place) => (shelf.records[place] as number) >= from)
  const pieces = Map.groupBy(places, (place) =>
    Math.floor((shelf.records[place] as number) / PIECE),
  )
  return [...pieces.values()].map((piece) => writePiece(shelf, terms, piece))
}

function writePiece(shelf: Shelf, terms: Terms, places: readonly number[]): Records {
  const read = places.map((place) => readingAt(shelf, place))
  const starts = new Uint32Array(places.length + 1)
  read.forEach((reading, i) => {
    starts[i + 1] = (starts[i] as number) + reading.terms.length
  })
  const hashes = new Int32Array(starts[places.length] as number)
  const counts = new Uint8Array(hashes.length)
  const signatures = new Uint8Array(places.length * SIGNATURE_BYTES)
  read.forEach((reading, i) => {
    const start = starts[i] as number
    hashes.set(reading.terms.map(terms.hashOf), start)
    counts.set(reading.counts, start)
    if (reading.print !== null) signatures.set(reading.print.signature, i * SIGNATURE_BYTES)
  })
  const pick = (column: ArrayLike<number>) => places.map((place) => column[place] as number)
  return {
    records: Uint32Array.from(pick(shelf.records)),
    ids: places.map((place) => shelf.ids[place] as string),
    orders: Uint32Array.from(pick(shelf.orders)),
    at: Float64Array.from(pick(shelf.at)),
    starts,
    terms: hashes,
    counts,
    prints: Uint8Array.from(pick(shelf.prints)),
    signatures,
    sizes: Uint16Array.from(pick(shelf.sizes)),
    numbers: Uint32Array.from(pick(shelf.numbers)),
  }
}

/** The articles of a piece, in views of it. */
export function* readRecords(piece: Records, terms: Terms): Generator<Kept> {
  const numbers = terms.numbersOf(piece.terms)
  for (let i = 0; i < piece.records.length; i++) {
    const [start, end] = [piece.starts[i], piece.starts[i + 1]]
    yield {
      id: piece.ids[i] as string,
      order: piece.orders[i] as number,
      at: piece.at[i] as number,
      original: null,
      terms: numbers.subarray(start, end),
      counts: piece.counts.subarray(start, end),
      print: printAt(piece, i),
    }
  }
}

export function writeStanding(shelf: Shelf, members: Members): [Standing, StoryNames] {
  const places = livePlaces(shelf)
  const numbers = new Map<number, number>()
  for (const place of places) {
    const story = shelf.stories[place] as number
    if (!numbers.has(story)) numbers.set(story, numbers.size)
  }
  const stories = [...numbers.keys()]
  const byId = new Map(places.map((place, i) => [shelf.ids[place] as string, i]))
  const named = stories.map((story) => byId.get(members.idOf(story)) ?? NONE)
  const standing = {
    records: Uint32Array.from(places, (place) => shelf.records[place] as number),
    lengths: Float32Array.from(places, (place) => shelf.lengths[place] as number),
    stories: Uint32Array.from(places, (place) => numbers.get(shelf.stories[place] as number) ?? 0),
    originals: places.flatMap((place, i): [number, string][] => {
      const original = shelf.originals[place] ?? null
      return original === null ? [] : [[i, original]]
    }),
  }
  const names = {
    places: Int32Array.from(named),
    others: stories.filter((_, i) => named[i] === NONE).map(members.idOf),
    born: Uint32Array.from(stories, members.bornOf),
  }
  return [standing, names]
}

/** Names of the stories, by their place. */
export function readNames({ places, others }: StoryNames, ids: readonly string[]): string[] {
  let other = 0
  return Array.from(places, (place) => (place === NONE ? others[other++] : ids[place]) as string)
}

/** In the order in which they were put on the shelf. */
const livePlaces = (shelf: Shelf): number[] =>
  Array.from({ length: shelf.count }, (_, place) => place).filter(
    (place) => shelf.isLive[place] === 1,
  )
