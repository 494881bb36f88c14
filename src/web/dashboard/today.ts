import type { FastifyRequest } from 'fastify'
import type { Blocker } from '../../edition/blockers.ts'
import { COUNTS, createKept } from '../../io/kept.ts'
import { pipeline } from '../../workers/pipeline.ts'
import type { Deps } from '../../workers/stage.ts'
import { answerOf } from './answer.ts'
import { lineChart } from './charts.ts'
import { nextUrl } from './next-edition.ts'
import { type Frame, lookPage, type Room } from './room.ts'
import { seriesOf } from './series.ts'
import { spanOf, type Times } from './times.ts'
import { minutesLeft, verdictOf } from './verdict.ts'

const HOUR_SECONDS = 3_600
const DAY_MS = 24 * HOUR_SECONDS * 1_000
const WEEK_MS = 7 * DAY_MS
/** The rate of a sending is that of the last minutes. */
const RATE_MINUTES = 10
/** Alerts that are told one by one. */
const ALERTS = 5

/** Is everything all right? */
export const today: Room = {
  url: '/admin',
  label: 'Today',
  key: 't',
  live: { today: stamp },
  pages: (frame) => {
    const kept = createKept(COUNTS)
    return [
      lookPage('/admin', 'Is everything all right?', async (request, reply) => {
        const { value } = await kept.get('all', () => countAll(frame.web.deps))
        const view = await viewToday(frame, request, value)
        return frame.page(request, reply, 'dashboard/today', { title: 'Today', ...view })
      }),
    ]
  },
}

/** What a glance tells apart; the figures of the page are counted when it is asked for again. */
async function stamp({ store, queues, kept }: Deps): Promise<string> {
  const alerts = await store.alerts.list()
  const counts = await Promise.all(pipeline.map(({ name }) => queues.counts(name)))
  const open = alerts.filter(({ resolvedAt }) => resolvedAt === null)
  return JSON.stringify([open.map(({ rule, subject }) => [rule, subject]), counts, kept.made])
}

/** Everything that is counted over many rows. */
async function countAll({ store, clock }: Deps) {
  const now = clock.now()
  const ago = (ms: number) => new Date(Date.parse(now) - ms).toISOString()
  const rings = pipeline.filter(({ wakeUp }) => wakeUp).map(({ name }) => name)
  const [conditions, failures, articles, stories, sending] = await Promise.all([
    store.sourceList.conditions(now),
    store.runList.failures(ago(WEEK_MS), rings),
    store.sourceList.arrivals(ago(DAY_MS), HOUR_SECONDS),
    store.calendar.stories(ago(DAY_MS), HOUR_SECONDS),
    store.calendar.sending(ago(RATE_MINUTES * 60_000)),
  ])
  return { conditions, failures, articles, stories, sending, since: ago(DAY_MS) }
}

type Counted = Awaited<ReturnType<typeof countAll>>

async function viewToday(frame: Frame, request: FastifyRequest, counted: Counted) {
  const { deps } = frame.web
  const times = frame.times(request)
  const [queues, alerts, next] = await Promise.all([
    queuesNow(deps, times),
    alertsNow(deps, times),
    nextEditions(frame, request, times),
  ])
  const { conditions, failures, articles, stories, sending, since } = counted
  const sources = Object.values(conditions).reduce((sum, n) => sum + n, 0)
  const failed = failures.reduce((sum, { runs }) => sum + runs, 0)
  return {
    verdict: verdictOf({
      ...{ alerts: alerts.length, sources, failures: failed, digests: next.length },
      ...{ failing: conditions.failing ?? 0, late: conditions.late ?? 0 },
      waitedMinutes: queues.waitedMinutes,
      pausedStages: queues.paused,
      blockers: next.reduce((sum, { stops }) => sum + stops.length, 0),
    }),
    ...{ conditions, sources, failed, queues, next },
    alerts: alerts.slice(0, ALERTS),
    more: Math.max(0, alerts.length - ALERTS),
    articles: lineChart('articles an hour', seriesOf(articles, since, HOUR_SECONDS, times)),
    stories: lineChart('stories an hour', seriesOf(stories, since, HOUR_SECONDS, times)),
    sending: sending.map(({ open, lately, ...one }) => {
      const left = minutesLeft(open, lately, RATE_MINUTES)
      const done = one.all - open
      return {
        ...one,
        ...{ open, done, rate: Math.round(lately / RATE_MINUTES) },
        ends:
          left === null ? 'nothing has left in the last minutes' : `done in about ${spanOf(left)}`,
      }
    }),
  }
}

async function queuesNow({ queues }: Deps, times: Times) {
  const stages = await Promise.all(
    pipeline.map(async ({ name }) => ({
      name,
      url: `/admin/runs/stage/${name}`,
      ...(await queues.counts(name)),
      paused: await queues.isPaused(name),
      oldest: await queues.oldestWaiting(name),
    })),
  )
  const sum = (key: 'waiting' | 'active' | 'delayed') =>
    stages.reduce((total, stage) => total + stage[key], 0)
  const paused = stages.filter((stage) => stage.paused).map(({ name }) => name)
  // What a paused stage does not do is told as paused.
  const waiting = stages.filter((stage) => !stage.paused && stage.oldest !== null)
  const oldest = waiting.toSorted((a, b) => (a.oldest ?? '').localeCompare(b.oldest ?? ''))[0]
  const waitedMs = oldest?.oldest ? Date.parse(times.now) - Date.parse(oldest.oldest) : 0
  return {
    ...{ waiting: sum('waiting'), active: sum('active'), delayed: sum('delayed'), paused },
    busy: stages.filter((stage) => stage.waiting + stage.active > 0),
    oldest: oldest && { ...oldest, time: times.showIf(oldest.oldest) },
    waitedMinutes: Math.floor(waitedMs / 60_000),
  }
}

async function alertsNow({ store }: Deps, times: Times) {
  const all = await store.alerts.list()
  return all
    .filter(({ resolvedAt, mutedUntil }) => resolvedAt === null && (mutedUntil ?? '') <= times.now)
    .map((alert) => ({ ...alert, time: times.show(alert.since) }))
}

type Next = {
  readonly digest: string
  readonly digestId: string
  readonly date: string
  readonly state: string
  readonly at: string
  readonly madeSince: string | null
  readonly blockers: readonly Blocker[]
  readonly isComposing: boolean
  readonly composedAt: string | null
  readonly subject: string | null
}

/** The next edition of each digest, the first to come first, with what is in its way. */
async function nextEditions(frame: Frame, request: FastifyRequest, times: Times) {
  const { rows } = await answerOf(frame, request, 'edition next', { stories: true })
  return (rows as unknown as readonly Next[]).map((next) => ({
    ...next,
    url: nextUrl(next.digestId),
    isWaiting: next.state === 'waiting',
    time: times.show(next.at),
    making: times.showIf(next.madeSince),
    asOf: times.showIf(next.composedAt),
    // Notes are for the room Editions.
    stops: whatOf(next.blockers, 'stops'),
    waits: whatOf(next.blockers, 'waits'),
  }))
}

const whatOf = (blockers: readonly Blocker[], weight: Blocker['weight']): string[] =>
  blockers.filter((one) => one.weight === weight).map(({ what }) => what)
