import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasRole, isFor, type UserRole } from '../model.ts'
import type { Pages } from './pages.ts'
import { answerRefusal, wantsHtml } from './refusal.ts'
import type { Access } from './route.ts'
import type { Visitors } from './visitors.ts'

/** What a word of a route asks of whom. */
type Door = {
  /** The least role; `null` where anybody may come. */
  readonly role: UserRole | null
  /** Whoever sits at this machine needs no role. */
  readonly local: boolean
  /** Asked with a token. */
  readonly bearer: boolean
  /** What a token that is for some nouns must be for; absent where the command behind it looks. */
  readonly noun?: string | undefined
}

function doorOf(request: FastifyRequest): Door {
  const {
    access = 'admin',
    bearer = false,
    noun,
  } = request.is404 ? { access: accessToUnknown(request) } : request.routeOptions.config
  switch (access) {
    case 'public':
      return { role: null, local: false, bearer: false }
    case 'local':
      return { role: 'operator', local: true, bearer: false } // mails hold links that are keys
    case 'scrape':
      return { role: 'viewer', local: true, bearer: true, noun }
    default:
      return { role: access, local: false, bearer, noun }
  }
}

/** What lies behind the login, and what does not, is told to nobody outside it. */
const accessToUnknown = (request: FastifyRequest): Access =>
  /^\/admin(?:[/?]|$)/.test(request.url) ? 'viewer' : 'public'

/** Lets in whom the route admits, and notes who it is. A route that names nobody is for admins. */
export function guard(app: FastifyInstance, visitors: Visitors, pages: Pages): void {
  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request, reply) => {
    const door = doorOf(request)
    if (door.role === null || (door.local && visitors.isLocal(request))) return
    request.actor = await (door.bearer ? visitors.byToken(request) : visitors.bySession(request))
    if (request.actor === null) return turnAway(door, visitors, pages, request, reply)
    if (!hasRole(request.actor, door.role))
      return answerRefusal(pages, request, reply.code(403), 'role')
    if (door.noun !== undefined && !isFor(request.actor, door.noun))
      return answerRefusal(pages, request, reply.code(403), 'role')
    if (!door.bearer && isForeign(request))
      return answerRefusal(pages, request, reply.code(403), 'foreign')
  })
}

/** People are led to the login; scripts are told what is missing. */
async function turnAway(
  { bearer }: Door,
  visitors: Visitors,
  pages: Pages,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const wait = await visitors.guesses.waitSeconds(request)
  if (wait > 0) {
    reply.code(429).header('retry-after', wait)
    return answerRefusal(pages, request, reply, 'guesses')
  }
  if (!bearer && request.method === 'GET' && wantsHtml(request))
    return reply.redirect(`/admin/login?next=${encodeURIComponent(request.url)}`, 303)
  // A browser's own script that lost its session must not raise the browser's password window.
  if (request.headers['sec-fetch-mode'] === undefined)
    reply.header('www-authenticate', `${bearer ? 'Bearer' : 'Basic'} realm="Daily Dose"`)
  return answerRefusal(pages, request, reply.code(401), 'unknown')
}

/**
 * A change asked for by another site's page. The session cookie would not come along (SameSite),
 * but a password the browser remembers for HTTP Basic would (Fetch Metadata, W3C; RFC 6454).
 */
function isForeign(request: FastifyRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin, host } = request.headers
  return origin !== undefined && URL.parse(origin)?.host !== host
}
