import type { RunRow } from '../../store/run-list.ts'

/** A run with those it led to. */
export type WayNode = { readonly run: RunRow; readonly children: readonly WayNode[] }

/** From what is large to what is small and on: a run hangs below the last one that stands higher. */
const DEPTHS = ['source', 'document', 'article', 'nothing', 'story', 'edition']

type StageOfWay = { readonly name: string; readonly takes: string }

/**
 * The way through the stages, one tree for each trace, the newest first: a fetch, the document it
 * brought, what was made of the article, and the story it came into.
 *
 * @param pipeline the stages in their order
 */
export function treesOf(runs: readonly RunRow[], pipeline: readonly StageOfWay[]): WayNode[] {
  const order = new Map(pipeline.map(({ name }, index) => [name, index]))
  const depths = new Map(pipeline.map(({ name, takes }) => [name, DEPTHS.indexOf(takes)]))
  const byTrace = Map.groupBy(runs, ({ trace }) => trace)
  return [...byTrace.values()]
    .map((ofTrace) =>
      ofTrace.toSorted(
        (a, b) =>
          (order.get(a.stage) ?? 0) - (order.get(b.stage) ?? 0) ||
          a.startedAt.localeCompare(b.startedAt),
      ),
    )
    .toSorted((a, b) => (b[0]?.startedAt ?? '').localeCompare(a[0]?.startedAt ?? ''))
    .flatMap((ofTrace) => nest(ofTrace, ({ stage }) => depths.get(stage) ?? 0))
}

function nest(runs: readonly RunRow[], depthOf: (run: RunRow) => number): WayNode[] {
  const roots: WayNode[] = []
  const above: { depth: number; children: WayNode[] }[] = []
  for (const run of runs) {
    const depth = depthOf(run)
    while ((above.at(-1)?.depth ?? -1) >= depth) above.pop()
    const children: WayNode[] = []
    ;(above.at(-1)?.children ?? roots).push({ run, children })
    above.push({ depth, children })
  }
  return roots
}
