import type { ReaderLine } from '../../store/readership.ts'
import { barChart, type Point } from './charts.ts'
import type { List } from './list.ts'
import { type Frame, lookPage, type Room } from './room.ts'

const DAY_MS = 86_400_000
/** Days of growth that are drawn. */
const DAYS = 30
/** Between the two parts of a line's key; in no address and no id. */
const GAP = ' '

const STATES = ['confirmed', 'paused', 'pending', 'unsubscribed', 'suppressed'] as const

/** Who reads what, and whether they become more. */
export const readers: Room = {
  url: '/admin/readers',
  label: 'Readers',
  key: 'u',
  pages: (frame) => [
    lookPage('/admin/readers', 'Who reads what', async (request, reply) =>
      frame.list(
        request,
        reply,
        await readerList(frame),
        { title: 'Readers', ...(await countsOf(frame)) },
        'dashboard/readers',
      ),
    ),
  ],
}

async function countsOf({ web }: Frame) {
  const { readership } = web.deps.store
  const now = Date.parse(web.deps.clock.now())
  const first = now - (DAYS - 1) * DAY_MS
  const since = `${new Date(first).toISOString().slice(0, 10)}T00:00:00.000Z`
  const joined = new Map((await readership.joined(since)).map(({ day, n }) => [day, n]))
  const points = Array.from({ length: DAYS }, (_, n): Point => {
    const label = new Date(first + n * DAY_MS).toISOString().slice(0, 10)
    return { label, value: joined.get(label) ?? 0 }
  })
  return {
    days: DAYS,
    growth: barChart('New readers a day', points),
    newInAll: points.reduce((sum, { value }) => sum + value, 0),
    digests: byDigest(await readership.states()),
  }
}

/** A line a digest: how many there are in each state. */
function byDigest(counts: readonly { digest: string; state: string; n: number }[]) {
  const names = [...new Set(counts.map(({ digest }) => digest))]
  const of = (digest: string, state: string) =>
    counts.find((one) => one.digest === digest && one.state === state)?.n ?? 0
  return names.map((digest) => ({
    digest,
    confirmed: of(digest, 'confirmed'),
    paused: of(digest, 'paused'),
    unsubscribed: of(digest, 'unsubscribed'),
  }))
}

async function readerList({ web }: Frame): Promise<List<ReaderLine>> {
  const { store } = web.deps
  const digests = await store.digests.list()
  return {
    name: 'readers',
    search: 'part of an address',
    filters: [
      {
        name: 'digest',
        label: 'Digest',
        options: digests.map(({ id, name }) => ({ value: id, label: name })),
      },
      {
        name: 'state',
        label: 'State',
        options: STATES.map((value) => ({ value, label: value })),
      },
    ],
    empty:
      'Nobody reads anything yet. `dose subscriber import` takes a list; `dose digest open` lets people sign up.',
    columns: [
      {
        key: 'email',
        label: 'Reader',
        value: ({ email }) => email,
        show: ({ email, subscriberId }) => ({
          text: email,
          url: `/admin/xray?q=${encodeURIComponent(subscriberId)}`,
        }),
      },
      { key: 'digest', label: 'Digest', value: ({ digest }) => digest },
      {
        key: 'state',
        label: 'State',
        value: ({ state, suppressed }) => (suppressed === null ? state : 'suppressed'),
        show: ({ state, suppressed }) =>
          suppressed === null
            ? { text: state, tone: state === 'confirmed' ? 'good' : 'soft' }
            : { text: 'suppressed', tone: 'bad', note: suppressed },
      },
      {
        key: 'topics',
        label: 'Topics',
        value: ({ topics }) => topics.join(', ') || 'all',
      },
      { key: 'pace', label: 'Pace', value: ({ pace }) => pace },
      {
        key: 'since',
        label: 'Since',
        value: ({ createdAt }) => createdAt,
        show: ({ createdAt }, times) => ({ time: times.show(createdAt) }),
      },
    ],
    keyOf: ({ emailKey, digestId }) => `${emailKey}${GAP}${digestId}`,
    rows: ({ search, filters, after, limit }) => {
      const [emailKey = '', digestId = ''] = after?.split(GAP) ?? []
      return store.readership.list({
        ...{ search, limit, digestId: filters.digest, state: filters.state },
        after: after === null ? null : [emailKey, digestId],
      })
    },
  }
}
