import { finished } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Refusal } from './refusal.ts'
import { field, param } from './route.ts'
import type { Web } from './server.ts'

/** What comes to us by itself, handed to whoever stores it. */
export type Intake = {
  /** What may be pushed, for the document of the API. */
  readonly pushed: z.ZodType
  push(articles: readonly unknown[]): Promise<PushAnswer>
  /** What may be reported of mails, for the document of the API. */
  readonly reported: z.ZodType
  report(reports: readonly unknown[]): Promise<ReportAnswer>
  /** What a hub that asks whether we mean it wants to hear; `null` where we did not ask (W3C WebSub §5.3). */
  verify(sourceId: string, key: string, intent: Intent): Promise<string | null>
  /** Whether a hub was asked to deliver there; known before it has. */
  expects(sourceId: string, key: string): Promise<'wanted' | Unwanted>
  /** What a hub delivers (W3C WebSub §7). */
  receive(sourceId: string, key: string, delivery: Delivery): Promise<Received>
}

type Intent = {
  readonly mode: string
  readonly topic: string
  readonly challenge: string
  readonly leaseSeconds: number
  readonly reason: string
}

type Delivery = {
  readonly signature: string | null
  readonly contentType: string | null
  readonly bytes: Uint8Array
}

type Unwanted = 'gone' | 'unknown'
type Received = 'taken' | 'ignored' | 'full' | Unwanted

type ReportAnswer =
  | { readonly kind: 'accepted'; readonly reports: readonly object[] }
  | { readonly kind: 'invalid'; readonly faults: readonly object[] }

type PushAnswer =
  | { readonly kind: 'accepted'; readonly articles: readonly object[] }
  | { readonly kind: 'invalid' | 'paused' | 'full'; readonly faults: readonly object[] }

/** As much as is read of a feed. */
export const DELIVERY_BYTES_MAX = 15 * 1_024 * 1_024

/**
 * Four of the largest; in deliveries of the usual size, where they tell it, a thousand. Those for one source are
 * one of the largest together, so that a hub which never ends keeps none but its own feed waiting.
 */
const READING_BYTES_MAX = 4 * DELIVERY_BYTES_MAX

/** When a hub may come again that met others. */
const BUSY_SECONDS = 60

/** A push holds fifty articles at most. */
export const PUSH_BYTES_MAX = 8 * 1_024 * 1_024

/** When a hub may come again that met a full disk. */
const RETRY_SECONDS = 3_600

/** A list of bounces holds five hundred at most. */
export const REPORTS_BYTES_MAX = 1_024 * 1_024

const REFUSED = {
  invalid: { status: 400, message: 'Some items are not as they should be; none was stored.' },
  full: { status: 507, message: 'There is no room for more; none was stored. Try again later.' },
  paused: { status: 409, message: 'Their source is not active; none was stored.' },
} as const

/** One item, or a list of them. */
const listOf = ({ body }: FastifyRequest): unknown[] => (Array.isArray(body) ? body : [body])

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { kind, faults }: { readonly kind: keyof typeof REFUSED; readonly faults: readonly object[] },
) {
  const { status, message } = REFUSED[kind]
  return reply
    .code(status)
    .send({ error: { status, code: kind, message, request: request.id, items: faults } })
}

/** Nothing but what we asked for is taken; whoever guesses learns no more than that. */
function refuseUnwanted(answer: Unwanted): never {
  throw new Refusal(answer === 'gone' ? 410 : 404, 'missing')
}

export function intakePages({ intake }: Pick<Web, 'intake'>) {
  /** Bytes of deliveries that are being read, by source. */
  const reading = new Map<string, number>()
  const count = (source: string, bytes: number) => {
    const left = (reading.get(source) ?? 0) + bytes
    if (left === 0) reading.delete(source)
    else reading.set(source, left)
  }
  const hasRoom = (source: string, bytes: number) =>
    (reading.get(source) ?? 0) + bytes <= DELIVERY_BYTES_MAX &&
    [...reading.values()].reduce((sum, one) => sum + one, bytes) <= READING_BYTES_MAX
  return {
    async push(request: FastifyRequest, reply: FastifyReply) {
      const answer = await intake.push(listOf(request))
      if (answer.kind === 'accepted') return reply.code(202).send({ articles: answer.articles })
      return refuse(request, reply, answer)
    },

    async report(request: FastifyRequest, reply: FastifyReply) {
      const answer = await intake.report(listOf(request))
      if (answer.kind === 'accepted') return reply.code(202).send({ reports: answer.reports })
      return refuse(request, reply, answer)
    },

    async verify(request: FastifyRequest, reply: FastifyReply) {
      const hub = (name: string) => field(request.query, `hub.${name}`)
      const answer = await intake.verify(param(request, 'source'), param(request, 'key'), {
        mode: hub('mode'),
        topic: hub('topic'),
        challenge: hub('challenge'),
        leaseSeconds: Number(hub('lease_seconds') || Number.NaN),
        reason: hub('reason'),
      })
      if (answer === null) throw new Refusal(404, 'missing')
      return reply.send(answer)
    },

    /** Nobody else's body takes memory, and a hub's only so much at once. */
    async admit(request: FastifyRequest, reply: FastifyReply) {
      const source = param(request, 'source')
      const answer = await intake.expects(source, param(request, 'key'))
      if (answer !== 'wanted') return refuseUnwanted(answer)
      const announced = Number(request.headers['content-length'] ?? DELIVERY_BYTES_MAX)
      const bytes = Math.min(announced, DELIVERY_BYTES_MAX)
      if (!hasRoom(source, bytes))
        return reply.code(503).header('retry-after', BUSY_SECONDS).send('')
      count(source, bytes)
      // Unlike its event `close`, this also tells of a hub that has gone by now.
      finished(reply.raw, () => count(source, -bytes))
    },

    /** Wrongly signed or not, the answer is the same: nobody learns whether a guess was right. */
    async receive(request: FastifyRequest, reply: FastifyReply) {
      const { 'x-hub-signature': signature, 'content-type': contentType } = request.headers
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const received = await intake.receive(param(request, 'source'), param(request, 'key'), {
        signature: typeof signature === 'string' ? signature : null,
        contentType: contentType ?? null,
        bytes,
      })
      if (received === 'gone' || received === 'unknown') return refuseUnwanted(received)
      if (received === 'full') return reply.code(503).header('retry-after', RETRY_SECONDS).send('')
      return reply.code(202).send('')
    },
  }
}
