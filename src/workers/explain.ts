import { type Entry, SPREAD_WEIGHTS, type SpreadWeights, spreadStories } from '../edition/spread.ts'
import type { Part } from '../model.ts'
import { type Explanation, explainRank } from '../story/rank.ts'

/** Printed places looked at; behind them no edition shows a story. */
const PRINTED = 100

/** A story's rank, and how it comes from there to its place in print. */
export type PlaceExplained = Omit<Explanation, 'without'> & {
  /** From 1; `null` where it is not printed. */
  readonly printed: number | null
  /** Score and costs together, at its turn. */
  readonly value: number
  readonly costs: readonly Part[]
  /** Rank and printed place if one part counted for nothing. */
  readonly without: readonly {
    readonly name: string
    readonly place: number
    readonly printed: number | null
  }[]
}

/**
 * Explains where a story stands among those of an edition. What it would be without a part is not
 * estimated: the edition is put into order again.
 *
 * @param entries all of the edition, as ranked.
 */
export function explainPlace(
  entries: readonly Entry[],
  id: string,
  weights: SpreadWeights = SPREAD_WEIGHTS,
): PlaceExplained | null {
  const explanation = explainRank(entries, id)
  if (!explanation) return null
  const placed = spreadStories(entries, PRINTED, weights)
  const own = placed.find(({ entry }) => entry.story.id === id)
  return {
    ...explanation,
    printed: own ? placed.indexOf(own) + 1 : null,
    value: own?.value ?? explanation.score,
    costs: own?.costs ?? [],
    without: explanation.without.map(({ name, place }) => {
      return { name, place, printed: printedWithout(entries, id, name, weights) }
    }),
  }
}

function printedWithout(
  entries: readonly Entry[],
  id: string,
  name: string,
  weights: SpreadWeights,
): number | null {
  const changed = entries
    .map((entry) => (entry.story.id === id ? withoutPart(entry, name) : entry))
    .sort(byScore)
  const at = spreadStories(changed, PRINTED, weights).findIndex(
    ({ entry }) => entry.story.id === id,
  )
  return at === -1 ? null : at + 1
}

function withoutPart(entry: Entry, name: string): Entry {
  const part = entry.parts.find((one) => one.name === name)
  const cents = Math.round(100 * entry.score) - Math.round(100 * (part?.value ?? 0))
  return { ...entry, score: cents / 100, parts: entry.parts.filter((one) => one !== part) }
}

/** As the ranking: the highest first, equals by id. */
export const byScore = (a: Entry, b: Entry): number =>
  b.score - a.score || (a.story.id < b.story.id ? -1 : 1)
