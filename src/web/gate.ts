import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Pages } from './pages.ts'
import { answerRefusal, wantsHtml } from './refusal.ts'
import type { Access } from './route.ts'
import type { Visitors } from './visitors.ts'

type Test = (visitors: Visitors, request: FastifyRequest) => boolean

/** Who is let in where, the cheaper question first. */
const ADMITS: Readonly<Record<Access, readonly Test[]>> = {
  public: [() => true],
  local: [(visitors, request) => visitors.isLocal(request), isAdmin],
  scrape: [(visitors, request) => visitors.isLocal(request), hasToken],
  token: [hasToken],
  admin: [isAdmin],
}

function isAdmin(visitors: Visitors, request: FastifyRequest): boolean {
  return visitors.isAdmin(request)
}

function hasToken(visitors: Visitors, request: FastifyRequest): boolean {
  return visitors.hasToken(request)
}

/** Lets in whom the route admits. A route that names nobody is for those who have signed in. */
export function guard(app: FastifyInstance, visitors: Visitors, pages: Pages): void {
  app.addHook('onRequest', async (request, reply) => {
    const named = request.is404 ? accessToUnknown(request) : request.routeOptions.config.access
    const access = named ?? 'admin'
    if (!ADMITS[access].some((admits) => admits(visitors, request)))
      return turnAway(access, visitors, pages, request, reply)
    if (access === 'admin' && isForeign(request))
      return answerRefusal(pages, request, reply.code(403), 'foreign')
  })
}

/** What lies behind the login, and what does not, is told to nobody outside it. */
const accessToUnknown = (request: FastifyRequest): Access =>
  /^\/admin(?:[/?]|$)/.test(request.url) ? 'admin' : 'public'

/** People are led to the login; scripts are told what is missing. */
function turnAway(
  access: Access,
  visitors: Visitors,
  pages: Pages,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const wait = visitors.waitSeconds(request)
  if (wait > 0) {
    reply.code(429).header('retry-after', wait)
    return answerRefusal(pages, request, reply, 'guesses')
  }
  const behindLogin = access === 'admin' || access === 'local'
  if (behindLogin && request.method === 'GET' && wantsHtml(request))
    return reply.redirect(`/admin/login?next=${encodeURIComponent(request.url)}`, 303)
  // A browser's own script that lost its session must not raise the browser's password window.
  if (request.headers['sec-fetch-mode'] === undefined)
    reply.header('www-authenticate', `${behindLogin ? 'Basic' : 'Bearer'} realm="Daily Dose"`)
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
