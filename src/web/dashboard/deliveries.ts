import type { FastifyRequest } from 'fastify'
import type { DeliveryState } from '../../model.ts'
import type { EditionHead } from '../../store/archive.ts'
import type { DeliveryLine } from '../../store/readership.ts'
import { field } from '../route.ts'
import { answerOf } from './answer.ts'
import type { Cell, List } from './list.ts'
import { type Frame, lookPage, type Room } from './room.ts'

const DAY_MS = 86_400_000
/** Editions that can be chosen from. */
const EDITIONS = 30
const TROUBLE_DAYS = 14
const DOMAINS = 12

const TONES: Readonly<Record<DeliveryState, Cell['tone']>> = {
  planned: 'soft',
  deferred: 'warn',
  claimed: 'soft',
  submitted: 'soft',
  accepted: 'good',
  bounced: 'bad',
  complained: 'bad',
  unknown: 'bad',
  skipped: 'soft',
}
const STATES = Object.keys(TONES) as DeliveryState[]

/** Who got which edition, who did not, and what can be done about it. */
export const deliveries: Room = {
  url: '/admin/deliveries',
  label: 'Deliveries',
  key: 'd',
  live: {
    deliveries: async ({ store }) => {
      const [head] = await store.archive.heads(1)
      return head ? JSON.stringify(await store.deliveries.counts(head.id)) : ''
    },
  },
  pages: (frame) => [
    lookPage('/admin/deliveries', 'Who got which edition', async (request, reply) => {
      const editions = await frame.web.deps.store.archive.heads(EDITIONS)
      const edition =
        editions.find(({ id }) => id === field(request.query, 'edition')) ??
        editions.find(({ deliver }) => deliver)
      return frame.list(
        request,
        reply,
        deliveryList(frame, editions, edition),
        { title: 'Deliveries', ...(await viewOf(frame, request, edition)) },
        'dashboard/deliveries',
      )
    }),
    lookPage('/admin/deliveries/why', 'Why a reader got an edition, or why not', (request, reply) =>
      whyView(frame, request).then((view) =>
        frame.page(request, reply, 'dashboard/why-delivery', view),
      ),
    ),
  ],
}

const named = ({ digestName, date, state }: EditionHead): string =>
  `${digestName}, ${date} (${state})`

async function viewOf(frame: Frame, request: FastifyRequest, edition: EditionHead | undefined) {
  const { store, clock } = frame.web.deps
  const since = new Date(Date.parse(clock.now()) - TROUBLE_DAYS * DAY_MS).toISOString()
  return {
    troubleDays: TROUBLE_DAYS,
    domains: await store.readership.badDomains(since, DOMAINS),
    edition: edition && (await editionView(frame, request, edition)),
  }
}

async function editionView(frame: Frame, request: FastifyRequest, edition: EditionHead) {
  const { store, clock } = frame.web.deps
  const { id } = edition
  const counts = await store.deliveries.counts(id)
  const steering = await store.sending.steering(id)
  const actions = frame.actions(request)
  const missing = await store.sending.lacking(id, 'missing', clock.now())
  const unknown = await store.sending.lacking(id, 'unknown', clock.now())
  const isOpen = STATES.slice(0, 4).some((state) => counts[state])
  const buttons = [
    isOpen && !steering.stopped && actions.button('delivery stop', 'Stop sending', { edition: id }),
    steering.stopped && actions.button('delivery resume', 'Go on sending', { edition: id }),
    missing > 0 &&
      actions.button('delivery resend', `Send to the ${missing} it did not reach`, {
        ...{ edition: id, missing: 'yes', yes: 'yes' },
      }),
    unknown > 0 &&
      actions.button(
        'delivery resend',
        `Send again to ${unknown} of whom nobody knows`,
        { edition: id, unknown: 'yes', yes: 'yes' },
        'some may get it twice',
      ),
  ]
  return {
    ...{ id, name: named(edition), subject: edition.subject, stopped: steering.stopped },
    counts: Object.entries(counts).map(([state, n]) => {
      return { state, n, tone: TONES[state as DeliveryState] }
    }),
    buttons: buttons.filter(Boolean),
  }
}

function deliveryList(
  { web }: Frame,
  editions: readonly EditionHead[],
  edition: EditionHead | undefined,
): List<DeliveryLine> {
  const { store } = web.deps
  return {
    name: 'deliveries',
    search: 'part of an address',
    filters: [
      {
        name: 'edition',
        label: 'Edition',
        options: editions.map((head) => ({ value: head.id, label: named(head) })),
      },
      {
        name: 'state',
        label: 'State',
        options: STATES.map((value) => ({ value, label: value })),
      },
    ],
    empty:
      'Nothing was to be delivered. An edition goes out at its hour, or with `dose digest run`.',
    columns: [
      {
        key: 'email',
        label: 'Reader',
        value: ({ email }) => email,
        show: ({ email, id }) => ({ text: email, url: `/admin/xray?q=${id}` }),
      },
      {
        key: 'state',
        label: 'State',
        value: ({ state }) => state,
        show: ({ state, reason }) => ({ text: state, tone: TONES[state], note: reason }),
      },
      { key: 'attempt', label: 'Tries', value: ({ attempt }) => attempt, numeric: true },
      {
        key: 'due',
        label: 'Due',
        value: ({ dueAt }) => dueAt,
        show: ({ dueAt }, times) => ({ time: times.show(dueAt) }),
      },
      {
        key: 'at',
        label: 'Changed',
        value: ({ at }) => at,
        show: ({ at }, times) => ({ time: times.show(at) }),
      },
    ],
    keyOf: ({ id }) => id,
    rows: async ({ search, filters, after, limit }) =>
      edition
        ? store.readership.deliveries({
            ...{ editionId: edition.id, search, state: filters.state, after, limit },
          })
        : [],
  }
}

/** A question people ask: why did this reader not get that edition? */
async function whyView(frame: Frame, request: FastifyRequest) {
  const address = field(request.query, 'address').trim()
  const editions = await frame.web.deps.store.archive.heads(EDITIONS)
  const asked = field(request.query, 'edition') || editions[0]?.id || ''
  const view = {
    title: 'Why this reader, why not?',
    address,
    editions: editions.map((head) => {
      return { id: head.id, name: named(head), chosen: head.id === asked }
    }),
  }
  if (address === '' || asked === '') return view
  const { rows, fault } = await answerOf(frame, request, 'delivery why', {
    ...{ address, edition: asked },
  })
  const [told] = rows
  const times = frame.times(request)
  const trail = (told?.trail ?? []) as readonly { at: string; state: string; reason: string }[]
  const reports = (told?.reports ?? []) as readonly { at: string; kind: string; says: string }[]
  return {
    ...view,
    fault,
    told,
    trail: [
      ...trail.map(({ at, state, reason }) => {
        return { time: times.show(at), state, reason, tone: TONES[state as DeliveryState] }
      }),
      ...reports.map(({ at, kind, says }) => {
        return { time: times.show(at), state: kind, reason: says, tone: 'soft' }
      }),
    ],
    fullUrl: told?.id ? `/admin/xray?q=${told.id}` : null,
  }
}
