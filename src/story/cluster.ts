import type { Instant } from '../model.ts'
import { createIdf, type IdfSnapshot } from '../text/idf.ts'
import { readPrint } from './duplicate.ts'
import { type Clusterable, type Held, NO_TERMS } from './held.ts'
import { type ClusterSettings, LEVELS } from './level.ts'
import { createMemory, type HeldStory, type Memory, type MemorySnapshot } from './memory.ts'
import { nearness } from './nearness.ts'
import { planRepair, selectWindow } from './repair.ts'
import { makeVector, readTerms, weigh } from './vector.ts'

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

/** All that a clusterer knows, as plain data. */
export type ClusterSnapshot = {
  readonly arrivals: number
  /** Arrivals when all articles were last weighed. */
  readonly weighedAt: number
  readonly idf: IdfSnapshot<number>
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
  /** Another clusterer made from it, with the same settings, goes on as this one would have. */
  readonly snapshot: () => ClusterSnapshot
}

/** Articles near a new one whose stories it is compared with. */
const NEIGHBOURS = 32

/** The latest members a new article is compared with; more say nothing more. */
const MAX_MEMBERS = 48

/** All articles are weighed anew when this share of articles has come since: rarity is learned. */
const REWEIGH_SHARE = 0.1

export function createClusterer(
  settings: ClusterSettings = LEVELS.story,
  from?: ClusterSnapshot,
): Clusterer {
  const idf = createIdf<number>(settings.idfHalfLife, from?.idf)
  const memory = createMemory(settings, from?.memory)
  let arrivals = from?.arrivals ?? 0
  let weighedAt = from?.weighedAt ?? 0

  const weighAll = () => {
    for (const { vector } of memory.articles()) weigh(vector, idf)
    weighedAt = arrivals
  }
  return {
    add(article) {
      const known = memory.get(article.id)
      if (known !== undefined) return { story: known.story, duplicateOf: known.original }
      const { id, provider, publishedAt } = article
      const at = publishedAt === null ? null : Date.parse(publishedAt)
      memory.pass(at, arrivals)
      const terms = readTerms(article, settings)
      idf.add(terms.keys())
      if (arrivals - weighedAt > Math.min(weighedAt, settings.idfHalfLife) * REWEIGH_SHARE)
        weighAll()
      const print = readPrint(article.title, article.text)
      const rest = { id, order: arrivals++, provider, at, print }
      const twin = memory.findTwin(print, at)
      if (twin !== null) {
        const original = twin.original ?? twin.id
        memory.hold({ ...rest, vector: NO_TERMS, story: twin.story, original })
        return { story: twin.story, duplicateOf: original }
      }
      const vector = makeVector(terms, idf, settings.maxTerms)
      const story = findStory({ vector, at }, memory, settings)?.id ?? id
      memory.hold({ ...rest, vector, story, original: null })
      return { story, duplicateOf: null }
    },
    revise(article) {
      const known = memory.get(article.id)
      if (known === undefined) return
      const vector = makeVector(readTerms(article, settings), idf, settings.maxTerms)
      memory.revise(known, { vector, print: readPrint(article.title, article.text) })
    },
    repair(now) {
      const window = selectWindow(memory.articles(), memory.windowStart(now), settings)
      for (const { vector } of [...window.movable, ...window.settled]) weigh(vector, idf)
      const plan = planRepair(
        window,
        settings,
        (story) => memory.story(story)?.born ?? Number.POSITIVE_INFINITY,
        (id) => memory.story(id) !== undefined,
      )
      return carryOut(plan, memory)
    },
    snapshot: () => ({ arrivals, weighedAt, idf: idf.snapshot(), memory: memory.snapshot() }),
  }
}

/** The story nearest to an article, if near enough; of equals, the older one. */
function findStory(
  article: Pick<Held, 'vector' | 'at'>,
  memory: Memory,
  settings: ClusterSettings,
): HeldStory | null {
  const near = memory.nearest(article.vector, NEIGHBOURS).map(({ story }) => story)
  let best: HeldStory | null = null
  let nearest = 0
  for (const id of new Set(near)) {
    const story = memory.story(id)
    if (story === undefined) continue
    const value = nearness(article, story.members.slice(-MAX_MEMBERS), settings)
    const isBetter = value > nearest || (value === nearest && story.born < (best?.born ?? 0))
    if (value >= settings.joinAt && isBetter) [best, nearest] = [story, value]
  }
  return best
}

/** Moves the articles and, with them, their copies. */
function carryOut(
  plan: readonly { readonly article: Held; readonly story: string }[],
  memory: Memory,
): Move[] {
  const moves: Move[] = []
  for (const { article, story } of plan) {
    if (article.story === story) continue
    moves.push({ id: article.id, from: article.story, to: story })
    memory.move(article, story)
  }
  for (const copy of memory.articles()) {
    if (copy.original === null) continue
    const story = memory.get(copy.original)?.story ?? copy.story
    if (story === copy.story) continue
    moves.push({ id: copy.id, from: copy.story, to: story })
    copy.story = story
  }
  return moves
}
