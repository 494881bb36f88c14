import type { Instant } from '../model.ts'
import { createTerms, type Terms, type TermsSnapshot } from '../text/terms.ts'
import { createDuplicateIndex, type Print } from './duplicate.ts'
import type { ClusterSettings } from './level.ts'
import { createComparer, type Likeness } from './likeness.ts'
import { createMembers, type Members, ROOTS } from './members.ts'
import { createPostings } from './postings.ts'
import {
  compactShelf,
  createShelf,
  type Kept,
  NONE,
  putOn,
  type Reading,
  readingAt,
  type Shelf,
  takeOff,
} from './shelf.ts'
import {
  type Records,
  readNames,
  readRecords,
  type Standing,
  type StoryNames,
  writeRecords,
  writeStanding,
} from './snapshot.ts'
import { type CountedTerms, lengthOf } from './vector.ts'

const DAY_MS = 86_400_000

/** Articles are looked through for old ones when this share of them has arrived anew. */
const SWEEP_SHARE = 0.05

/** The shelf is moved up when this share of it is dead, and at least so many places. */
const COMPACT_SHARE = 0.25
const COMPACT_PLACES = 512

/** Terms by which an article is found: the ones that say most about it. */
const INDEXED_TERMS = 32

export type MemorySnapshot = {
  /** The two newest dates, the newest first, in milliseconds since 1970; `NaN` for none. */
  readonly newest: readonly [number, number]
  readonly unswept: number
  /** How many records were ever written. */
  readonly recorded: number
  readonly terms: TermsSnapshot
  readonly standing: Standing
  readonly names: StoryNames
  /** Together all records of `standing`, in order; others may be among them. */
  readonly records: readonly Records[]
}

/** The articles in memory, by id, by story, by what they are about and by how they read. */
export type Memory = {
  readonly shelf: Shelf
  readonly members: Members
  readonly terms: Terms
  /** The place of an article, or `NONE`. */
  readonly find: (id: string) => number
  /** Keeps an article; a copy stands in its story without being compared with. @returns its place. */
  readonly hold: (article: Kept, story: string) => number
  readonly revise: (place: number, reading: Reading) => void
  readonly move: (place: number, story: string) => void
  /** Forgets an article; the first of its copies stands for the others from then on. */
  readonly remove: (place: number) => void
  /** Ids of the copies of an article. */
  readonly copiesOf: (id: string) => readonly string[]
  /** Measures all articles with today's idf. */
  readonly weighAll: () => void
  /** Time as the articles tell it; what has left the window for good is forgotten now and then. */
  readonly pass: (at: number, arrivals: number) => void
  /** The beginning of the window that ends at `now`, in milliseconds since 1970. */
  readonly windowStart: (now: Instant | null) => number
  readonly compare: (article: CountedTerms) => Likeness
  readonly nearest: (article: Likeness, limit: number) => number[]
  /** The place of what it is a copy of, or `NONE`. */
  readonly findTwin: (print: Print | null, at: number) => number
  /** @param from leaves out earlier records: who asks has them. */
  readonly snapshot: (from: number) => MemorySnapshot
}

export function createMemory(settings: ClusterSettings, from?: MemorySnapshot): Memory {
  const window = settings.windowDays * DAY_MS
  // A restart is faster where nothing grows on the way.
  const expected = from?.standing.records.length ?? 0
  const shelf = createShelf(expected, countTermsOf(from?.records ?? []))
  const members = createMembers(shelf)
  const terms = createTerms(settings.idfHalfLife, from?.terms)
  const compare = createComparer(shelf, terms, settings.maxTerms)
  const places = new Map<string, number>()
  const copies = new Map<string, string[]>()
  let postings = createPostings(terms.size(), expected * INDEXED_TERMS)
  let duplicates = createDuplicateIndex(shelf, expected)
  let [newest, second] = from?.newest ?? [Number.NaN, Number.NaN]
  let unswept = from?.unswept ?? 0
  let recorded = from?.recorded ?? 0

  /** Makes the article at a place findable. */
  const index = (place: number) => {
    places.set(shelf.ids[place] as string, place)
    duplicates.add(place)
    if (shelf.originals[place] !== null) return
    const start = shelf.starts[place] as number
    const end = Math.min(shelf.starts[place + 1] as number, start + INDEXED_TERMS)
    for (let i = start; i < end; i++)
      postings.add(shelf.terms[i] as number, place, shelf.counts[i] as number)
  }
  const put = (article: Kept, record: number): number => {
    const place = putOn(shelf, record, article)
    index(place)
    if (article.original === null) return place
    const others = copies.get(article.original)
    if (others === undefined) copies.set(article.original, [article.id])
    else others.push(article.id)
    return place
  }
  const drop = (place: number) => {
    const id = shelf.ids[place] as string
    const original = shelf.originals[place] ?? null
    places.delete(id)
    members.leave(place)
    takeOff(shelf, place)
    if (original === null) return
    const left = (copies.get(original) ?? []).filter((copy) => copy !== id)
    if (left.length > 0) copies.set(original, left)
    else copies.delete(original)
  }
  /** Puts an article at the end of the shelf again, in the same story: what is indexed never changes. */
  const renew = (place: number, reading: Reading, original: string | null) => {
    const id = shelf.ids[place] as string
    const order = shelf.orders[place] as number
    const at = shelf.at[place] as number
    const story = members.idOf(shelf.stories[place] as number)
    const born = members.bornOf(shelf.stories[place] as number)
    drop(place)
    const to = put({ ...reading, id, order, at, original }, recorded++)
    shelf.lengths[to] = lengthOf(reading, terms)
    members.enter(to, story, born)
  }
  const isOver = (place: number) => {
    const start = Number.isNaN(second) ? Number.NEGATIVE_INFINITY : second - window
    return !((shelf.at[place] as number) >= start)
  }
  /** A story that goes on keeps its root, so that what it is about does not drift. */
  const isRoot = (place: number) => {
    const story = shelf.stories[place] as number
    if (shelf.originals[place] !== null || !members.first(story, ROOTS).includes(place))
      return false
    const [last = place] = members.latest(story, 1)
    return !isOver(last) && (shelf.at[place] as number) >= second - settings.threadDays * DAY_MS
  }
  const sweep = (arrivals: number) => {
    const young = arrivals - settings.holdArticles
    for (let place = 0; place < shelf.count; place++) {
      if (shelf.isLive[place] === 0 || (shelf.orders[place] as number) >= young) continue
      if (isOver(place) && !isRoot(place)) drop(place)
    }
    compact()
  }
  /** Leaves no trace in what is decided: the order of all articles stays. */
  const compact = () => {
    if (shelf.dead < COMPACT_PLACES || shelf.dead < shelf.count * COMPACT_SHARE) return
    const isUsed = new Uint8Array(terms.size())
    for (let place = 0; place < shelf.count; place++) {
      if (shelf.isLive[place] === 0) continue
      const end = shelf.starts[place + 1] as number
      for (let i = shelf.starts[place] as number; i < end; i++) isUsed[shelf.terms[i] as number] = 1
    }
    const renumbered = terms.compact((term) => isUsed[term] === 1)
    members.move(compactShelf(shelf, renumbered))
    postings = createPostings(terms.size())
    duplicates = createDuplicateIndex(shelf, shelf.count)
    for (let place = 0; place < shelf.count; place++) index(place)
  }
  if (from !== undefined) restore(from)

  function restore({ standing, names, records }: MemorySnapshot): void {
    const originals = new Map(standing.originals)
    let live = 0
    for (const piece of records) {
      let i = 0
      for (const article of readRecords(piece, terms)) {
        const record = piece.records[i++] as number
        if (record !== standing.records[live]) continue // gone since it was written
        const place = put({ ...article, original: originals.get(live) ?? null }, record)
        shelf.lengths[place] = standing.lengths[live++] as number
      }
    }
    const ids = readNames(names, shelf.ids)
    for (let place = 0; place < shelf.count; place++) {
      const story = standing.stories[place] as number
      members.enter(place, ids[story] as string, names.born[story] as number)
    }
  }

  return {
    shelf,
    members,
    terms,
    find: (id) => places.get(id) ?? NONE,
    hold(article, story) {
      const place = put(article, recorded++)
      shelf.lengths[place] = lengthOf(article, terms)
      members.enter(place, story)
      return place
    },
    revise(place, reading) {
      renew(place, reading, shelf.originals[place] ?? null)
      compact()
    },
    move(place, story) {
      members.leave(place)
      members.enter(place, story)
    },
    remove(place) {
      const id = shelf.ids[place] as string
      const [first, ...others] = copies.get(id) ?? []
      copies.delete(id)
      drop(place)
      if (first !== undefined) {
        const heir = places.get(first) as number
        renew(heir, readingAt(shelf, heir), null)
        for (const copy of others) shelf.originals[places.get(copy) as number] = first
        if (others.length > 0) copies.set(first, others)
      }
      compact()
    },
    copiesOf: (id) => copies.get(id) ?? [],
    weighAll() {
      for (let place = 0; place < shelf.count; place++) {
        if (shelf.isLive[place] === 1)
          shelf.lengths[place] = lengthOf(readingAt(shelf, place), terms)
      }
    },
    pass(at, arrivals) {
      // Time is what two articles agree on: one date in the future must not age all others.
      if (!(at <= newest) && !Number.isNaN(at)) [newest, second] = [at, newest]
      else if (!(at <= second) && !Number.isNaN(at)) second = at
      if (++unswept < (shelf.count - shelf.dead) * SWEEP_SHARE) return
      unswept = 0
      sweep(arrivals)
    },
    windowStart: (now) =>
      (now === null ? ([second, newest, 0].find((t) => !Number.isNaN(t)) ?? 0) : Date.parse(now)) -
      window,
    compare,
    nearest: (article, limit) => article.nearest(postings, limit),
    findTwin: (print, at) =>
      duplicates.find(print, (place) => !(Math.abs(at - (shelf.at[place] as number)) > window)),
    snapshot(from) {
      const [standing, names] = writeStanding(shelf, members)
      return {
        newest: [newest, second],
        unswept,
        recorded,
        terms: terms.snapshot(),
        standing,
        names,
        records: writeRecords(shelf, terms, from),
      }
    },
  }
}

const countTermsOf = (records: readonly Records[]): number =>
  records.reduce((sum, { terms }) => sum + terms.length, 0)
