import type { FastifyReply, FastifyRequest } from 'fastify'
import { maskAddress } from '../delivery/letter.ts'
import { readToken } from '../delivery/token.ts'
import type { ReaderDesk } from './readers.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import type { Web } from './server.ts'

/**
 * The link at the end of every mail. Looking at it changes nothing, since link scanners look at
 * every link; a POST ends the one subscription at once, also without cookie and form (RFC 8058).
 */
export function unsubscribePages(web: Web, desk: ReaderDesk, secret: string) {
  const { subscribers } = web.deps.store

  const idOf = (request: FastifyRequest): string => {
    const id = readToken(secret, 'unsubscribe', param(request, 'token'))
    if (id === null) throw new Refusal(400, 'token')
    return id
  }

  type Subscription = Awaited<ReturnType<typeof subscribers.subscription>>

  const left = async (request: FastifyRequest, reply: FastifyReply, subscription: Subscription) => {
    const speech = subscription ? await desk.speakOf(request, subscription) : desk.speak(request)
    const { say } = speech
    const text = subscription ? say('leftText', { digest: subscription.digest }) : say('leftGone')
    return desk.notice(reply, speech, { title: say('leftTitle'), text })
  }

  return {
    async ask(request: FastifyRequest, reply: FastifyReply) {
      const subscription = await subscribers.subscription(idOf(request))
      if (!subscription || subscription.state === 'unsubscribed')
        return left(request, reply, subscription)
      const { digest, email } = subscription
      const speech = await desk.speakOf(request, subscription)
      const { say } = speech
      return reply.send(
        speech.print('web/unsubscribe', {
          title: say('leaveTitle', { digest }),
          text: say('leaveText', { digest, address: maskAddress(email) }),
        }),
      )
    },

    async end(request: FastifyRequest, reply: FastifyReply) {
      const id = idOf(request)
      const subscription = await subscribers.subscription(id)
      await subscribers.end(id)
      return left(request, reply, subscription)
    },
  }
}
