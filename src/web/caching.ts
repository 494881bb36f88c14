import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Public pages may be kept a minute by anybody, then are asked about by their tag. */
const SHARED = 'public, max-age=60'
/** The same page for this machine, where it holds more links, must not get to others. */
const OWN = 'private, no-cache'

/**
 * Says how long an answer may be kept, and answers 304 to who has it already (RFC 9110, 13.1.2).
 * Whatever is not public is kept by nobody.
 */
export function allowCaching(
  app: FastifyInstance,
  isLocal: (request: FastifyRequest) => boolean,
): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.hasHeader('cache-control')) return payload
    const { access, keep = true } = request.routeOptions.config
    const shared = access === 'public' && keep && request.method !== 'POST'
    if (!shared || reply.statusCode !== 200 || typeof payload !== 'string') {
      reply.header('cache-control', 'no-store')
      return payload
    }
    const tag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`
    reply.header('cache-control', isLocal(request) ? OWN : SHARED).header('etag', tag)
    if (!matches(request.headers['if-none-match'], tag)) return payload
    reply.code(304).removeHeader('content-type').removeHeader('content-length')
    return ''
  })
}

/** Compares weakly: proxies that compress mark the tag with `W/`. */
function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((part) => {
    const given = part.trim()
    return given === '*' || given.replace(/^W\//, '') === tag
  })
}
