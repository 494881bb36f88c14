import type { Deps } from '../../workers/stage.ts'
import { seekSource } from '../source/target.ts'
import { runStep, type Step, toneOf, wayStep, type Xray } from './step.ts'

const ARTICLES = 20

/** How it does, and what it brought last. */
export async function xraySource(key: string, deps: Deps): Promise<Xray | null> {
  const source = await seekSource(deps, key)
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

/** All that one trace set going, from the fetch to the inboxes. */
export async function xrayTrace(trace: string, { store }: Deps): Promise<Xray | null> {
  const runs = await store.ways.trace(trace)
  if (runs.length === 0) return null
  const failed = runs.filter(({ state }) => state === 'failed').length
  return {
    kind: 'trace',
    id: trace,
    title: `Trace ${trace}`,
    verdict: `${runs.length} runs, ${failed} of them failed for good.`,
    steps: runs.map((run) => {
      const step = runStep(run)
      const detail = [run.row_id, step.detail].filter(Boolean).join(': ')
      return { ...step, detail, tone: toneOf(run.state), ref: run.row_id }
    }),
  }
}
