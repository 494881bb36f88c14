import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Card } from '../../model.ts'
import type { EditionHead } from '../../store/archive.ts'
import type { StoryLine } from '../../store/stories.ts'
import { field } from '../route.ts'
import { answerOf, answerSoon } from './answer.ts'
import type { List } from './list.ts'
import { type Frame, lookPage, type Room } from './room.ts'
import { storyView } from './story.ts'

/** Editions whose order can be chosen. */
const EDITIONS = 60

/** What there is to tell, and why it stands where it stands. */
export const stories: Room = {
  url: '/admin/stories',
  label: 'Stories',
  key: 'n', // news
  pages: (frame) => [
    lookPage(
      '/admin/stories',
      'Stories, the newest first, or as an edition ranks them',
      (request, reply) => showStories(frame, request, reply),
    ),
    lookPage(
      '/admin/stories/:id',
      'A story, and why it stands where it stands',
      async (request, reply) =>
        frame.page(request, reply, 'dashboard/story', await storyView(frame, request, reply)),
    ),
  ],
}

async function showStories(frame: Frame, request: FastifyRequest, reply: FastifyReply) {
  const { store } = frame.web.deps
  const editions = await store.archive.heads(EDITIONS)
  const digests = await store.digests.list()
  const asked = field(request.query, 'order')
  const order = [
    ...digests.map(({ id, name }) => ({ value: `next-${id}`, label: `next ${name}` })),
    ...editions.map((head) => ({ value: head.id, label: named(head) })),
  ]
  const chosen = order.find(({ value }) => value === asked)
  const filter = { name: 'order', label: 'Ranked in', options: order }
  const view = {
    title: 'Stories',
    lead: chosen ? `As ranked in ${chosen.label}` : 'The newest first',
  }
  if (!chosen) return frame.list(request, reply, newestList(frame, filter), view)
  const isNext = asked.startsWith('next-')
  const digestOf = (key: string) => digests.find(({ id }) => `next-${id}` === key)?.name ?? ''
  const { rows, fault } = isNext
    ? await rankedNext(frame, request, reply, digestOf(asked))
    : { rows: (await store.editions.get(asked))?.pool ?? [], fault: null }
  const where = isNext ? `digest=${asked.slice('next-'.length)}` : `edition=${asked}`
  return frame.list(request, reply, rankedList(rows.map(toRanked), filter, where, fault), view)
}

const named = ({ digestName, date, state }: EditionHead): string =>
  `${digestName}, ${date} (${state})`

type Ranked = {
  readonly storyId: string
  readonly rank: number
  readonly headline: string
  readonly topic: string
  readonly score: number
  readonly sources: number
}

type PreviewLine = Omit<Ranked, 'rank'> & { readonly rank: number }

/** A page may say that it is being made; a file waits for all of it. */
async function rankedNext(
  frame: Frame,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
) {
  const isFile = field(request.query, 'format') !== ''
  const { rows, fault } = isFile
    ? await answerOf(frame, request, 'edition preview', { name })
    : await answerSoon(frame, request, reply, 'edition preview', { name })
  return { rows: rows.slice(1) as unknown as readonly PreviewLine[], fault }
}

function toRanked(row: PreviewLine | Card): Ranked {
  const { storyId, rank, headline, topic, score } = row
  return {
    storyId,
    rank,
    headline,
    topic,
    score,
    sources: 'sources' in row ? row.sources : row.sourceCount,
  }
}

type OrderFilter = NonNullable<List<Ranked>['filters']>[number]

function rankedList(
  rows: readonly Ranked[],
  filter: OrderFilter,
  where: string,
  fault: string | null,
): List<Ranked> {
  return {
    name: 'stories',
    search: 'words of a headline, or a topic',
    filters: [filter],
    empty: fault ?? 'It has no story.',
    columns: [
      { key: 'rank', label: 'Rank', value: ({ rank }) => rank, numeric: true },
      {
        key: 'headline',
        label: 'Story',
        value: ({ headline }) => headline,
        show: ({ headline, storyId, topic }) => ({
          ...{ text: headline, note: topic },
          url: `/admin/stories/${encodeURIComponent(storyId)}?${where}`,
        }),
      },
      { key: 'sources', label: 'Sources', value: ({ sources }) => sources, numeric: true },
      {
        key: 'score',
        label: 'Score',
        value: ({ score }) => score,
        show: ({ score }) => ({ text: score.toFixed(2) }),
        numeric: true,
      },
    ],
    keyOf: ({ rank }) => String(rank),
    rows: async ({ search, after, limit }) => {
      const words = search.toLowerCase()
      return rows
        .filter(({ rank }) => rank > Number(after ?? 0))
        .filter(({ headline, topic }) => `${headline} ${topic}`.toLowerCase().includes(words))
        .slice(0, limit)
    },
  }
}

function newestList({ web }: Frame, filter: OrderFilter): List<StoryLine> {
  return {
    name: 'stories',
    search: 'words of a headline, among the newest 5,000',
    filters: [filter],
    empty: 'No story yet. Add sources; articles are put into stories within a minute.',
    columns: [
      {
        key: 'headline',
        label: 'Story',
        value: ({ headline }) => headline,
        show: ({ headline, id, topics }) => ({
          text: headline || '(not summarised yet)',
          url: `/admin/stories/${encodeURIComponent(id)}`,
          note: topics.join(', ') || null,
        }),
      },
      { key: 'articles', label: 'Articles', value: ({ articles }) => articles, numeric: true },
      {
        key: 'first',
        label: 'First seen',
        value: ({ firstSeenAt }) => firstSeenAt,
        show: ({ firstSeenAt }, times) => ({ time: times.show(firstSeenAt) }),
      },
      {
        key: 'last',
        label: 'Last seen',
        value: ({ lastSeenAt }) => lastSeenAt,
        show: ({ lastSeenAt }, times) => ({ time: times.show(lastSeenAt) }),
      },
    ],
    keyOf: ({ id }) => id,
    rows: ({ search, after, limit }) => web.deps.store.stories.lines({ search, after, limit }),
  }
}
