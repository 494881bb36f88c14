/** An article that an operator put into a story, and the story it was in before. */
export type Pin = { readonly id: string; readonly from: string; readonly to: string }

/** Each pin of an article with the decision it came from, the earliest first. */
type Layer = readonly [decision: number, from: string, to: string]
export type PinsSnapshot = readonly (readonly [id: string, layers: readonly Layer[]])[]

/** What operators decided: it holds until they take it back. */
export type Pins = {
  readonly has: (id: string) => boolean
  /** @param decision its place in the log. */
  readonly add: (decision: number, pins: readonly Pin[]) => void
  /**
   * Takes a decision back. An article whose latest pin it was goes where the one below has it, or
   * else where it was before; one that was pinned again since stays.
   *
   * @returns where articles go.
   */
  readonly undo: (decision: number) => { readonly id: string; readonly to: string }[]
  readonly remove: (id: string) => void
  readonly snapshot: () => PinsSnapshot
}

export function createPins(from: PinsSnapshot = []): Pins {
  const layers = new Map<string, readonly Layer[]>(from)

  return {
    has: (id) => layers.has(id),
    add(decision, pins) {
      for (const { id, from, to } of pins)
        layers.set(id, [...(layers.get(id) ?? []), [decision, from, to]])
    },
    undo(decision) {
      const freed: { id: string; to: string }[] = []
      for (const [id, all] of layers) {
        const place = all.findIndex(([by]) => by === decision)
        const undone = all[place]
        if (undone === undefined) continue
        // The pin above it leads back to where the article was before both.
        const above = all
          .slice(place + 1)
          .map(([by, from, to], i): Layer => [by, i === 0 ? undone[1] : from, to])
        const left = [...all.slice(0, place), ...above]
        if (above.length === 0) freed.push({ id, to: left.at(-1)?.[2] ?? undone[1] })
        if (left.length > 0) layers.set(id, left)
        else layers.delete(id)
      }
      return freed
    },
    remove: (id) => layers.delete(id),
    snapshot: () => [...layers],
  }
}
