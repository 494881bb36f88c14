import type { Deps } from '../../workers/stage.ts'
import { seekSource } from '../source/target.ts'
import { runStep, type Step, toneOf, wayStep, type Xray } from './step.ts'

const ARTICLES = 20

/** How it does, and what it brought last. */
export async function xraySource(
  key: string,
  path: string | undefined,
  deps: Deps,
): Promise<Xray | null> {
  const source = await seekSource(deps, key, path)
  if (!source) return null
  const articles = await deps.store.articles.newest(source.id, ARTICLES)
  const failing = source.failing_since !== null
  const steps: Step[] = [
    wayStep({
      step: 'source',
      at: source.fetched_at,
      outcome: failing ? 'failed' : source.state,
      detail: source.last_error ?? `asked again ${source.next_fetch_at}`,
    }),
    ...articles.map(({ id, title, publishedAt }) =>
      wayStep({ step: 'article', at: publishedAt, outcome: 'stored', detail: title }, id),
    ),
    ...(await deps.store.ways.runs([source.id])).map(runStep),
  ]
  return {
    kind: 'source',
    id: source.id,
    title: source.name,
    verdict: failing
      ? `It cannot be read since ${source.failing_since}: ${source.last_error}.`
      : `It is ${source.state}, and asked again ${source.next_fetch_at}.`,
    steps,
  }
}

/** Articles of a trace that are looked up in editions, and editions that are told of. */
const MET_MAX = 20

/** All that one trace set going, and the traces it meets: an edition is made of what many fetches brought. */
export async function xrayTrace(trace: string, { store }: Deps): Promise<Xray | null> {
  const runs = await store.ways.trace(trace)
  if (runs.length === 0) return null
  const rowsOf = (stage: string) => [
    ...new Set(runs.filter((run) => run.stage === stage).map((run) => run.row_id)),
  ]
  const failed = runs.filter(({ state }) => state === 'failed').length
  return {
    kind: 'trace',
    id: trace,
    title: `Trace ${trace}`,
    verdict: `${runs.length} runs, ${failed} of them failed for good.`,
    steps: [
      ...(await cameFrom(rowsOf('compose'), trace, store)),
      ...(await wentInto(rowsOf('score').slice(0, MET_MAX), trace, store)),
      ...runs.map(stepOf),
    ],
  }
}

function stepOf(run: Parameters<typeof runStep>[0]): Step {
  const step = runStep(run)
  const detail = [run.row_id, step.detail].filter(Boolean).join(': ')
  return { ...step, detail, tone: toneOf(run.state), ref: run.row_id }
}

/** The traces under which came what these editions print. */
async function cameFrom(editions: readonly string[], trace: string, { ways }: Deps['store']) {
  const arrivals = (await Promise.all(editions.map(ways.arrivals))).flat()
  const others = Map.groupBy(
    arrivals.filter((one) => one.trace !== trace),
    (one) => one.trace,
  )
  return [...others].map(([other, { length }]) => {
    const detail = `${length} of the articles it cites came in under ${other}`
    return wayStep({ step: 'came from', at: null, outcome: 'other trace', detail }, other)
  })
}

/** The traces of the editions that cite these articles. */
async function wentInto(articles: readonly string[], trace: string, { ways }: Deps['store']) {
  if (articles.length === 0) return []
  const compositions = await ways.compositions(articles, MET_MAX)
  return compositions
    .filter((one) => one.trace !== trace)
    .map(({ digest, date, trace: other }) => {
      const detail = `${digest} of ${date} was composed under ${other}`
      return wayStep({ step: 'went into', at: null, outcome: 'other trace', detail }, other)
    })
}
