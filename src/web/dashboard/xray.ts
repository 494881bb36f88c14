import type { FastifyRequest } from 'fastify'
import type { Instant } from '../../model.ts'
import { field } from '../route.ts'
import { wordsOf } from '../search.ts'
import { answerOf } from './answer.ts'
import { type Frame, lookPage, type Room } from './room.ts'
import type { Times } from './times.ts'

type Head = {
  readonly kind: string
  readonly id: string
  readonly title: string
  readonly verdict: string
}
type Step = {
  readonly part: 'way' | 'run'
  readonly step: string
  readonly at: Instant | null
  readonly outcome: string
  readonly detail: string | null
  readonly tone: string
  readonly ref: string | null
}

const STORIES_MAX = 12
/** Longer than any URL that was ever read. */
const KEY_CHARS_MAX = 2_000

/** Rooms that know more of a kind of thing, by its id. */
const ROOMS: Readonly<Record<string, { readonly url: string; readonly label: string }>> = {
  source: { url: '/admin/sources/', label: 'Its room' },
  story: { url: '/admin/stories/', label: 'Its room' },
  edition: { url: '/admin/editions/', label: 'Its room' },
}

/** One thing looked through, from source to inbox. */
export const xray: Room = {
  url: '/admin/xray',
  label: 'X-ray',
  key: 'x',
  pages: (frame) => [
    lookPage('/admin/xray', 'One thing looked through, from source to inbox', (request, reply) =>
      look(frame, request).then((view) => frame.page(request, reply, 'dashboard/xray', view)),
    ),
  ],
}

async function look(frame: Frame, request: FastifyRequest) {
  const key = field(request.query, 'q').replaceAll('\0', '').trim().slice(0, KEY_CHARS_MAX)
  if (key === '') return { title: 'X-ray', key }
  const kind = field(request.query, 'kind')
  const asked = { key, ...(kind === 'story' && { kind }) }
  const { rows, fault } = await answerOf(frame, request, 'xray', asked)
  const [first, ...steps] = rows as unknown as [Head | undefined, ...Step[]]
  if (!first) return { title: 'X-ray', key, fault, stories: await storiesLike(key, frame) }
  const times = frame.times(request)
  const shown = steps.map((step) => showStep(step, times))
  const failed = steps.some(({ part, outcome }) => part === 'run' && outcome === 'failed')
  const room = roomOf(first.kind, request)
  return {
    ...{ title: first.title, key, head: first },
    way: shown.filter(({ part }) => part === 'way'),
    runs: shown.filter(({ part }) => part === 'run'),
    room: room && { url: `${room.url}${encodeURIComponent(first.id)}`, label: room.label },
    retry:
      first.kind === 'article' && failed
        ? frame.actions(request).button('article retry', 'Retry what failed', { key: first.id })
        : null,
  }
}

/** The room of a kind of thing, where the dashboard has one. */
function roomOf(kind: string, { server }: FastifyRequest) {
  const room = ROOMS[kind]
  return room && server.hasRoute({ method: 'GET', url: `${room.url}:id` }) ? room : undefined
}

/** What nothing is called by may be told of: stories of editions, by the words that were asked for. */
async function storiesLike(key: string, { web }: Frame) {
  const words = wordsOf(key)
  if (words.length === 0) return []
  const { cards } = await web.deps.store.search.byWords(words, {})
  const stories = new Map(cards.map(({ card, date }) => [card.storyId, { card, date }]))
  return [...stories.values()].slice(0, STORIES_MAX).map(({ card, date }) => ({
    ...{ headline: card.headline, date },
    url: `/admin/xray?${new URLSearchParams({ q: card.storyId, kind: 'story' })}`,
  }))
}

const showStep = (step: Step, times: Times) => ({
  ...step,
  time: times.showIf(step.at),
  url: step.ref && `/admin/xray?${new URLSearchParams(linkOf(step))}`,
})

/** A story bears the id of its first article: the link says which is meant. */
const linkOf = ({ step, ref }: Step) => ({
  q: ref ?? '',
  ...(step === 'story' && { kind: 'story' }),
})
