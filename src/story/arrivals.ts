/** Anything that counts its arrival. */
export type Arrival = { readonly order: number }

/** Puts an arrival in its place in a list in order of arrival; nearly always that is the end. */
export function insertArrival<T extends Arrival>(list: T[], arrival: T): void {
  list.splice(findPlace(list, arrival.order), 0, arrival)
}

/** Takes an arrival out of a list in order of arrival; does nothing where it is not in it. */
export function removeArrival<T extends Arrival>(list: T[], arrival: T): void {
  const place = findPlace(list, arrival.order)
  if (list[place]?.order === arrival.order) list.splice(place, 1)
}

/** Adds to one of many lists; makes the list where it is the first. */
export function fileArrival<K, T extends Arrival>(lists: Map<K, T[]>, key: K, arrival: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [arrival])
  else insertArrival(list, arrival)
}

/** Takes out of one of many lists, and the list with it where it was the last. */
export function unfileArrival<K, T extends Arrival>(lists: Map<K, T[]>, key: K, arrival: T): void {
  const list = lists.get(key)
  if (list === undefined) return
  removeArrival(list, arrival)
  if (list.length === 0) lists.delete(key)
}

function findPlace(list: readonly Arrival[], order: number): number {
  const last = list.at(-1)
  if (last === undefined || last.order < order) return list.length
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle]?.order ?? 0) < order) low = middle + 1
    else high = middle
  }
  return low
}
