import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Web } from './server.ts'

/** What comes to us by itself, handed to whoever stores it. */
export type Intake = {
  /** What may be pushed, for the document of the API. */
  readonly pushed: z.ZodType
  push(articles: readonly unknown[]): Promise<PushAnswer>
}

type PushAnswer =
  | { readonly kind: 'accepted'; readonly articles: readonly object[] }
  | { readonly kind: 'invalid' | 'paused'; readonly faults: readonly object[] }

/** A push holds fifty articles at most. */
export const PUSH_BYTES_MAX = 8 * 1_024 * 1_024

const REFUSED = {
  invalid: { status: 400, message: 'Some articles are not as they should be; none was stored.' },
  paused: { status: 409, message: 'Their source is not active; none was stored.' },
} as const

export function intakePages({ intake }: Pick<Web, 'intake'>) {
  return {
    async push(request: FastifyRequest, reply: FastifyReply) {
      const given = Array.isArray(request.body) ? request.body : [request.body]
      const answer = await intake.push(given)
      if (answer.kind === 'accepted') return reply.code(202).send({ articles: answer.articles })
      const { status, message } = REFUSED[answer.kind]
      const { kind: code, faults: items } = answer
      return reply
        .code(status)
        .send({ error: { status, code, message, request: request.id, items } })
    },
  }
}
