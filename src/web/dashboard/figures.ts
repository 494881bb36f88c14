import { COUNTS, createKept } from '../../io/kept.ts'
import type { Instant } from '../../model.ts'
import type { Percentiles } from '../../store/run-figures.ts'
import { pipeline } from '../../workers/pipeline.ts'
import type { Deps } from '../../workers/stage.ts'
import { barChart } from './charts.ts'
import { seriesOf } from './series.ts'
import { durationOf, spanOf, type Times } from './times.ts'

const HOUR_MS = 3_600_000

export type Span = 'hour' | 'day' | 'week'
type SpanRow = {
  readonly name: Span
  readonly ms: number
  /** Seconds of one bar. */
  readonly bar: number
}
export const SPANS: readonly SpanRow[] = [
  { name: 'hour', ms: HOUR_MS, bar: 120 },
  { name: 'day', ms: 24 * HOUR_MS, bar: 3_600 },
  { name: 'week', ms: 7 * 24 * HOUR_MS, bar: 6 * 3_600 },
]
/** What the stages did, counted once for all who look. */
export function createStageFigures({ store, queues, clock }: Deps) {
  const sinceOf = (span: Span) => {
    const row = SPANS.find(({ name }) => name === span) as SpanRow
    return { ...row, since: new Date(Date.parse(clock.now()) - row.ms).toISOString() }
  }
  const kept = createKept(COUNTS)
  const figures = (span: Span) =>
    kept.get(`figures ${span}`, () => store.runFigures.since(sinceOf(span).since))
  const throughput = (span: Span) => {
    const { since, bar } = sinceOf(span)
    return kept.get(`throughput ${span}`, () => store.runFigures.throughput(since, bar))
  }

  return {
    /** A row a stage: what waits now, and what was done. */
    async all(span: Span) {
      const [{ value }, counts, paused, oldest] = await Promise.all([
        figures(span),
        Promise.all(pipeline.map(({ name }) => queues.counts(name))),
        Promise.all(pipeline.map(({ name }) => queues.isPaused(name))),
        Promise.all(pipeline.map(({ name }) => queues.oldestWaiting(name))),
      ])
      return {
        stages: pipeline.map(({ name, does }, index) => {
          const found = value.find(({ stage }) => stage === name)
          return {
            ...{ name, does, url: `/admin/runs/stage/${name}`, paused: paused[index] },
            ...counts[index],
            waits: waitOf(oldest[index] ?? null, clock.now()),
            done: found?.done ?? 0,
            gaveUp: found?.failed ?? 0,
            wait: shownPercentiles(found?.wait ?? null),
            run: shownPercentiles(found?.run ?? null),
          }
        }),
      }
    },

    /** One stage over the hour, the day and the week. */
    async one(stage: string, times: Times) {
      const spans = SPANS.map(async ({ name }) => {
        const [{ value }, { value: buckets }] = await Promise.all([figures(name), throughput(name)])
        const found = value.find((row) => row.stage === stage)
        const { since, bar } = sinceOf(name)
        return {
          ...{ name, done: found?.done ?? 0, gaveUp: found?.failed ?? 0 },
          wait: shownPercentiles(found?.wait ?? null),
          run: shownPercentiles(found?.run ?? null),
          chart: barChart(
            `runs done in the last ${name}`,
            seriesOf(
              buckets.filter((one) => one.stage === stage),
              since,
              bar,
              times,
            ),
          ),
        }
      })
      return { counts: await queues.counts(stage), spans: await Promise.all(spans) }
    },
  }
}

/** For how long the first in line has waited. */
const waitOf = (since: Instant | null, now: Instant): string | null =>
  since && spanOf(Math.max(0, Math.round((Date.parse(now) - Date.parse(since)) / 60_000)))

const shownPercentiles = (found: Percentiles) =>
  found && { p50: durationOf(found[0]), p95: durationOf(found[1]), p99: durationOf(found[2]) }
