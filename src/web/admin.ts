import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressOf } from './guesses.ts'
import { HOME, safeNext } from './next.ts'
import { field } from './route.ts'
import type { Web } from './server.ts'

/** The way in and out. */
export function adminPages(web: Web) {
  const { visitors, pages, checkSignIn, provider } = web

  const form = (reply: FastifyReply, next: string, problem: string | null) =>
    reply.send(
      pages.print('web/login', {
        title: pages.say('signIn'),
        token: reply.generateCsrf(),
        next,
        problem,
        provider: provider && {
          label: pages.say('signInWith', { host: provider.host }),
          url: `/admin/oidc?next=${encodeURIComponent(next)}`,
        },
      }),
    )

  async function noteSignIn(request: FastifyRequest, accountId: string) {
    const { store, clock } = web.deps
    const name = (await store.accounts.get(accountId))?.name ?? accountId
    await store.audit.write(
      { name, address: addressOf(request) },
      'session start',
      name,
      {},
      clock.now(),
    )
  }

  return {
    async loginForm(request: FastifyRequest, reply: FastifyReply) {
      return form(reply, safeNext(field(request.query, 'next'), HOME), null)
    },

    async login(request: FastifyRequest, reply: FastifyReply) {
      const next = safeNext(field(request.body, 'next'), HOME)
      const answer = await checkSignIn(request, {
        name: field(request.body, 'user'),
        password: field(request.body, 'password'),
        code: field(request.body, 'code'),
      })
      if ('accountId' in answer) {
        await visitors.signIn(request, reply, answer.accountId)
        await noteSignIn(request, answer.accountId)
        return reply.redirect(next, 303)
      }
      const { waitSeconds } = answer
      if (waitSeconds === 0) return form(reply.code(401), next, pages.say('signInWrong'))
      reply.code(429).header('retry-after', waitSeconds)
      return form(reply, next, pages.say('guessesText'))
    },

    async logout(request: FastifyRequest, reply: FastifyReply) {
      await visitors.signOut(request, reply)
      return reply.redirect('/', 303)
    },
  }
}
