import { enlarge } from '../text/enlarge.ts'
import { SIGNATURE_BYTES } from '../text/fingerprint.ts'
import type { Print } from './duplicate.ts'

/** Nothing: no article, no story. */
export const NONE = -1

/** Kinds of prints. */
const LONG = 1
export const SHORT = 2

/** What is kept of an article that is read; terms as their numbers, with quantised counts. */
export type Reading = {
  readonly terms: Int32Array
  /** `COUNT_STEPS · (1 + ln tf)`, by place of the term. */
  readonly counts: Uint8Array
  readonly print: Print | null
}

/** An article as it is put on the shelf. */
export type Kept = Reading & {
  readonly id: string
  /** Its arrival, counted from 0; a revised article keeps its own. */
  readonly order: number
  /** Milliseconds since 1970; `NaN` where it has no date. */
  readonly at: number
  /** The article it is a copy or repeat of; never itself a copy. */
  readonly original: string | null
}

/**
 * All articles in memory, column by column: some 600 bytes each, where an object each would take
 * 15 KB. An article is a place on the shelf; places only grow until `compact` moves all up.
 */
export type Shelf = {
  count: number
  dead: number
  ids: string[]
  originals: (string | null)[]
  /** Numbers all that was ever put on the shelf: names a place in a snapshot. */
  records: Uint32Array
  orders: Uint32Array
  at: Float64Array
  isLive: Uint8Array
  /** The length of the vector, with the idf of the last weighing. */
  lengths: Float32Array
  /** Where its terms begin; they end where those of the next begin. */
  starts: Uint32Array
  terms: Int32Array
  counts: Uint8Array
  /** 0 where there is no print, `LONG` or `SHORT`. */
  prints: Uint8Array
  signatures: Uint8Array
  sizes: Uint16Array
  numbers: Uint32Array
  /** Handle of its story, and the members before and after it. */
  stories: Int32Array
  older: Int32Array
  newer: Int32Array
}

/**
 * @param places articles that are expected.
 * @param terms  terms of all of them.
 */
export function createShelf(places = 0, terms = 0): Shelf {
  return {
    count: 0,
    dead: 0,
    ids: [],
    originals: [],
    records: new Uint32Array(places),
    orders: new Uint32Array(places),
    at: new Float64Array(places),
    isLive: new Uint8Array(places),
    lengths: new Float32Array(places),
    starts: new Uint32Array(places + 1),
    terms: new Int32Array(terms),
    counts: new Uint8Array(terms),
    prints: new Uint8Array(places),
    signatures: new Uint8Array(places * SIGNATURE_BYTES),
    sizes: new Uint16Array(places),
    numbers: new Uint32Array(places),
    stories: new Int32Array(places),
    older: new Int32Array(places),
    newer: new Int32Array(places),
  }
}

/** Puts an article at the end. @returns its place. */
export function putOn(shelf: Shelf, record: number, article: Kept): number {
  const place = shelf.count++
  makeRoom(shelf, article.terms.length)
  shelf.ids[place] = article.id
  shelf.originals[place] = article.original
  shelf.records[place] = record
  shelf.orders[place] = article.order
  shelf.at[place] = article.at
  shelf.isLive[place] = 1
  const start = shelf.starts[place] as number
  shelf.terms.set(article.terms, start)
  shelf.counts.set(article.counts, start)
  shelf.starts[place + 1] = start + article.terms.length
  const { print } = article
  shelf.prints[place] = print === null ? 0 : print.short ? SHORT : LONG
  if (print !== null) shelf.signatures.set(print.signature, place * SIGNATURE_BYTES)
  shelf.sizes[place] = print?.size ?? 0
  shelf.numbers[place] = print?.numbers ?? 0
  shelf.stories[place] = NONE
  shelf.older[place] = NONE
  shelf.newer[place] = NONE
  return place
}

/** Views of the columns, not copies: a million small buffers would keep the collector busy for minutes. */
export function readingAt(shelf: Shelf, place: number): Reading {
  const [start, end] = [shelf.starts[place], shelf.starts[place + 1]]
  return {
    terms: shelf.terms.subarray(start, end),
    counts: shelf.counts.subarray(start, end),
    print: printAt(shelf, place),
  }
}

/** Columns that hold prints. */
type Prints = Readonly<Pick<Shelf, 'prints' | 'signatures' | 'sizes' | 'numbers'>>

export function printAt(columns: Prints, place: number): Print | null {
  if (columns.prints[place] === 0) return null
  const start = place * SIGNATURE_BYTES
  return {
    short: columns.prints[place] === SHORT,
    signature: columns.signatures.subarray(start, start + SIGNATURE_BYTES),
    size: columns.sizes[place] as number,
    numbers: columns.numbers[place] as number,
  }
}

export function takeOff(shelf: Shelf, place: number): void {
  shelf.isLive[place] = 0
  shelf.dead++
}

function makeRoom(shelf: Shelf, terms: number): void {
  const { count } = shelf
  shelf.records = enlarge(shelf.records, count)
  shelf.orders = enlarge(shelf.orders, count)
  shelf.at = enlarge(shelf.at, count)
  shelf.isLive = enlarge(shelf.isLive, count)
  shelf.lengths = enlarge(shelf.lengths, count)
  shelf.starts = enlarge(shelf.starts, count + 1)
  const used = (shelf.starts[count - 1] as number) + terms
  shelf.terms = enlarge(shelf.terms, used)
  shelf.counts = enlarge(shelf.counts, used)
  shelf.prints = enlarge(shelf.prints, count)
  shelf.signatures = enlarge(shelf.signatures, count * SIGNATURE_BYTES)
  shelf.sizes = enlarge(shelf.sizes, count)
  shelf.numbers = enlarge(shelf.numbers, count)
  shelf.stories = enlarge(shelf.stories, count)
  shelf.older = enlarge(shelf.older, count)
  shelf.newer = enlarge(shelf.newer, count)
}

/**
 * Moves all live articles up and forgets the dead.
 *
 * @param renumber what each term is called from now on.
 * @returns        the new place of each old one, `NONE` for the dead.
 */
export function compactShelf(shelf: Shelf, renumber: Int32Array): Int32Array {
  const moved = new Int32Array(shelf.count).fill(NONE)
  let kept = 0
  for (let place = 0; place < shelf.count; place++)
    if (shelf.isLive[place] === 1) moved[place] = kept++
  const follow = (place: number) => (place === NONE ? NONE : (moved[place] as number))
  let end = 0
  for (let place = 0; place < shelf.count; place++) {
    const to = moved[place] as number
    if (to === NONE) continue
    for (const column of COLUMNS) shelf[column][to] = shelf[column][place] as never
    shelf.signatures.copyWithin(
      to * SIGNATURE_BYTES,
      place * SIGNATURE_BYTES,
      (place + 1) * SIGNATURE_BYTES,
    )
    shelf.older[to] = follow(shelf.older[place] as number)
    shelf.newer[to] = follow(shelf.newer[place] as number)
    const [first, last] = [shelf.starts[place] as number, shelf.starts[place + 1] as number]
    shelf.starts[to] = end
    for (let i = first; i < last; i++) {
      shelf.terms[end] = renumber[shelf.terms[i] as number] as number
      shelf.counts[end++] = shelf.counts[i] as number
    }
  }
  shelf.starts[kept] = end
  shelf.ids.length = kept
  shelf.originals.length = kept
  shelf.count = kept
  shelf.dead = 0
  return moved
}

/** What is moved as it is. */
const COLUMNS = [
  'ids',
  'originals',
  'records',
  'orders',
  'at',
  'isLive',
  'lengths',
  'prints',
  'sizes',
  'numbers',
  'stories',
] as const satisfies readonly (keyof Shelf)[]
