import type { Held } from './held.ts'
import type { ClusterSettings } from './level.ts'
import { type Block, mergeBlocks } from './merge.ts'
import { nameGroups } from './naming.ts'

const DAY_MS = 86_400_000

/** A block that knows its articles. */
type Part = Block & { readonly members: readonly Held[] }

/** What a repair looks at; no copies, in order of arrival. */
export type RepairWindow = {
  /** Articles of the window: they may change their story. */
  readonly movable: readonly Held[]
  /** Older ones that some article of the window could be near to. */
  readonly settled: readonly Held[]
}

/**
 * Dated articles are in the window from `start` on, undated ones always, as far as they are among
 * the latest `repairArticles`.
 *
 * @param start milliseconds since 1970.
 */
export function selectWindow(
  articles: Iterable<Held>,
  start: number,
  { windowDays, repairArticles }: ClusterSettings,
): RepairWindow {
  const originals = [...articles].filter(({ original }) => original === null)
  const first = originals.at(-repairArticles)?.order ?? 0
  const isMovable = ({ at, order }: Held) => order >= first && (at === null || at >= start)
  const movable = originals.filter(isMovable)
  const reach = movable.some(({ at }) => at === null)
    ? Number.NEGATIVE_INFINITY
    : start - windowDays * DAY_MS
  const settled = originals.filter(
    (article) => !isMovable(article) && (article.at ?? reach) >= reach,
  )
  return { movable, settled }
}

/**
 * Groups the articles of the window anew and names each group by the story most of it was in.
 * Settled articles stay together as they are: they may take in an article of the window, but
 * neither part nor meet.
 *
 * @param born    the arrival at which a story began.
 * @param isTaken whether a story has this id.
 * @returns       the story of each article of the window.
 */
export function planRepair(
  { movable, settled }: RepairWindow,
  settings: ClusterSettings,
  born: (story: string) => number,
  isTaken: (id: string) => boolean,
): { readonly article: Held; readonly story: string }[] {
  const stories = Map.groupBy(settled, ({ story }) => story)
  const parts: Part[] = [...stories].map(([story, members]) => ({ members, story, fixed: true }))
  for (const article of movable) {
    parts.push({ members: [article], story: article.story, fixed: false })
  }
  const groups = mergeBlocks(parts, settings).map((places) => gather(places, parts))
  const names = nameGroups(groups, born, isTaken)
  return groups.flatMap(({ moved }, i) =>
    moved.map((article) => ({ article, story: names[i] ?? article.story })),
  )
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
