import type { FastifyReply, FastifyRequest } from 'fastify'
import { readToken } from '../delivery/token.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import type { Web } from './server.ts'

/**
 * The link at the end of every mail. Looking at it changes nothing, since link scanners look at
 * every link; a POST ends the one subscription at once, also without cookie and form (RFC 8058).
 */
export function unsubscribePages(web: Web, secret: string) {
  const { subscribers } = web.deps.store
  const { say } = web.pages

  const idOf = (request: FastifyRequest): string => {
    const id = readToken(secret, 'unsubscribe', param(request, 'token'))
    if (id === null) throw new Refusal(400, 'token')
    return id
  }

  const left = (reply: FastifyReply, digest: string | undefined) =>
    reply.send(
      web.pages.print('web/notice', {
        title: say('leftTitle'),
        text: digest === undefined ? say('leftGone') : say('leftText', { digest }),
      }),
    )

  return {
    async ask(request: FastifyRequest, reply: FastifyReply) {
      const subscription = await subscribers.subscription(idOf(request))
      if (!subscription || subscription.state === 'unsubscribed')
        return left(reply, subscription?.digest)
      const { digest, email } = subscription
      return reply.send(
        web.pages.print('web/unsubscribe', {
          title: say('leaveTitle', { digest }),
          text: say('leaveText', { digest, address: masked(email) }),
        }),
      )
    },

    async end(request: FastifyRequest, reply: FastifyReply) {
      const id = idOf(request)
      const subscription = await subscribers.subscription(id)
      await subscribers.end(id)
      return left(reply, subscription?.digest)
    },
  }
}

/** A mail gets forwarded: its link must not tell the address to whoever follows it. */
function masked(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, 1)}***${email.slice(at)}`
}
