import type { FastifyRequest } from 'fastify'
import { isPlaced } from '../../edition/places.ts'
import { printedCards } from '../../edition/select.ts'
import type { EditionState } from '../../model.ts'
import type { EditionHead } from '../../store/archive.ts'
import type { EditionRecord } from '../../store/editions.ts'
import { Refusal } from '../refusal.ts'
import { param } from '../route.ts'
import type { Cell, List } from './list.ts'
import { nextEditionPages, nextUrl } from './next-edition.ts'
import { type Frame, lookPage, type Room } from './room.ts'

const TONES: Readonly<Record<EditionState, Cell['tone']>> = {
  draft: 'soft',
  waiting: 'warn',
  frozen: 'soft',
  sending: 'soft',
  sent: 'good',
  skipped: 'soft',
}
const STATES = Object.keys(TONES) as EditionState[]

/** What will be sent, and what was. */
export const editions: Room = {
  url: '/admin/editions',
  label: 'Editions',
  key: 'e',
  pages: (frame) => [
    lookPage('/admin/editions', 'What will be sent, and what was', async (request, reply) => {
      const digests = await frame.web.deps.store.digests.list()
      const next = digests.map(({ id, name }) => ({ name, url: nextUrl(id) }))
      const view = { title: 'Editions', next }
      return frame.list(request, reply, await editionList(frame), view, 'dashboard/editions')
    }),
    ...nextEditionPages(frame),
    lookPage('/admin/editions/:id', 'An edition, story by story', async (request, reply) =>
      frame.page(request, reply, 'dashboard/edition', await editionView(frame, request)),
    ),
  ],
}

async function editionList({ web }: Frame): Promise<List<EditionHead>> {
  const { store } = web.deps
  const digests = await store.digests.list()
  return {
    name: 'editions',
    filters: [
      {
        name: 'digest',
        label: 'Digest',
        options: digests.map(({ id, name }) => ({ value: id, label: name })),
      },
      { name: 'state', label: 'State', options: STATES.map((value) => ({ value, label: value })) },
    ],
    empty: 'No edition yet. The first one is made as its digest fires, or with `dose digest run`.',
    columns: [
      {
        key: 'date',
        label: 'Edition',
        value: ({ date }) => date,
        show: ({ date, id, digestName }) => {
          return { text: date, url: `/admin/editions/${id}`, note: digestName }
        },
      },
      {
        key: 'subject',
        label: 'Subject',
        value: ({ subject }) => subject,
      },
      {
        key: 'state',
        label: 'State',
        value: ({ state }) => state,
        show: ({ state, deliver }) => {
          return { text: state, tone: TONES[state], note: deliver ? null : 'to nobody' }
        },
      },
      { key: 'stories', label: 'Stories', value: ({ stories }) => stories, numeric: true },
      {
        key: 'hash',
        label: 'Hash',
        value: ({ hash }) => hash,
        show: ({ hash }) => ({ text: hash?.slice(0, 8) ?? '–' }),
      },
    ],
    keyOf: ({ id }) => id,
    rows: ({ filters, after, limit }) =>
      store.archive.page({ digestId: filters.digest, state: filters.state, after, limit }),
  }
}

async function editionView(frame: Frame, request: FastifyRequest) {
  const { store } = frame.web.deps
  const edition = await store.editions.get(param(request, 'id'))
  if (!edition) throw new Refusal(404, 'missing')
  const { id, digestName, date, state, subject, hash } = edition
  const times = frame.times(request)
  const corrections = await store.corrections.of(id)
  const actions = frame.actions(request)
  return {
    title: `${digestName}, ${date}`,
    ...{ id, state, subject, hash, tone: TONES[state] },
    frozen: times.showIf(edition.frozenAt),
    counts: Object.entries(await store.deliveries.counts(id)).map(([name, n]) => ({ name, n })),
    publicUrl: edition.number > 0 ? `/editions/${id}` : null,
    deliveriesUrl: `/admin/deliveries?edition=${id}`,
    approve:
      state === 'waiting' && actions.button('edition approve', 'Approve', { id, hash: hash ?? '' }),
    decline: state === 'waiting' && actions.button('edition decline', 'Decline', { id }),
    stories: storiesOf(edition),
    mayCorrect: edition.number > 0 && actions.may('edition correct'),
    corrections: corrections.map((one) => ({
      ...one,
      time: times.show(one.at),
      undo: actions.button('edition uncorrect', 'Take back', { id: one.id }, one.headline),
    })),
  }
}

const storiesOf = (edition: EditionRecord) =>
  printedCards(edition).map((card, i) => ({
    place: i + 1,
    storyId: card.storyId,
    headline: card.headline,
    url: `/admin/stories/${encodeURIComponent(card.storyId)}?edition=${edition.id}`,
    topic: card.topic,
    sources: card.sourceCount,
    score: card.score.toFixed(2),
    placed: isPlaced(card),
  }))
