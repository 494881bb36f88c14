import type { FastifyReply, FastifyRequest } from 'fastify'
import { maskAddress } from '../delivery/letter.ts'
import { readToken, signToken } from '../delivery/token.ts'
import { type Chosen, readChoices, viewChoices } from './choices.ts'
import type { Speech } from './pages.ts'
import type { ReaderDesk } from './readers.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import type { Web } from './server.ts'

/**
 * How one digest comes to its reader. The link is in every mail, and mails get forwarded: the page
 * masks the address, and changes nothing that could not be changed back; what could not goes by a
 * letter to the owner (docs/decisions/0045).
 */
export function preferencePages(web: Web, desk: ReaderDesk, secret: string) {
  const { store, clock } = web.deps

  const subscriptionOf = async (request: FastifyRequest) => {
    const id = readToken(secret, 'preferences', param(request, 'token'))
    const subscription = id === null ? undefined : await store.subscribers.subscription(id)
    if (!subscription) throw new Refusal(400, 'token')
    const digest = await store.digests.find(subscription.digestId)
    const topics = digest?.topics.length ? digest.topics : namesOf(web)
    const timeZone = subscription.timeZone ?? digest?.timeZone ?? 'UTC'
    const offered = [...new Set([...topics, ...subscription.topics])]
    return { ...subscription, timeZone, offered, of: digest }
  }
  type Subscription = Awaited<ReturnType<typeof subscriptionOf>>

  const printPage = (
    speech: Speech,
    subscription: Subscription,
    chosen: Chosen,
    told: { readonly saved?: string; readonly problem?: string } = {},
  ) => {
    const { id, digest, offered } = subscription
    const address = maskAddress(subscription.email)
    const { say } = speech
    return speech.print('web/preferences', {
      ...viewChoices(chosen, offered, speech, clock.now()),
      ...told,
      title: say('preferencesTitle', { digest }),
      for: say('preferencesFor', { address }),
      private: say('privateText', { address }),
      linkUrl: `/p/${signToken(secret, 'preferences', id)}/link`,
      leaveUrl: `/u/${signToken(secret, 'unsubscribe', id)}`,
    })
  }

  const gone = (reply: FastifyReply, speech: Speech, { digest }: Subscription) =>
    desk.notice(reply, speech, {
      title: speech.say('leftTitle'),
      text: speech.say('leftText', { digest }),
    })

  return {
    async show(request: FastifyRequest, reply: FastifyReply) {
      const subscription = await subscriptionOf(request)
      const speech = desk.speak(request, subscription.language, subscription.of)
      if (subscription.state === 'unsubscribed') return gone(reply, speech, subscription)
      return reply.send(printPage(speech, subscription, subscription))
    },

    async save(request: FastifyRequest, reply: FastifyReply) {
      const subscription = await subscriptionOf(request)
      const speech = desk.speak(request, subscription.language, subscription.of)
      const choices = readChoices(request.body, subscription.offered, subscription, clock.now())
      if (typeof choices === 'string') {
        const problem = speech.say(choices)
        return reply.code(400).send(printPage(speech, subscription, subscription, { problem }))
      }
      const isSaved = await store.readers.choose(subscription.id, choices)
      const now = desk.speak(request, choices.language, subscription.of)
      if (!isSaved) return gone(reply, now, subscription)
      const chosen = { ...choices, timeZone: choices.timeZone ?? subscription.timeZone }
      return reply.send(printPage(now, subscription, chosen, { saved: now.say('saved') }))
    },

    /** Sends what only the owner may do to the owner. */
    async sendLink(request: FastifyRequest, reply: FastifyReply) {
      const { email, subscriberId, language, of } = await subscriptionOf(request)
      const reader = await store.readers.find(subscriberId)
      if (!reader) throw new Refusal(400, 'token')
      const speech = desk.speak(request, language, of)
      const { emailKey } = reader
      await desk.askForLetter(request, {
        ...{ kind: 'link', email, emailKey, language: speech.locale },
      })
      return desk.sent(reply, speech, maskAddress(email))
    },
  }
}

const namesOf = ({ deps }: Web): readonly string[] => deps.taxonomy.topics.map(({ name }) => name)
