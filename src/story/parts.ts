import type { Part, Score } from '../model.ts'

/** A part before rounding; `note` says in a few words what it was measured from. */
type RawPart = readonly [name: string, value: number, note?: string | undefined]

/**
 * Rounds each part to two decimals and adds them up, so that what is shown is what was added.
 * Parts of 0 are kept: that a thing counted for nothing is part of the explanation.
 */
export function sumOf(raw: readonly RawPart[]): Score {
  const parts = raw.map(toPart)
  return { total: add(parts), parts }
}

/** As `sumOf`, held between 0 and 100; what was cut off or filled up is a part of its own. */
export function boundedSumOf(raw: readonly RawPart[]): Score {
  const { total, parts } = sumOf(raw)
  if (total < 0) return { total: 0, parts: [...parts, toPart(['floor', -total])] }
  if (total > 100) return { total: 100, parts: [...parts, toPart(['cap', 100 - total])] }
  return { total, parts }
}

/** Adds in hundredths, where sums are exact. */
function add(parts: readonly Part[]): number {
  return parts.reduce((cents, part) => cents + Math.round(part.value * 100), 0) / 100
}

function toPart([name, value, note]: RawPart): Part {
  const rounded = Math.round((Number.isFinite(value) ? value : 0) * 100) / 100 || 0
  return note === undefined ? { name, value: rounded } : { name, value: rounded, note }
}
