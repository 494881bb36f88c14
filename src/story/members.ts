import { NONE, type Shelf } from './shelf.ts'

/** Members that tell what a story is about, the first ones: they stay as long as it goes on. */
export const ROOTS = 4

/** Which articles are in which story, both ways; those that are no copies in order of arrival. */
export type Members = {
  /** The handle of a story that has members, or `NONE`. */
  readonly find: (id: string) => number
  readonly idOf: (story: number) => string
  /** The arrival with which a story began. */
  readonly bornOf: (story: number) => number
  readonly sizeOf: (story: number) => number
  /** Places of the latest members, the latest first. */
  readonly latest: (story: number, limit: number) => number[]
  /** Places of the first members, the first first. */
  readonly first: (story: number, limit: number) => number[]
  /**
   * Puts an article into a story. Copies count, but are not among the members.
   *
   * @param born the arrival with which the story began, where it is not held yet; the article's own
   *   by default.
   */
  readonly enter: (place: number, id: string, born?: number) => void
  /** Takes an article out; the story goes with its last one. */
  readonly leave: (place: number) => void
  /** The shelf was moved up. */
  readonly move: (places: Int32Array) => void
}

export function createMembers(shelf: Shelf): Members {
  const handles = new Map<string, number>()
  const ids: string[] = []
  const born: number[] = []
  const sizes: number[] = []
  const oldest: number[] = []
  const newest: number[] = []
  const free: number[] = []

  const begin = (id: string, start: number): number => {
    const story = free.pop() ?? ids.length
    handles.set(id, story)
    ids[story] = id
    born[story] = start
    sizes[story] = 0
    oldest[story] = NONE
    newest[story] = NONE
    return story
  }
  const tie = (before: number, after: number, story: number) => {
    if (before === NONE) oldest[story] = after
    else shelf.newer[before] = after
    if (after === NONE) newest[story] = before
    else shelf.older[after] = before
  }
  const along = (start: number, links: Int32Array, limit: number): number[] => {
    const places: number[] = []
    for (let place = start; place !== NONE && places.length < limit; ) {
      places.push(place)
      place = links[place] as number
    }
    return places
  }
  return {
    find: (id) => handles.get(id) ?? NONE,
    idOf: (story) => ids[story] as string,
    bornOf: (story) => born[story] as number,
    sizeOf: (story) => sizes[story] as number,
    latest: (story, limit) => along(newest[story] as number, shelf.older, limit),
    first: (story, limit) => along(oldest[story] as number, shelf.newer, limit),
    enter(place, id, born = shelf.orders[place] as number) {
      const story = handles.get(id) ?? begin(id, born)
      shelf.stories[place] = story
      sizes[story] = (sizes[story] as number) + 1
      if (shelf.originals[place] !== null) return
      const order = shelf.orders[place] as number
      let before = newest[story] as number
      while (before !== NONE && (shelf.orders[before] as number) > order)
        before = shelf.older[before] as number
      const after = before === NONE ? (oldest[story] as number) : (shelf.newer[before] as number)
      tie(before, place, story)
      tie(place, after, story)
    },
    leave(place) {
      const story = shelf.stories[place] as number
      if (shelf.originals[place] === null)
        tie(shelf.older[place] as number, shelf.newer[place] as number, story)
      shelf.stories[place] = NONE
      sizes[story] = (sizes[story] as number) - 1
      if (sizes[story] !== 0) return
      handles.delete(ids[story] as string)
      free.push(story)
    },
    move(places) {
      for (const list of [oldest, newest])
        for (let story = 0; story < list.length; story++) {
          const place = list[story] as number
          list[story] = place === NONE ? NONE : (places[place] as number)
        }
    },
  }
}
