import { withoutAddresses } from '../../delivery/address.ts'
import type { HeldJob } from '../../io/queue-care.ts'
import { pipeline } from '../../workers/pipeline.ts'
import { Refusal } from '../refusal.ts'
import { field, param } from '../route.ts'
import { createStageFigures, SPANS, type Span } from './figures.ts'
import { type Frame, lookPage, type Room } from './room.ts'
import { runsList } from './runs-list.ts'
import { durationOf } from './times.ts'
import { treesOf, type WayNode } from './way.ts'

const WEEK_MS = 7 * 86_400_000
/** A job of ours is a tenth of that. */
const DATA_CHARS_MAX = 2_000
/** Tries a minute of a button that says "slowly". */
const SLOWLY = '30'

/** What the stages do, did, and could not do. */
export const runs: Room = {
  url: '/admin/runs',
  label: 'Queues',
  key: 'q',
  live: {
    queues: async ({ queues }) =>
      JSON.stringify(await Promise.all(pipeline.map(({ name }) => queues.counts(name)))),
  },
  pages: (frame) => {
    const figures = createStageFigures(frame.web.deps)
    return [
      lookPage(
        '/admin/runs',
        'What the stages do, did, and could not do',
        overview(frame, figures),
      ),
      lookPage('/admin/runs/list', 'Runs, the newest first', (request, reply) =>
        frame.list(
          request,
          reply,
          runsList(frame, request),
          { title: 'Runs', actions: actsOnAll(frame, request) },
          'dashboard/runs-list',
        ),
      ),
      lookPage('/admin/runs/stage/:stage', 'One stage', stagePage(frame, figures)),
      lookPage('/admin/runs/run/:stage/:row/:version', 'All attempts of a run', runPage(frame)),
      lookPage('/admin/runs/way/:id', 'The runs on the way of an article', wayPage(frame)),
    ]
  },
}

type Handle = Parameters<typeof lookPage>[2]
type Figures = ReturnType<typeof createStageFigures>

const spanOfQuery = (query: unknown): Span =>
  SPANS.find(({ name }) => name === field(query, 'span'))?.name ?? 'hour'

const overview =
  (frame: Frame, figures: Figures): Handle =>
  async (request, reply) => {
    const { store, clock } = frame.web.deps
    const { button } = frame.actions(request)
    const times = frame.times(request)
    const span = spanOfQuery(request.query)
    const since = new Date(Date.parse(clock.now()) - WEEK_MS).toISOString()
    const rings = pipeline.filter(({ wakeUp }) => wakeUp).map(({ name }) => name)
    const groups = await store.runList.failures(since, rings)
    return frame.page(request, reply, 'dashboard/runs', {
      title: 'Queues',
      spans: SPANS.map(({ name }) => ({
        ...{ name, url: `/admin/runs?span=${name}`, current: name === span },
      })),
      ...(await figures.all(span)),
      groups: groups.map((group) => ({
        ...group,
        first: times.show(group.firstAt),
        last: times.show(group.lastAt),
        runsUrl: `/admin/runs/list?${new URLSearchParams({ state: 'failed', stage: group.stage, kind: group.kind })}`,
        retry: rings.includes(group.stage)
          ? null
          : button('queue retry', `Retry these ${group.runs}, slowly`, {
              ...{ stage: group.stage, kind: group.kind, perMinute: SLOWLY },
            }),
      })),
    })
  }

/** Where the jobs of runs in such a state stand. */
const PLACE_OF: Readonly<Record<string, string>> = { failed: 'failed', retrying: 'delayed' }

/** The buttons for all that the list shows, where it shows what failed. */
function actsOnAll(frame: Frame, request: Parameters<Handle>[0]) {
  const { state, ...narrowed } = narrowedTo(request.query)
  const { button } = frame.actions(request)
  const place = PLACE_OF[state ?? '']
  return [
    state === 'failed'
      ? button('queue retry', 'Retry all that match, slowly', { ...narrowed, perMinute: SLOWLY })
      : null,
    place && Object.keys(narrowed).length > 0
      ? button('queue clean', 'Take all that match out of the queue', { ...narrowed, state: place })
      : null,
  ]
}

/** What the address narrows the list to, as commands call it. */
function narrowedTo(query: unknown): Readonly<Record<string, string>> {
  const names = { state: 'state', stage: 'stage', kind: 'kind', search: 'q' }
  return Object.fromEntries(
    Object.entries(names)
      .map(([name, inQuery]) => [name, field(query, inQuery)] as const)
      .filter(([, value]) => value !== ''),
  )
}

const stagePage =
  (frame: Frame, figures: Figures): Handle =>
  async (request, reply) => {
    const name = param(request, 'stage')
    const stage = pipeline.find((one) => one.name === name)
    if (!stage) throw new Refusal(404, 'missing')
    const { queues } = frame.web.deps
    const { button } = frame.actions(request)
    const [paused, perMinute] = await Promise.all([queues.isPaused(name), queues.limitOf(name)])
    return frame.page(request, reply, 'dashboard/stage', {
      title: name,
      ...{ does: stage.does, paused, perMinute },
      ...(await figures.one(name, frame.times(request))),
      runsUrl: `/admin/runs/list?${new URLSearchParams({ stage: name })}`,
      rawUrl: `/admin/queues/queue/${name}`,
      rate: button('queue rate', 'Set', { stage: name }),
      actions: [
        paused
          ? button('queue resume', 'Resume', { stage: name })
          : button('queue pause', 'Pause', { stage: name }),
        stage.wakeUp ? button('queue ring', 'Run now', { stage: name }) : null,
        button('queue promote', 'Run what is put off', { stage: name }),
      ],
      clean: button('queue clean', 'Take out', { stage: name }),
    })
  }

const runPage =
  (frame: Frame): Handle =>
  async (request, reply) => {
    const [stage, row, version] = ['stage', 'row', 'version'].map((name) => param(request, name))
    const number = Number(version)
    if (!stage || !row || !Number.isSafeInteger(number) || Math.abs(number) > 1e9)
      throw new Refusal(404, 'missing')
    const attempts = await frame.web.deps.store.runList.attempts(stage, row, number)
    if (attempts.length === 0) throw new Refusal(404, 'missing')
    const isStage = pipeline.some(({ name }) => name === stage)
    const { queues } = frame.web.deps
    const held = isStage ? await queues.held(stage, { id: row, version: number }) : null
    const times = frame.times(request)
    const { button } = frame.actions(request)
    const isFailed = attempts.at(-1)?.state === 'failed'
    return frame.page(request, reply, 'dashboard/run', {
      title: `${stage} ${row}`,
      ...{ stage, row, version },
      wayUrl: /^a[\da-z]{16}$/.test(row) ? `/admin/runs/way/${row}` : null,
      job: held && { ...held, added: times.show(held.addedAt) },
      data: shownData(held, { id: row, version: number, trace: attempts.at(-1)?.trace }),
      attempts: attempts.map((run) => ({
        ...run,
        error: run.error && withoutAddresses(run.error),
        lines: run.log?.map((line) => ({ ...line, time: times.show(line.at) })),
        queued: times.show(run.queuedAt),
        started: times.show(run.startedAt),
        ended: times.showIf(run.endedAt),
        waited: durationOf(secondsBetween(run.queuedAt, run.startedAt)),
        ran: run.endedAt && durationOf(secondsBetween(run.startedAt, run.endedAt)),
        traceUrl: `/admin/runs/list?${new URLSearchParams({ q: run.trace })}`,
      })),
      actions: [
        isFailed ? button('queue retry', 'Try again', { stage, search: row }) : null,
        button('queue remove', 'Take out of the queue', {
          stage,
          id: row,
          version: String(number),
        }),
      ],
    })
  }

/** What a job carries: ids, never content. Whoever put more into it by hand sees the beginning. */
const shownData = (held: HeldJob | null, ofRun: object): string =>
  withoutAddresses(JSON.stringify(held?.data ?? ofRun, null, 2).slice(0, DATA_CHARS_MAX))

const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000

const wayPage =
  (frame: Frame): Handle =>
  async (request, reply) => {
    const id = param(request, 'id')
    const times = frame.times(request)
    const shown = ({ run, children }: WayNode): object => ({
      ...run,
      url: runUrl(run),
      started: times.show(run.startedAt),
      ran: run.endedAt && durationOf(secondsBetween(run.startedAt, run.endedAt)),
      children: children.map(shown),
    })
    const trees = treesOf(await frame.web.deps.store.runList.way(id), pipeline)
    return frame.page(request, reply, 'dashboard/way', {
      title: 'The way of an article',
      id,
      trees: trees.map(shown),
    })
  }

export const runUrl = ({
  stage,
  rowId,
  version,
}: {
  stage: string
  rowId: string
  version: number
}) => `/admin/runs/run/${stage}/${encodeURIComponent(rowId)}/${version}`
