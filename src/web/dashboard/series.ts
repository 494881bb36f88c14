import type { Instant } from '../../model.ts'
import type { Point } from './charts.ts'
import type { Times } from './times.ts'

/** How much fell into the stretch of time that begins at `at`. */
export type Count = { readonly at: Instant; readonly n: number }

/** A point for every stretch of `seconds`, also for those in which there was nothing. */
export function seriesOf(
  counts: readonly Count[],
  since: Instant,
  seconds: number,
  times: Times,
): Point[] {
  const step = seconds * 1_000
  const known = new Map(counts.map(({ at, n }) => [Date.parse(at), n]))
  const first = Math.floor(Date.parse(since) / step) * step
  const length = Math.floor((Date.parse(times.now) - first) / step) + 1
  return Array.from({ length }, (_, index) => {
    const at = first + index * step
    return { label: times.show(new Date(at).toISOString()).text, value: known.get(at) ?? 0 }
  })
}
