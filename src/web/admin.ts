import type { FastifyReply, FastifyRequest } from 'fastify'
import { pipeline } from '../workers/pipeline.ts'
import { safeNext } from './next.ts'
import { BARE_SITE } from './pages.ts'
import { field } from './route.ts'
import type { Web } from './server.ts'
import { operatorLinks } from './site.ts'

const HOME = '/admin'

/** The way in and out, and the stages at a glance. */
export function adminPages(web: Web) {
  const { visitors, pages } = web

  const form = (reply: FastifyReply, next: string, problem: string | null) =>
    reply.send(
      pages.print('web/login', {
        title: pages.say('signIn'),
        token: reply.generateCsrf(),
        next,
        problem,
      }),
    )

  return {
    async loginForm(request: FastifyRequest, reply: FastifyReply) {
      return form(reply, safeNext(field(request.query, 'next'), HOME), null)
    },

    async login(request: FastifyRequest, reply: FastifyReply) {
      const next = safeNext(field(request.body, 'next'), HOME)
      const wait = visitors.waitSeconds(request)
      if (wait > 0)
        return form(reply.code(429).header('retry-after', wait), next, pages.say('guessesText'))
      if (!visitors.knows(request, field(request.body, 'user'), field(request.body, 'password')))
        return form(reply.code(401), next, pages.say('signInWrong'))
      visitors.signIn(reply)
      return reply.redirect(next, 303)
    },

    async logout(_request: FastifyRequest, reply: FastifyReply) {
      visitors.signOut(reply)
      return reply.redirect('/', 303)
    },

    /** Every stage with what waits at it: the table derives from the pipeline. */
    async stages(_request: FastifyRequest, reply: FastifyReply) {
      const rows = await Promise.all(
        pipeline.map(async ({ name, does }) => ({
          name,
          does,
          ...(await web.deps.queues.counts(name)),
        })),
      )
      return reply.send(
        pages.print('web/stages', {
          title: pages.say('stages'),
          site: { ...BARE_SITE, nav: [...BARE_SITE.nav, ...operatorLinks(web)] },
          rows,
          token: reply.generateCsrf(),
        }),
      )
    },
  }
}
