import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Actor, UserRole } from '../model.ts'
import type { Policy } from './policy.ts'
import { Refusal } from './refusal.ts'

/**
 * Who may ask.
 * public   anybody
 * local    whoever sits at this machine, or has signed in as an operator
 * scrape   this machine, or whoever brings a token that may read figures
 * a role   whoever has signed in with it or a higher one; `admin` where a route says nothing
 */
export type Access = 'public' | 'local' | 'scrape' | UserRole

/** One URL: who may ask, what it answers, and how. The API's document is made of these too. */
export type Route = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly access: Access
  /** For scripts: asked with a token (RFC 6750) and never with a browser's session. */
  readonly bearer?: boolean
  /** What a token that is for some nouns must be for. */
  readonly noun?: string
  readonly summary: string
  /** Media type of the answer. */
  readonly type: string
  /** What the page may load; `page` where absent. */
  readonly policy?: Policy
  /** Most requests of one address in a minute. */
  readonly perMinute?: number
  /** Must come from a form of ours. */
  readonly csrf?: boolean
  /** What it takes, for the API's document. */
  readonly takes?: z.ZodType
  /** Most bytes of a body; that of a form where absent. */
  readonly bytes?: number
  /** Takes a body in any form, as bytes. */
  readonly rawBody?: boolean
  /** Takes a body in any form, and leaves it unread. */
  readonly anyBody?: boolean
  /** `false`: an answer of the moment, which nobody may keep. */
  readonly keep?: boolean
  /** Comes before the body is read, which stays unread where it throws or answers. */
  admit?(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
  handle(request: FastifyRequest, reply: FastifyReply): unknown
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    bearer?: boolean
    noun?: string
    policy?: Policy
    keep?: boolean
  }
  interface FastifyRequest {
    /** Who asks; `null` where anybody may, and at this machine where that is enough. */
    actor: Actor | null
  }
}

export function addRoute(app: FastifyInstance, route: Route): void {
  const {
    method,
    url,
    access,
    bearer = false,
    noun,
    policy = 'page',
    keep = true,
    perMinute,
    csrf,
    anyBody,
    rawBody,
    bytes,
  } = route
  const type = route.type.startsWith('text/') ? `${route.type}; charset=utf-8` : route.type
  app.register(async (scope) => {
    if (anyBody || rawBody) {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
        done(null, rawBody ? body : undefined),
      )
    }
    scope.route({
      method,
      url,
      ...(bytes && { bodyLimit: bytes }),
      config: {
        access,
        bearer,
        policy,
        keep,
        ...(noun && { noun }),
        ...(perMinute && { rateLimit: { max: perMinute, timeWindow: '1 minute' } }),
      },
      ...(route.admit && {
        async preParsing(request, reply, body) {
          await route.admit?.(request, reply)
          return body
        },
      }),
      ...(csrf && { preHandler: scope.csrfProtection }),
      handler: (request, reply) => {
        reply.type(type)
        return route.handle(request, reply)
      },
    })
  })
}

/** Who asks for what takes a role. */
export function actorOf({ actor, routeOptions }: FastifyRequest): Actor {
  if (actor === null) throw new Error(`${routeOptions.url} admits anybody`)
  return actor
}

/**
 * A value of the path; routes declare which there are.
 *
 * @throws {Refusal} for a NUL, which no row and no token has: 404, or 400 where a token stands.
 */
export function param(request: FastifyRequest, name: string): string {
  const value = (request.params as Readonly<Record<string, string>>)[name] ?? ''
  if (!value.includes('\0')) return value
  throw name === 'token' ? new Refusal(400, 'token') : new Refusal(404, 'missing')
}

/** A value of the query or of a form; text only, never a list. */
export function field(values: unknown, name: string): string {
  const value = (values as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  return typeof value === 'string' ? value : ''
}

/** The values of a form's field that may come several times, the first `most` of them. */
export function fields(values: unknown, name: string, most: number): string[] {
  const value = (values as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  const all = Array.isArray(value) ? value.slice(0, most) : [value]
  return all.filter((one) => typeof one === 'string')
}
