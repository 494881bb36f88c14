import type { Instant } from '../model.ts'
import { type Clusterable, type ClusterSettings, createClusterer, LEVELS } from './cluster.ts'

/** A whole log's worth of decisions, in input order. */
export type Grouped = {
  readonly id: string
  /** The story after all repairs, named by its first article in the input. */
  readonly story: string
  /** The story it was put in when it arrived. */
  readonly firstStory: string
  readonly duplicateOf: string | null
  /** Whether repair has it in another story than its first. */
  readonly moved: boolean
}

/** Repair after at least this many articles, so that a burst is mended while it is in the window. */
const REPAIR_EVERY_ARTICLES = 250

/** And not before this share of the window is new: the cost per article stays the same. */
const REPAIR_EVERY_SHARE = 0.5

/** Repair when the dates have advanced a third of the window: none leaves it unmended. */
const REPAIR_EVERY_MS = 2 * 86_400_000

/**
 * Groups a log of articles: each first decision uses earlier articles only; repair runs at fixed
 * places of the log and at its end, each time over its window.
 *
 * @param articles in order of arrival, each id once.
 * @param now      end of the last repair's window; `null`: the articles' own newest time.
 */
export function clusterArticles(
  articles: readonly Clusterable[],
  settings: ClusterSettings = LEVELS.story,
  now: Instant | null = null,
): Grouped[] {
  const clusterer = createClusterer(settings)
  const firsts = new Map<string, ReturnType<typeof clusterer.add>>()
  const stories = new Map<string, string>()
  let sinceRepair = 0
  let repairedAt = Number.NEGATIVE_INFINITY

  const repair = (end: Instant | null) => {
    for (const { id, to } of clusterer.repair(end)) stories.set(id, to)
    sinceRepair = 0
  }
  for (const article of articles) {
    const at = article.publishedAt === null ? repairedAt : Date.parse(article.publishedAt)
    const window = Math.min(firsts.size, settings.repairArticles)
    const due = Math.max(REPAIR_EVERY_ARTICLES, window * REPAIR_EVERY_SHARE)
    if (sinceRepair >= due || at - repairedAt >= REPAIR_EVERY_MS) {
      repair(null)
      repairedAt = Math.max(at, repairedAt)
    }
    const first = clusterer.add(article)
    firsts.set(article.id, first)
    stories.set(article.id, first.story)
    sinceRepair++
  }
  repair(now)
  return name(articles, firsts, stories)
}

function name(
  articles: readonly Clusterable[],
  firsts: ReadonlyMap<string, { readonly story: string; readonly duplicateOf: string | null }>,
  stories: ReadonlyMap<string, string>,
): Grouped[] {
  const names = new Map<string, string>()
  return articles.map(({ id }) => {
    const { story: firstStory, duplicateOf } = firsts.get(id) ?? { story: id, duplicateOf: null }
    const last = stories.get(id) ?? firstStory
    if (!names.has(last)) names.set(last, id)
    const story = names.get(last) ?? id
    return { id, story, firstStory, duplicateOf, moved: last !== firstStory }
  })
}
