import type { Instant } from '../model.ts'
import { readPrint } from './duplicate.ts'
import { type Clusterable, timeOf } from './held.ts'
import { type ClusterSettings, LEVELS } from './level.ts'
import type { Likeness } from './likeness.ts'
import { type Members, ROOTS } from './members.ts'
import { createMemory, type Memory, type MemorySnapshot } from './memory.ts'
import { squareOfSum, timeFactor } from './nearness.ts'
import { createPins, type Pin, type Pins, type PinsSnapshot } from './pins.ts'
import { planRepair, selectWindow } from './repair.ts'
import { NONE, readingAt } from './shelf.ts'
import { readTerms, selectTerms, toTermVector } from './vector.ts'

export type { Clusterable } from './held.ts'
export { type ClusterSettings, LEVELS } from './level.ts'

/** Where an article went when it arrived. */
export type Placement = {
  /** The id of the article the story began with. */
  readonly story: string
  /** The original, where the article is a copy (other provider) or a repeat (same provider) of one. */
  readonly duplicateOf: string | null
}

export type Move = { readonly id: string; readonly from: string; readonly to: string }

/** All that a clusterer knows, as plain data and typed arrays. */
export type ClusterSnapshot = {
  readonly arrivals: number
  /** Arrivals when all articles were last weighed. */
  readonly weighedAt: number
  readonly memory: MemorySnapshot
  readonly pins: PinsSnapshot
}

/** Groups articles as they arrive. The same calls in the same order give the same stories. */
export type Clusterer = {
  /** Looks at earlier articles only. An article that is already held stays where it is. */
  readonly add: (article: Clusterable) => Placement
  /** The text of a held article changed: it stays in its story and is compared by its new text. */
  readonly revise: (article: Clusterable) => void
  /**
   * Groups the window anew and tells who moved. Dated articles older than the window stay.
   *
   * @param now end of the window; `null` takes the newest date that two articles have reached.
   */
  readonly repair: (now: Instant | null) => Move[]
  /**
   * Puts articles where an operator wants them: neither repair nor what arrives later changes it.
   *
   * @param decision its place in the log.
   */
  readonly decide: (decision: number, pins: readonly Pin[]) => Move[]
  /** Takes a decision back: articles go where they were, and are free. */
  readonly undo: (decision: number) => Move[]
  /**
   * Forgets articles that are gone.
   *
   * @returns their copies: the first of them stands for itself, the others are copies of it.
   */
  readonly remove: (ids: readonly string[]) => (Placement & { readonly id: string })[]
  /** How many articles are in memory. */
  readonly size: () => number
  /**
   * Another clusterer made from it, with the same settings, goes on as this one would have.
   *
   * @param from leaves out records before it, which never change: who asks has them.
   */
  readonly snapshot: (from?: number) => ClusterSnapshot
}

/** Articles near a new one whose stories it is compared with. */
const NEIGHBOURS = 32

const DAY_MS = 86_400_000

/** The latest members a new article is compared with; more say nothing more. */
const MAX_MEMBERS = 48

/**
 * All articles are weighed anew when this share of all that ever came has come since: rarity is
 * learned, fast at first and hardly at all later.
 */
const REWEIGH_SHARE = 0.1

export function createClusterer(
  settings: ClusterSettings = LEVELS.story,
  from?: ClusterSnapshot,
): Clusterer {
  const memory = createMemory(settings, from?.memory)
  const { shelf, members, terms } = memory
  const pins = createPins(from?.pins)
  let arrivals = from?.arrivals ?? 0
  let weighedAt = from?.weighedAt ?? 0

  const storyAt = (place: number) => members.idOf(shelf.stories[place] as number)
  /** Where articles go, of those that are in memory. */
  const placed = (wanted: readonly { readonly id: string; readonly to: string }[]) =>
    wanted
      .map(({ id, to }) => ({ place: memory.find(id), story: to }))
      .filter(({ place }) => place !== NONE)
  const read = (article: Clusterable) => {
    const counts = readTerms(article, settings)
    return { counts, print: readPrint(article.title, article.text) }
  }
  return {
    add(article) {
      const { id } = article
      const known = memory.find(id)
      if (known !== NONE)
        return { story: storyAt(known), duplicateOf: shelf.originals[known] ?? null }
      const at = timeOf(article)
      memory.pass(at, arrivals)
      const { counts, print } = read(article)
      terms.count([...counts.keys()].map(terms.numberOf))
      if (arrivals - weighedAt > weighedAt * REWEIGH_SHARE) {
        memory.weighAll()
        weighedAt = arrivals
      }
      const kept = {
        ...selectTerms(counts, terms, settings.maxTerms),
        print,
        id,
        at,
        order: arrivals++,
      }
      const twin = memory.findTwin(print, at)
      if (twin !== NONE) {
        const original = shelf.originals[twin] ?? (shelf.ids[twin] as string)
        const story = storyAt(twin)
        memory.hold({ ...kept, original }, story)
        return { story, duplicateOf: original }
      }
      const likeness = memory.compare(kept)
      const near = memory.nearest(likeness, NEIGHBOURS)
      const stories = new Set(near.map((place) => shelf.stories[place] as number))
      const story =
        findStory(
          stories,
          (one) => nearness(likeness, at, one, memory, settings),
          settings.joinAt,
          members,
        ) ??
        findStory(
          stories,
          (one) => goesOn(likeness, at, one, memory, settings),
          settings.threadAt,
          members,
        ) ??
        id
      likeness.end()
      memory.hold({ ...kept, original: null }, story)
      return { story, duplicateOf: null }
    },
    revise(article) {
      const known = memory.find(article.id)
      if (known === NONE) return
      const { counts, print } = read(article)
      memory.revise(known, { ...selectTerms(counts, terms, settings.maxTerms), print })
    },
    repair(now) {
      const window = selectWindow(memory, memory.windowStart(now), pins.has, settings)
      return carryOut(planRepair(window, memory, settings), memory, pins)
    },
    decide(decision, pinned) {
      pins.add(decision, pinned)
      return carryOut(placed(pinned), memory, pins)
    },
    undo: (decision) => carryOut(placed(pins.undo(decision)), memory, pins),
    remove(ids) {
      const heirs = new Set<string>()
      for (const id of ids) {
        const place = memory.find(id)
        pins.remove(id)
        if (place === NONE) continue
        for (const copy of memory.copiesOf(id)) heirs.add(copy)
        memory.remove(place)
      }
      return [...heirs].flatMap((id) => {
        const place = memory.find(id)
        if (place === NONE) return []
        return [{ id, story: storyAt(place), duplicateOf: shelf.originals[place] ?? null }]
      })
    },
    size: () => shelf.count - shelf.dead,
    snapshot: (first = 0) => ({
      arrivals,
      weighedAt,
      memory: memory.snapshot(first),
      pins: pins.snapshot(),
    }),
  }
}

/** The story nearest to an article, if near enough; of equals, the older one. */
function findStory(
  stories: Iterable<number>,
  nearness: (story: number) => number,
  least: number,
  members: Members,
): string | null {
  let best = NONE
  let nearest = 0
  for (const story of stories) {
    const value = nearness(story)
    const isOlder = best !== NONE && members.bornOf(story) < members.bornOf(best)
    if (value < least) continue
    if (value > nearest || (value === nearest && isOlder)) [best, nearest] = [story, value]
  }
  return best === NONE ? null : members.idOf(best)
}

/**
 * How near a later article is to what a story that goes on was about at first, 0–1, whatever the
 * time since then. Its latest members do not count, so that a story does not drift into another.
 */
function goesOn(
  article: Likeness,
  at: number,
  story: number,
  { shelf, members }: Memory,
  { windowDays, threadDays }: ClusterSettings,
): number {
  const roots = members.first(story, ROOTS)
  const [last = NONE] = members.latest(story, 1)
  const days = (place: number) => (at - (shelf.at[place] as number)) / DAY_MS
  // Undated articles are never told to be later.
  if (!(days(last) > 0 && days(last) <= windowDays && days(roots[0] ?? NONE) <= threadDays))
    return 0
  return roots.reduce((sum, place) => sum + article.to(place), 0) / roots.length
}

/**
 * How near an article is to a story, 0–1. Average link is the mean over its latest members;
 * centroid link divides by the length of the members' sum instead, which is shorter the more they
 * differ.
 */
function nearness(
  article: Likeness,
  at: number,
  story: number,
  { shelf, members, terms }: Memory,
  settings: ClusterSettings,
): number {
  const latest = members.latest(story, MAX_MEMBERS)
  let sum = 0
  for (const place of latest) {
    const time = timeFactor(at, shelf.at[place] as number, settings)
    if (time > 0) sum += time * article.to(place)
  }
  if (settings.link === 'average') return sum / latest.length
  return (
    sum /
    Math.sqrt(squareOfSum(latest.map((place) => toTermVector(readingAt(shelf, place), terms))))
  )
}

/** Moves the articles and, with them, those of their copies that nobody pinned. */
function carryOut(
  plan: readonly { readonly place: number; readonly story: string }[],
  memory: Memory,
  pins: Pins,
): Move[] {
  const { shelf, members } = memory
  const moves: Move[] = []
  const move = (place: number, to: string) => {
    const from = members.idOf(shelf.stories[place] as number)
    if (from === to) return
    moves.push({ id: shelf.ids[place] as string, from, to })
    memory.move(place, to)
  }
  for (const { place, story } of plan) {
    move(place, story)
    for (const copy of memory.copiesOf(shelf.ids[place] as string))
      if (!pins.has(copy)) move(memory.find(copy), story)
  }
  return moves
}
