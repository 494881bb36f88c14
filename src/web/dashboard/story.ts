import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Part } from '../../model.ts'
import { Refusal } from '../refusal.ts'
import { field, param } from '../route.ts'
import { storyNow } from '../served.ts'
import type { Actions } from './action.ts'
import { answerOf, answerSoon } from './answer.ts'
import { partBars, placesInTime } from './charts.ts'
import type { Frame } from './room.ts'

type Article = {
  readonly id: string
  readonly provider: string
  readonly title: string
  readonly url: string
  readonly publishedAt: string
  readonly quality: number | null
  /** The article it repeats. */
  readonly duplicateOf: string | null
}
type Why = {
  readonly among: string
  readonly place: number
  readonly of: number
  readonly score: number
  readonly printed: number | null
  readonly parts: readonly Part[]
  readonly costs: readonly Part[]
  readonly value: number
  readonly rival: {
    readonly id: string
    readonly place: number
    readonly headline: string
    readonly gap: number
    readonly differences: readonly Part[]
  } | null
  readonly short: { readonly places: number; readonly by: number } | null
  readonly without: readonly {
    readonly name: string
    readonly place: number
    readonly printed: number | null
  }[]
  readonly members: readonly { readonly id: string; readonly role: string }[]
}

/** Parts that make most of the difference to the closest rival. */
const DIFFERENCES = 4

/** One story: what it is made of, why it stands where it stands, and what can be decided about it. */
export async function storyView(frame: Frame, request: FastifyRequest, reply: FastifyReply) {
  const id = param(request, 'id')
  const { rows } = await answerOf(frame, request, 'story show', { id })
  const [shown] = rows as unknown as [
    { id: string; headline: string; topics: string[]; articles: Article[] } | undefined,
  ]
  if (!shown) throw new Refusal(404, 'missing')
  const why = await whyOf(frame, request, reply, shown.id)
  const { page } = await storyNow(shown.id, frame.web.deps)
  const actions = frame.actions(request)
  return {
    title: shown.headline || 'A story without a headline yet',
    id: shown.id,
    moved: shown.id === id ? null : id,
    topics: shown.topics.join(', '),
    publicUrl: page ? `/stories/${encodeURIComponent(shown.id)}` : null,
    ...why,
    ...articlesOf(frame, request, shown, why.roles),
    disagreements: (page?.card.disagreements ?? []).map(({ unit, sides }) => ({
      unit,
      sides: sides.map(({ says, sentence }) => ({
        says,
        text: sentence.text,
        by: page?.card.citations.find(({ n }) => n === sentence.cites)?.provider.name ?? '',
      })),
    })),
    mute: actions.button('story mute', 'Mute in every digest', { story: shown.id }, shown.headline),
    mayMerge: actions.may('story merge'),
    mayPin: actions.may('story pin'),
    decisions: await decisionsOf(frame, request, shown.id, actions),
  }
}

/**
 * As an edition has it, or the next one of a digest; if not told which, in the last one that holds it. To rank a
 * whole day takes seconds where thousands of articles came in, and is done when it is asked for.
 */
async function whyOf(frame: Frame, request: FastifyRequest, reply: FastifyReply, id: string) {
  const digest = field(request.query, 'digest')
  const isDay = field(request.query, 'day') === 'yes'
  const newest = async () => (await frame.web.deps.store.ways.holdings([id], null, 1))[0]?.editionId
  const named = field(request.query, 'edition')
  const edition = named || (digest || isDay ? '' : ((await newest()) ?? ''))
  if (!edition && !digest && !isDay)
    return {
      fault: null,
      why: null,
      among: await ranksOf(frame, id),
      roles: new Map<string, string>(),
    }
  const asked = { id, ...(edition && { edition }), ...(digest && { digest }) }
  const { rows, fault } = await answerSoon(frame, request, reply, 'story why', asked)
  const [why] = rows as unknown as [Why | undefined]
  if (!why) return { fault, why: null, roles: new Map<string, string>() }
  const points = (value: number) => value.toFixed(2)
  return {
    fault: null,
    roles: new Map(why.members.map((member) => [member.id, member.role])),
    why: {
      ...why,
      score: points(why.score),
      value: points(why.value),
      bars: partBars(why.parts),
      costs: why.costs.map((cost) => ({ ...cost, value: points(cost.value) })),
      short: why.short && { ...why.short, by: points(why.short.by) },
      rival: why.rival && {
        ...why.rival,
        gap: points(why.rival.gap),
        url: `/admin/stories/${encodeURIComponent(why.rival.id)}?${new URLSearchParams({ edition, digest, ...(isDay && { day: 'yes' }) })}`,
        differences: why.rival.differences
          .slice(0, DIFFERENCES)
          .map((part) => ({ ...part, value: points(part.value) })),
      },
    },
  }
}

/** Where its place can be asked for. */
async function ranksOf({ web }: Frame, id: string) {
  const digests = await web.deps.store.digests.list()
  const at = (query: Readonly<Record<string, string>>) =>
    `/admin/stories/${encodeURIComponent(id)}?${new URLSearchParams(query)}`
  return [
    ...digests.map((digest) => ({
      label: `the next ${digest.name}`,
      url: at({ digest: digest.id }),
    })),
    { label: 'all stories of its last day', url: at({ day: 'yes' }) },
  ]
}

/** By time; each with where it stands on a line from the first to the last. */
function articlesOf(
  frame: Frame,
  request: FastifyRequest,
  story: { readonly id: string; readonly articles: readonly Article[] },
  roles: ReadonlyMap<string, string>,
) {
  const actions = frame.actions(request)
  const times = frame.times(request)
  const ordered = story.articles.toSorted((a, b) => (a.publishedAt < b.publishedAt ? -1 : 1))
  const places = placesInTime(ordered.map(({ publishedAt }) => publishedAt))
  const role = ({ id, duplicateOf }: Article) =>
    roles.get(id) ?? (duplicateOf === null ? 'own' : 'copy')
  const copies = ordered.filter((one) => role(one) === 'copy').length
  return {
    coverage: `Articles: ${ordered.length}; in own words ${ordered.length - copies}, copies ${copies}`,
    articles: ordered.map((article, i) => ({
      ...article,
      role: role(article),
      isCopy: role(article) === 'copy',
      x: places[i],
      time: times.show(article.publishedAt),
      xrayUrl: `/admin/xray?q=${encodeURIComponent(article.id)}`,
      headline: actions.button(
        'story headline',
        'Headline',
        { story: story.id, article: article.id },
        article.title,
      ),
      split:
        ordered.length > 1 &&
        actions.button(
          'story split',
          'Take out',
          { story: story.id, articles: article.id },
          article.title,
        ),
    })),
  }
}

/** Decisions that name this story, with the way back. */
async function decisionsOf(frame: Frame, request: FastifyRequest, id: string, actions: Actions) {
  const { rows } = await answerOf(frame, request, 'story decisions', { limit: 500 })
  const times = frame.times(request)
  return rows
    .filter(({ kind, stories }) => kind !== 'undo' && (stories as string[]).includes(id))
    .map((row) => ({
      kind: row.kind,
      state: row.state,
      time: times.show(String(row.at)),
      undo:
        row.state === 'holds' &&
        actions.button('story undo', 'Undo', { decision: String(row.id) }, String(row.kind)),
    }))
}
