import type { FastifyRequest } from 'fastify'
import type { Change } from '../../edition/compare.ts'
import type { Measures } from '../../edition/measure.ts'
import type { Replay } from '../../store/replays.ts'
import { Refusal } from '../refusal.ts'
import { field, param } from '../route.ts'
import { answerOf } from './answer.ts'
import type { List } from './list.ts'
import { type Frame, lookPage, type Room } from './room.ts'

const DAY_MS = 86_400_000
/** Days that the form proposes. */
const PROPOSED_DAYS = 14

type Story = { readonly storyId: string; readonly headline: string; readonly score: number }
type Day = {
  readonly date: string
  readonly editionId: string
  readonly missing?: string
  readonly same: boolean
  readonly hash: string
  readonly comparison: {
    readonly jaccard: number
    readonly overlap: number
    readonly before: Measures
    readonly after: Measures
    readonly changes: readonly Change[]
  }
  readonly sent: readonly Story[]
  readonly replayed: readonly Story[]
}

/** Past days with other weights, beside what was sent. */
export const replays: Room = {
  url: '/admin/replays',
  label: 'Replay',
  key: 'y',
  live: { replays: async ({ store }) => JSON.stringify(await store.replays.list(1)) },
  pages: (frame) => [
    lookPage('/admin/replays', 'Past days made again', async (request, reply) => {
      const { store, clock } = frame.web.deps
      const day = (ago: number) =>
        new Date(Date.parse(clock.now()) - ago * DAY_MS).toISOString().slice(0, 10)
      const digests = (await store.digests.list()).map(({ id, name }) => ({ id, name }))
      const may = frame.actions(request).may('replay start')
      const form = may && digests.length > 0 && { digests, from: day(PROPOSED_DAYS), to: day(1) }
      const names = new Map(digests.map(({ id, name }) => [id, name]))
      const list = replayList(frame, names)
      return frame.list(request, reply, list, { title: 'Replay', form }, 'dashboard/replays')
    }),
    lookPage('/admin/replays/:id', 'A replay, day by day', async (request, reply) =>
      frame.page(request, reply, 'dashboard/replay', await replayView(frame, request)),
    ),
  ],
}

function replayList({ web }: Frame, names: ReadonlyMap<string, string>): List<Replay> {
  return {
    name: 'replays',
    empty: 'Nothing was tried yet.',
    columns: [
      {
        key: 'id',
        label: 'Days',
        value: ({ id }) => id,
        show: ({ id, request, digest_id }) => ({
          text: `${request.from} to ${request.to}`,
          url: `/admin/replays/${id}`,
          note: names.get(digest_id) ?? null,
        }),
      },
      { key: 'tried', label: 'Tried', value: triedOf },
      {
        key: 'state',
        label: 'State',
        value: ({ state }) => state,
        show: ({ state, done, days, note }) => ({
          text: state === 'running' ? `${done} of ${days} days` : state,
          tone: state === 'failed' ? 'bad' : state === 'done' ? 'good' : 'soft',
          note: state === 'failed' ? note : null,
        }),
      },
      {
        key: 'at',
        label: 'Asked',
        value: ({ created_at }) => created_at,
        show: ({ created_at }, times) => ({ time: times.show(created_at) }),
      },
    ],
    keyOf: ({ id }) => id,
    rows: ({ after, limit }) => web.deps.store.replays.list(limit, undefined, after),
  }
}

/** What was changed, in a few words. */
function triedOf({ request }: Pick<Replay, 'request'>): string {
  const { weights, grouping, without, anew } = request
  const pairs = Object.entries({ ...weights, ...grouping }).map(([name, n]) => `${name}=${n}`)
  const sources = without.length > 0 ? [`without ${without.length} sources`] : []
  return (
    [...pairs, ...sources, ...(anew ? ['grouped anew'] : [])].join(', ') || 'nothing: as it was'
  )
}

async function replayView(frame: Frame, request: FastifyRequest) {
  const { store } = frame.web.deps
  const id = param(request, 'id')
  const found = await store.replays.get(id)
  if (!found) throw new Refusal(404, 'missing')
  const { rows } = await answerOf(frame, request, 'replay show', { id })
  const [sum, ...days] = rows as unknown as [Record<string, unknown>, ...Day[]]
  const chosen = days.find(({ date }) => date === field(request.query, 'day')) ?? days[0]
  const { weights, grouping, without } = found.request
  const isAdoptable =
    found.state === 'done' &&
    Object.keys(weights).length > 0 &&
    Object.keys(grouping).length + without.length === 0
  return {
    title: `${found.request.from} to ${found.request.to}`,
    tried: triedOf(found),
    state: found.state,
    isOpen: found.state === 'planned' || found.state === 'running',
    failed: found.state === 'failed' && found.note,
    progress: { done: found.done, days: found.days },
    sum,
    adopt:
      isAdoptable &&
      frame.actions(request).button('replay adopt', 'Adopt these weights', { id }, triedOf(found)),
    days: days.map((day) => dayLine(id, day, day === chosen)),
    chosen: chosen && !chosen.missing ? sideBySide(chosen) : null,
  }
}

function dayLine(id: string, { date, missing, same, comparison }: Day, isChosen: boolean) {
  const { jaccard, overlap, before, after, changes } = comparison
  return {
    ...{ date, missing, same, isChosen },
    url: `/admin/replays/${id}?day=${date}`,
    common: `${Math.round(100 * jaccard)} %`,
    order: overlap.toFixed(2),
    came: changes.filter(({ from }) => from === null).length,
    went: changes.filter(({ to }) => to === null).length,
    topics: `${before.topics.toFixed(1)} → ${after.topics.toFixed(1)}`,
    sources: `${before.sources} → ${after.sources}`,
    repeats: `${before.repeats} → ${after.repeats}`,
  }
}

/** The two orders, row by row; each story with the place it has in the other. */
function sideBySide({ date, sent, replayed, editionId }: Day) {
  const cell = (own: readonly Story[], other: readonly Story[], i: number) => {
    const story = own[i]
    if (!story) return null
    const there = other.findIndex(({ storyId }) => storyId === story.storyId) + 1
    const moved = there > 0 && there !== i + 1
    return { headline: story.headline, score: story.score.toFixed(2), there: there || null, moved }
  }
  const rows = Array.from({ length: Math.max(sent.length, replayed.length) }, (_, i) => ({
    place: i + 1,
    sent: cell(sent, replayed, i),
    replayed: cell(replayed, sent, i),
  }))
  return { date, editionUrl: `/admin/editions/${editionId}`, rows }
}
