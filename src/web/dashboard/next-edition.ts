import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Blocker } from '../../edition/blockers.ts'
import type { ClientFinding } from '../../edition/check-clients.ts'
import type { LinkCheck } from '../../edition/check-links.ts'
import { SUPPORT_DATE } from '../../edition/client-support.ts'
import { lookAt } from '../../edition/mail-look.ts'
import { isPlaced } from '../../edition/places.ts'
import type { Digest, Part } from '../../model.ts'
import { Refusal } from '../refusal.ts'
import { field, param, type Route } from '../route.ts'
import type { Actions } from './action.ts'
import { answerOf, answerSoon } from './answer.ts'
import { type Frame, lookPage } from './room.ts'

/** Mails kept for the frames of a page that was just made. */
const KEPT_MAILS = 12
const KB = 1_024
/** Gmail shows no more of a mail's HTML. */
const CLIPPED_KB = 102

const TONES = { stops: 'bad', waits: 'warn', note: 'soft' } as const
const KINDS = { came: 'good', went: 'bad', moved: 'soft', retold: 'warn' } as const

type Head = {
  readonly editionId: string
  readonly date: string
  readonly state: string
  readonly at: string
  readonly to: string
  readonly hash: string | null
  readonly subject: string
  readonly preheader: string
  readonly counters: {
    readonly articles: number
    readonly sources: number
    readonly stories: number
  }
  readonly size: number
  readonly blockers: readonly Blocker[]
  readonly bytes: number
  readonly links: LinkCheck
  readonly clients: readonly ClientFinding[]
  readonly html: string
  readonly text: string
}
type Line = {
  readonly storyId: string
  readonly headline: string
  readonly topic: string
  readonly score: number
  readonly sources: number
  readonly parts: readonly Part[]
}

export const nextUrl = (digestId: string): string => `/admin/editions/next/${digestId}`

/** Tomorrow's edition now: what will be sent, what is in its way, and what can be done about it. */
export function nextEditionPages(frame: Frame): readonly Route[] {
  const mails = new Map<string, string>()
  const keep = (hash: string, html: string) => {
    mails.delete(hash)
    mails.set(hash, html)
    for (const key of [...mails.keys()].slice(0, -KEPT_MAILS)) mails.delete(key)
  }
  return [
    lookPage(
      '/admin/editions/next/:id',
      'The next edition as it stands',
      async (request, reply) => {
        const digest = await digestOf(frame, request)
        const topics = field(request.query, 'topics')
        const asked = { name: digest.name, full: true, ...(topics && { topics }) }
        const { rows, fault } = await answerSoon(frame, request, reply, 'edition preview', asked)
        const [head, ...lines] = rows as unknown as [Head | undefined, ...Line[]]
        const title = `The next ${digest.name}`
        const choice = frame.web.deps.taxonomy.topics.map(({ name }) => {
          return { name, chosen: name === topics }
        })
        if (!head)
          return frame.page(request, reply, 'dashboard/next-edition', { title, fault, choice })
        const key = `${head.hash}${topics}`
        keep(key, head.html)
        const view = viewOf(frame, request, digest, head, lines)
        const mailAs = (how: Readonly<Record<string, string>>) =>
          `${nextUrl(digest.id)}/mail?${new URLSearchParams({ key, topics, ...how })}`
        const mail = {
          plain: mailAs({}),
          dark: mailAs({ dark: 'yes' }),
          bare: mailAs({ images: 'off' }),
        }
        const shown = { title, choice, mail, ...view }
        return frame.page(request, reply, 'dashboard/next-edition', shown)
      },
    ),
    lookPage(
      '/admin/editions/next/:id/changes',
      'How the next edition differs from before',
      async (request, reply) => {
        const digest = await digestOf(frame, request)
        const title = `What changed in the next ${digest.name}`
        const [hour, day] = await Promise.all([
          changesOf(frame, request, reply, { name: digest.name, hours: 1 }),
          changesOf(frame, request, reply, { name: digest.name, yesterday: true }),
        ])
        const back = nextUrl(digest.id)
        return frame.page(request, reply, 'dashboard/changes', { title, hour, day, back })
      },
    ),
    {
      ...lookPage('/admin/editions/next/:id/mail', 'The mail of the next edition', mailOf),
      policy: 'mail',
      keep: false,
    },
  ]

  async function mailOf(request: FastifyRequest, reply: FastifyReply) {
    const html = mails.get(field(request.query, 'key')) ?? (await freshMail(request))
    const [dark, images] = [field(request.query, 'dark'), field(request.query, 'images')]
    return reply
      .type('text/html; charset=utf-8')
      .send(lookAt(html, { dark: dark === 'yes', images: images !== 'off' }))
  }

  /** Another process made the page, or it is an old one. */
  async function freshMail(request: FastifyRequest): Promise<string> {
    const { name } = await digestOf(frame, request)
    const topics = field(request.query, 'topics')
    const asked = { name, html: true, ...(topics && { topics }) }
    const { rows } = await answerOf(frame, request, 'edition preview', asked)
    return String(rows[0]?.html ?? '')
  }
}

async function digestOf(frame: Frame, request: FastifyRequest): Promise<Digest> {
  const digest = await frame.web.deps.store.digests.find(param(request, 'id'))
  if (!digest) throw new Refusal(404, 'missing')
  return digest
}

function viewOf(
  frame: Frame,
  request: FastifyRequest,
  digest: Digest,
  head: Head,
  lines: readonly Line[],
) {
  const { editionId, hash, to, state, bytes, counters } = head
  const times = frame.times(request)
  const actions = frame.actions(request)
  const isWaiting = state === 'waiting'
  const kilobytes = Math.round(bytes / KB)
  return {
    head,
    fires: times.show(head.at),
    asOf: times.show(to),
    isWaiting,
    kilobytes,
    clipped: kilobytes > CLIPPED_KB,
    came: `${counters.articles} articles of ${counters.sources} sources, ${counters.stories} stories`,
    blockers: head.blockers.map((one) => ({ ...one, tone: TONES[one.weight] })),
    faults: head.links.faults,
    testedAt: SUPPORT_DATE,
    missed: head.clients.filter(({ harmless }) => harmless === null),
    harmless: head.clients.filter(({ harmless }) => harmless !== null),
    changesUrl: `${nextUrl(digest.id)}/changes`,
    approve:
      isWaiting &&
      actions.button('edition approve', 'Approve', { id: editionId, hash: hash ?? '' }),
    decline: isWaiting && actions.button('edition decline', 'Decline', { id: editionId }),
    freeze:
      !isWaiting &&
      hash &&
      lines.length > 0 &&
      actions.button('edition freeze', 'Freeze what I see', { name: digest.name, hash, to }),
    reset: actions.button('edition reset', 'Take all wishes back', { digest: digest.name }),
    size: actions.may('edition size') && { digest: digest.name, stories: head.size },
    stories: lines.map((line, i) => ({
      ...line,
      place: i + 1,
      score: line.score.toFixed(2),
      url: `/admin/stories/${encodeURIComponent(line.storyId)}?digest=${digest.id}`,
      ...buttonsOf(actions, digest, line, i + 1),
    })),
  }
}

function buttonsOf(actions: Actions, { name }: Digest, line: Line, place: number) {
  const { storyId: story, headline } = line
  const placed = isPlaced(line)
  const put = (at: string, label: string) =>
    actions.button('edition place', label, { digest: name, story, at }, headline)
  const buttons = [
    place > 1 && put('1', 'First'),
    place > 2 && put(String(place - 1), 'Up'),
    put(String(place + 1), 'Down'),
    placed && put('none', 'Let go'),
    actions.button('edition leave-out', 'Leave out', { digest: name, story }, headline),
  ]
  return { isPlaced: placed, buttons: buttons.filter(Boolean) }
}

async function changesOf(
  frame: Frame,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: object,
) {
  const { rows, fault } = await answerSoon(frame, request, reply, 'edition diff', asked)
  return {
    fault,
    rows: rows.map((row) => ({ ...row, tone: KINDS[row.kind as keyof typeof KINDS] })),
  }
}
