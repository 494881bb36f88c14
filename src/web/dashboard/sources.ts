import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { COUNTS, createKept } from '../../io/kept.ts'
import type { SourceRow } from '../../store/source-list.ts'
import type { LedgerLine, Source } from '../../store/sources.ts'
import { Refusal } from '../refusal.ts'
import { actorOf, param, type Route } from '../route.ts'
import { barChart } from './charts.ts'
import { readKey, writeKey } from './key.ts'
import { choices, type List, timeColumn } from './list.ts'
import { type Frame, lookPage, type Room } from './room.ts'
import { seriesOf } from './series.ts'
import type { Times } from './times.ts'

const DAY_SECONDS = 86_400
/** What a source contributes is told for so many days. */
const DAYS = 30
/** What is told of these days may be older than most. */
const OF_DAYS = { ...COUNTS, freshMs: 5 * 60_000 }

const CONDITIONS = ['well', 'new', 'late', 'failing', 'paused', 'gone']
const TONES = {
  well: 'good',
  new: 'soft',
  late: 'warn',
  failing: 'bad',
  paused: 'soft',
  gone: 'bad',
} as const
const PLACE = z.tuple([z.string(), z.string()])

/** What is read, how it does, what it gives. */
export const sources: Room = {
  url: '/admin/sources',
  label: 'Sources',
  key: 's',
  pages: (frame) => {
    const kept = createKept(OF_DAYS)
    return [
      lookPage('/admin/sources', 'What is read, and how it does', (request, reply) => {
        const { may } = frame.actions(request)
        return frame.list(
          request,
          reply,
          sourcesList(frame, request),
          { title: 'Sources', mayAdd: may('source add'), mayImport: may('source import') },
          'dashboard/sources',
        )
      }),
      feedsFile(frame),
      lookPage('/admin/sources/:id', 'One source', async (request, reply) => {
        const source = await frame.web.deps.store.sources.get(param(request, 'id'))
        if (!source) throw new Refusal(404, 'missing')
        const { value } = await kept.get(source.id, () => countGiven(frame, source.id))
        return frame.page(request, reply, 'dashboard/source', {
          title: source.name,
          ...(await viewSource(frame, request, source, value)),
        })
      }),
    ]
  },
}

const sinceOf = (now: string): string =>
  new Date(Date.parse(now) - DAYS * DAY_SECONDS * 1_000).toISOString()

const sourcesList = (frame: Frame, request: FastifyRequest): List<SourceRow> => {
  const { store, clock } = frame.web.deps
  const { bulk } = frame.actions(request)
  return {
    name: 'sources',
    columns: [
      {
        key: 'name',
        label: 'Source',
        value: ({ name }) => name,
        show: ({ id, name, url }) => ({ text: name, url: `/admin/sources/${id}`, note: url }),
      },
      {
        key: 'condition',
        label: 'Does',
        value: ({ condition }) => condition,
        show: ({ condition, lastError }) => ({
          text: condition,
          tone: TONES[condition],
          note: condition === 'failing' ? lastError : null,
        }),
      },
      timeColumn('read', 'Last read', ({ readAt }) => readAt),
      {
        key: 'next',
        label: 'Next',
        value: ({ state, nextAt }) => (state === 'active' ? nextAt : null),
        show: ({ state, nextAt, nextWhy }, times) =>
          state === 'active' ? { time: times.show(nextAt), note: nextWhy } : { text: '–' },
      },
      {
        key: 'articles',
        label: `Articles, ${DAYS} days`,
        numeric: true,
        value: ({ articles }) => articles,
      },
      { key: 'topics', label: 'Topics', value: ({ topics }) => topics.join(', ') },
      { key: 'url', label: 'URL', value: ({ url }) => url, inFiles: true },
      { key: 'id', label: 'Id', value: ({ id }) => id, inFiles: true },
    ],
    search: 'name or address',
    filters: [{ name: 'condition', label: 'Does', options: choices(CONDITIONS) }],
    empty: 'Nothing is read yet. Add a feed above, or bring an OPML file.',
    rows: ({ search, filters, after, limit }) => {
      const now = clock.now()
      const wanted = { search, condition: filters.condition }
      return store.sourceList.page(
        wanted,
        { since: sinceOf(now), now },
        readKey(PLACE, after),
        limit,
      )
    },
    keyOf: ({ name, id }) => writeKey([name, id]),
    select: {
      idOf: ({ id }) => id,
      actions: [
        ...bulk('source fetch', 'Read now', 'target', {}),
        ...bulk('source set', 'Pause', 'target', { state: 'paused' }),
        ...bulk('source set', 'Resume', 'target', { state: 'active' }),
        ...bulk(
          'source set',
          'Set topics',
          'target',
          {},
          { name: 'topics', hint: 'topics, or none' },
        ),
      ],
    },
  }
}

/** The feeds as other readers take them. */
const feedsFile = (frame: Frame): Route => ({
  ...lookPage('/admin/sources/feeds.opml', 'The feeds as OPML', async (request, reply) => {
    const operation = frame.web.operations.find(({ name }) => name === 'source export')
    if (!operation) throw new Refusal(404, 'missing')
    const rows: Readonly<Record<string, unknown>>[] = []
    const emit = { row: (row: (typeof rows)[number]) => void rows.push(row), note() {} }
    await operation.run({}, emit, actorOf(request))
    reply.header('content-disposition', 'attachment; filename="feeds.opml"')
    return reply.send(rows.map(operation.show).join('\n'))
  }),
  type: 'text/x-opml',
})

/** What it contributes goes over all that it brought. */
async function countGiven(frame: Frame, id: string) {
  const { store, clock } = frame.web.deps
  const since = sinceOf(clock.now())
  const [given, arrivals] = await Promise.all([
    store.sourceList.contribution(id, since),
    store.sourceList.arrivals(since, DAY_SECONDS, id),
  ])
  return { given, arrivals, since }
}

async function viewSource(
  frame: Frame,
  request: FastifyRequest,
  source: Source,
  { given, arrivals, since }: Awaited<ReturnType<typeof countGiven>>,
) {
  const { store, clock } = frame.web.deps
  const times = frame.times(request)
  const { button } = frame.actions(request)
  const now = clock.now()
  const failingSince = source.failing_since
  const [ledger, outage] = await Promise.all([
    store.sources.ledger(source.id),
    failingSince === null ? null : store.sources.outage(source.id, failingSince, now),
  ])
  const target = source.id
  return {
    source,
    days: DAYS,
    topics: source.topics.join(', '),
    read: times.showIf(source.succeeded_at),
    failing: times.showIf(failingSince),
    failed: often(source.failures),
    moved: often(source.moved_times),
    next: source.state === 'active' ? times.show(source.next_fetch_at) : null,
    why: source.next_reason ?? 'it was never asked',
    given,
    share: shareOf(given.told, given.toldInAll),
    chart: barChart(`articles a day, ${DAYS} days`, seriesOf(arrivals, since, DAY_SECONDS, times)),
    outage,
    ledger: ledger.map((line) => viewLine(line, times)),
    actions: [
      source.state === 'gone' ? null : button('source fetch', 'Read now', { target }),
      source.state === 'active'
        ? button('source set', 'Pause', { target, state: 'paused' })
        : button('source set', 'Resume', { target, state: 'active' }),
      button('source check', 'Check', { target: source.url }),
    ],
    change: button('source set', 'Save', { target }),
  }
}

const often = (times: number): string => (times === 1 ? 'once' : `${times} times`)

/** A share as people read it; of nothing there is none. */
const shareOf = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`

const viewLine = (line: LedgerLine, times: Times) => ({
  ...line,
  time: times.show(line.at),
  tone: line.answer === 'fetched' || line.answer === 'unchanged' ? 'good' : 'bad',
  redirected: line.cameFrom !== null && line.cameFrom !== line.asked ? line.cameFrom : null,
})
