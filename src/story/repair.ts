import type { Held } from './held.ts'
import type { ClusterSettings } from './level.ts'
import { type Block, mergeBlocks } from './merge.ts'
import { nameGroups } from './naming.ts'

const DAY_MS = 86_400_000

/** A block that knows its articles. */
type Part = Block & { readonly members: readonly Held[] }

/**
 * Groups the articles of the window anew and names each group by the story most of it was in.
 * Undated articles are always in the window. Older ones stay together as they are: they may take in
 * an article of the window, but neither part nor meet.
 *
 * @param articles no copies; in order of arrival.
 * @param start    beginning of the window, milliseconds since 1970.
 * @param born     the arrival at which a story began.
 * @param isTaken  whether a story has this id.
 * @returns        the story of each article of the window.
 */
export function planRepair(
  articles: readonly Held[],
  start: number,
  settings: ClusterSettings,
  born: (story: string) => number,
  isTaken: (id: string) => boolean,
): { readonly article: Held; readonly story: string }[] {
  const [movable, settled] = split(articles, start)
  const parts: Part[] = movable.map((article) => ({
    members: [article],
    story: article.story,
    fixed: false,
  }))
  const reachable = withinReach(movable, settled, start, settings)
  for (const [story, members] of Map.groupBy(reachable, ({ story }) => story)) {
    parts.push({ members, story, fixed: true })
  }
  const groups = mergeBlocks(parts, settings).map((places) => gather(places, parts))
  const names = nameGroups(groups, born, isTaken)
  return groups.flatMap(({ moved }, i) =>
    moved.map((article) => ({ article, story: names[i] ?? article.story })),
  )
}

function split(articles: readonly Held[], start: number): [movable: Held[], settled: Held[]] {
  const movable: Held[] = []
  const settled: Held[] = []
  for (const article of articles) {
    if (article.at === null || article.at >= start) movable.push(article)
    else settled.push(article)
  }
  return [movable, settled]
}

/** Settled articles that some article of the window could be near to. */
function withinReach(
  movable: readonly Held[],
  settled: readonly Held[],
  start: number,
  { windowDays }: ClusterSettings,
): readonly Held[] {
  if (movable.some(({ at }) => at === null)) return settled
  return settled.filter(({ at }) => at !== null && at >= start - windowDays * DAY_MS)
}

function gather(places: readonly number[], parts: readonly Part[]) {
  const found = places.flatMap((place) => parts[place] ?? [])
  const fixed = found.find((part) => part.fixed)?.story ?? null
  const moved = found.flatMap((part) => (part.fixed ? [] : part.members))
  return {
    fixed,
    moved,
    ids: moved.map(({ id }) => id),
    stories: moved.map(({ story }) => story),
  }
}
