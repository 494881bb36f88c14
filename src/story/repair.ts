import type { ClusterSettings } from './level.ts'
import type { Memory } from './memory.ts'
import { type Block, mergeBlocks } from './merge.ts'
import { nameGroups } from './naming.ts'
import { NONE, readingAt } from './shelf.ts'
import { toTermVector } from './vector.ts'

/** Settled members a story is known by: the latest ones. */
const MOST_SETTLED = 48

/** What a repair looks at, by place; no copies, in order of arrival. */
export type RepairWindow = {
  /** Articles of the window: they may change their story. */
  readonly movable: readonly number[]
  /** Older and pinned ones in the stories of these, and pinned ones of the window. */
  readonly settled: readonly number[]
}

/** A block that knows its articles. */
type Part = Block & { readonly places: readonly number[] }

/**
 * Dated articles are in the window from `start` on, undated ones always, as far as they are among
 * the latest `repairArticles`.
 *
 * @param start    milliseconds since 1970.
 * @param isPinned whether an operator put an article where it is.
 */
export function selectWindow(
  { shelf, members }: Memory,
  start: number,
  isPinned: (id: string) => boolean,
  { repairArticles }: ClusterSettings,
): RepairWindow {
  const movable: number[] = []
  const stories = new Set<number>()
  let looked = 0
  for (let place = shelf.count - 1; place >= 0 && looked < repairArticles; place--) {
    if (shelf.isLive[place] === 0 || shelf.originals[place] !== null) continue
    looked++
    if ((shelf.at[place] as number) < start) continue
    stories.add(shelf.stories[place] as number)
    if (!isPinned(shelf.ids[place] as string)) movable.push(place)
  }
  const orderOf = (place: number) => shelf.orders[place] as number
  movable.sort((a, b) => orderOf(a) - orderOf(b))
  const moving = new Set(movable)
  const settled = [...stories].flatMap((story) =>
    members
      .latest(story, moving.size + MOST_SETTLED)
      .filter((place) => !moving.has(place))
      .slice(0, MOST_SETTLED),
  )
  return { movable, settled: settled.sort((a, b) => orderOf(a) - orderOf(b)) }
}

/**
 * Groups the articles of the window anew and names each group by the story most of it was in.
 * Settled articles stay together as they are: they may take in an article of the window, but
 * neither part nor meet.
 *
 * @returns the story of each article of the window.
 */
export function planRepair(
  { movable, settled }: RepairWindow,
  { shelf, members, terms }: Memory,
  settings: ClusterSettings,
): { readonly place: number; readonly story: string }[] {
  const part = (places: readonly number[], fixed: boolean): Part => ({
    places,
    fixed,
    story: members.idOf(shelf.stories[places[0] as number] as number),
    members: places.map((place) => ({
      vector: toTermVector(readingAt(shelf, place), terms),
      at: shelf.at[place] as number,
    })),
  })
  const stories = Map.groupBy(settled, (place) => shelf.stories[place])
  const parts = [
    ...[...stories.values()].map((places) => part(places, true)),
    ...movable.map((place) => part([place], false)),
  ]
  const groups = mergeBlocks(parts, settings).map((blocks) => gather(blocks, parts, shelf.ids))
  const names = nameGroups(
    groups,
    (story) => members.bornOf(members.find(story)),
    (id) => members.find(id) !== NONE,
  )
  return groups.flatMap(({ moved }, i) =>
    moved.map((place) => ({ place, story: names[i] as string })),
  )
}

function gather(blocks: readonly number[], parts: readonly Part[], ids: readonly string[]) {
  const found = blocks.flatMap((block) => parts[block] ?? [])
  const free = found.filter(({ fixed }) => !fixed)
  const moved = free.flatMap(({ places }) => places)
  return {
    fixed: found.find(({ fixed }) => fixed)?.story ?? null,
    moved,
    ids: moved.map((place) => ids[place] as string),
    stories: free.map(({ story }) => story),
  }
}
