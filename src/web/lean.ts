import type { FastifyReply, FastifyRequest } from 'fastify'
import { readLean } from '../delivery/links.ts'
import { signToken } from '../delivery/token.ts'
import { stepTopics } from '../edition/lean.ts'
import type { Card } from '../model.ts'
import type { Taste } from '../store/readers.ts'
import type { Speech } from './pages.ts'
import type { ReaderDesk } from './readers.ts'
import { Refusal } from './refusal.ts'
import { field, param } from './route.ts'
import { storyNow } from './served.ts'
import type { Web } from './server.ts'
import { muteSite, sayStep } from './taste.ts'

/**
 * More, or less, of what is like one story of a mail, and nothing more from one of its sources. The
 * link is for one reader, one story and one way; looking at it changes nothing.
 */
export function leanPages(web: Web, desk: ReaderDesk, secret: string) {
  const { store } = web.deps

  const wishOf = async (request: FastifyRequest) => {
    const wish = readLean(secret, param(request, 'token'))
    const subscription = wish && (await store.subscribers.subscription(wish.subscriptionId))
    if (!wish || !subscription) throw new Refusal(400, 'token')
    const { page } = await storyNow(wish.storyId, web.deps)
    return { ...wish, subscription, card: page?.card ?? null }
  }
  type Wish = Awaited<ReturnType<typeof wishOf>>

  const wayOf = ({ say }: Speech, { subscription }: Wish) => ({
    label: say('toTaste'),
    url: `/p/${signToken(secret, 'preferences', subscription.id)}`,
  })

  const gone = (reply: FastifyReply, speech: Speech, wish: Wish) =>
    desk.notice(reply, speech, {
      title: speech.say('storyGoneTitle'),
      text: speech.say('storyGoneText'),
      way: wayOf(speech, wish),
    })

  const left = (reply: FastifyReply, speech: Speech, { subscription: { digest } }: Wish) =>
    desk.notice(reply, speech, {
      title: speech.say('leftTitle'),
      text: speech.say('leftText', { digest }),
    })

  /** Changes the taste of who asks, and says what it came to. */
  const tune = async (
    reply: FastifyReply,
    speech: Speech,
    wish: Wish,
    change: (before: Taste) => Taste,
    told: (after: Taste) => { title: string; text: string },
  ) => {
    const after = await store.readers.tune(wish.subscription.id, change)
    if (!after) return left(reply, speech, wish)
    return desk.notice(reply, speech, { ...told(after), way: wayOf(speech, wish) })
  }

  return {
    async ask(request: FastifyRequest, reply: FastifyReply) {
      const wish = await wishOf(request)
      const { subscription, card, lean } = wish
      const speech = await desk.speakOf(request, subscription)
      const { say, locale } = speech
      if (subscription.state === 'unsubscribed') return left(reply, speech, wish)
      if (!card) return gone(reply, speech, wish)
      const topics = listOf(topicsOf(card), locale)
      const { digest } = subscription
      return reply.send(
        speech.print('web/lean', {
          title: say(lean === 'more' ? 'leanMoreTitle' : 'leanLessTitle'),
          headline: card.headline,
          text: say(lean === 'more' ? 'leanMoreText' : 'leanLessText', { topics, digest }),
          button: say(lean === 'more' ? 'leanMore' : 'leanLess'),
          muteUrl: `/l/${param(request, 'token')}/mute`,
          sources: sourcesOf(card).filter(({ domain }) => !subscription.muted.includes(domain)),
        }),
      )
    },

    async step(request: FastifyRequest, reply: FastifyReply) {
      const wish = await wishOf(request)
      const { subscription, card, lean } = wish
      const speech = await desk.speakOf(request, subscription)
      const { say, locale } = speech
      if (!card) return gone(reply, speech, wish)
      const topics = topicsOf(card)
      return tune(
        reply,
        speech,
        wish,
        ({ weights, muted }) => ({ weights: stepTopics(weights, topics, lean), muted }),
        ({ weights }) => {
          const steps = topics.map((topic) => `${topic}: ${sayStep(weights[topic] ?? 0, say)}`)
          return {
            title: say('leanedTitle'),
            text: say('leanedText', { steps: listOf(steps, locale) }),
          }
        },
      )
    },

    async mute(request: FastifyRequest, reply: FastifyReply) {
      const wish = await wishOf(request)
      const speech = await desk.speakOf(request, wish.subscription)
      if (!wish.card) return gone(reply, speech, wish)
      const asked = field(request.body, 'source')
      const source = sourcesOf(wish.card).find(({ domain }) => domain === asked)
      if (!source) throw new Refusal(400, 'request')
      return tune(
        reply,
        speech,
        wish,
        (before) => muteSite(before, source.domain),
        () => ({
          title: speech.say('muteDoneTitle', { source: source.name }),
          text: speech.say('muteDoneText'),
        }),
      )
    },
  }
}

const topicsOf = ({ topic, topics }: Card): readonly string[] => [...new Set([topic, ...topics])]

/** The providers of a story, each once. */
const sourcesOf = ({ citations }: Card) => [
  ...new Map(citations.map(({ provider }) => [provider.domain, provider])).values(),
]

const listOf = (items: readonly string[], locale: string): string =>
  new Intl.ListFormat(locale).format(items)
