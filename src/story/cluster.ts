import type { Instant } from '../model.ts'
import { readPrint } from './duplicate.ts'
import { type Clusterable, timeOf } from './held.ts'
import { type ClusterSettings, LEVELS } from './level.ts'
import type { Likeness } from './likeness.ts'
import { createMemory, type Memory, type MemorySnapshot } from './memory.ts'
import { squareOfSum, timeFactor } from './nearness.ts'
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
   * Another clusterer made from it, with the same settings, goes on as this one would have.
   *
   * @param from leaves out records before it, which never change: who asks has them.
   */
  readonly snapshot: (from?: number) => ClusterSnapshot
}

/** Articles near a new one whose stories it is compared with. */
const NEIGHBOURS = 32

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
  let arrivals = from?.arrivals ?? 0
  let weighedAt = from?.weighedAt ?? 0

  const storyAt = (place: number) => members.idOf(shelf.stories[place] as number)
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
      const story = findStory(likeness, at, memory, settings) ?? id
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
      const window = selectWindow(memory, memory.windowStart(now), settings)
      return carryOut(planRepair(window, memory, settings), memory)
    },
    snapshot: (first = 0) => ({ arrivals, weighedAt, memory: memory.snapshot(first) }),
  }
}

/** The story nearest to an article, if near enough; of equals, the older one. */
function findStory(
  article: Likeness,
  at: number,
  memory: Memory,
  settings: ClusterSettings,
): string | null {
  const { shelf, members } = memory
  const near = memory.nearest(article, NEIGHBOURS).map((place) => shelf.stories[place] as number)
  let best = NONE
  let nearest = 0
  for (const story of new Set(near)) {
    const value = nearness(article, at, story, memory, settings)
    const isOlder = best !== NONE && members.bornOf(story) < members.bornOf(best)
    if (value < settings.joinAt) continue
    if (value > nearest || (value === nearest && isOlder)) [best, nearest] = [story, value]
  }
  return best === NONE ? null : members.idOf(best)
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

/** Moves the articles and, with them, their copies. */
function carryOut(
  plan: readonly { readonly place: number; readonly story: string }[],
  memory: Memory,
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
    for (const copy of memory.copiesOf(shelf.ids[place] as string)) move(memory.find(copy), story)
  }
  return moves
}
