import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressKey, readAddress } from '../delivery/address.ts'
import { maskAddress, ownerKey } from '../delivery/letter.ts'
import { readTimed, signToken } from '../delivery/token.ts'
import { localDate } from '../delivery/zone.ts'
import { longDate, shortTime } from '../edition/dates.ts'
import { removeMails } from '../io/outbox.ts'
import type { Speech } from './pages.ts'
import type { ReaderDesk } from './readers.ts'
import { Refusal } from './refusal.ts'
import { field, param } from './route.ts'
import type { Web } from './server.ts'

/**
 * What only the owner of an address may do: another address, all that is stored, goodbye. The link
 * went to that address, works for hours, and not after the address has changed.
 */
export function ownerPages(web: Web, desk: ReaderDesk, secret: string) {
  const { store, clock } = web.deps

  const readerOf = async (request: FastifyRequest) => {
    const token = readTimed(secret, 'owner', param(request, 'token'), clock.now())
    const reader = token && (await store.readers.find(token.id.split('.')[0] ?? ''))
    if (!token || !reader || ownerKey(reader.id, reader.emailKey) !== token.id)
      throw new Refusal(400, 'token')
    return { ...reader, ends: token.ends, ended: token.ended }
  }
  type Reader = Awaited<ReturnType<typeof readerOf>>

  /** As `readerOf`, for what changes something: a link that has ended changes nothing. */
  const ownerOf = async (request: FastifyRequest): Promise<Reader> => {
    const reader = await readerOf(request)
    if (reader.ended) throw new Refusal(410, 'token')
    return reader
  }

  const printPage = async (
    request: FastifyRequest,
    speech: Speech,
    reader: Reader,
    told: { readonly problem?: string; readonly email?: string } = {},
  ) => {
    const { say, locale } = speech
    const time = shortTime(reader.ends, locale)
    const base = `/me/${param(request, 'token')}`
    return speech.print('web/owner', {
      ...told,
      title: say('ownerTitle'),
      text: say('ownerText', { address: reader.email, time }),
      ...{ moveUrl: `${base}/move`, dataUrl: `${base}/data.json` },
      ...{ leaveUrl: `${base}/leave`, forgetUrl: `${base}/forget` },
      subscriptions: await subscriptionsOf(reader, speech),
    })
  }

  const subscriptionsOf = async ({ id }: Reader, { say, locale }: Speech) =>
    (await store.readers.subscriptions(id)).map(
      ({ state, pausedUntil, timeZone, ...subscription }) => {
        const isOver = state === 'unsubscribed'
        const isPaused = state === 'paused' && pausedUntil !== null && pausedUntil > clock.now()
        const date = isPaused ? longDate(localDate(pausedUntil, timeZone), locale) : ''
        return {
          digest: subscription.digest,
          url: isOver ? null : `/p/${signToken(secret, 'preferences', subscription.id)}`,
          state: isOver ? say('stopped') : isPaused ? say('pausedUntil', { date }) : say('active'),
        }
      },
    )

  const letterOf = async (request: FastifyRequest) => {
    const token = readTimed(secret, 'move', param(request, 'token'), clock.now())
    const letter = token && (await store.letters.find(token.id))
    if (!token || !letter?.subscriber_id) throw new Refusal(400, 'token')
    if (!letter.used_at && !(await store.readers.mayMove(letter))) throw new Refusal(400, 'token')
    return { ...letter, ended: token.ended }
  }

  return {
    async show(request: FastifyRequest, reply: FastifyReply) {
      const reader = await readerOf(request)
      const speech = desk.speak(request, reader.language)
      if (reader.ended) return desk.ended(reply, speech, reader.email)
      return reply.send(await printPage(request, speech, reader))
    },

    /** A link that has ended sends a new one to the same owner. */
    async renew(request: FastifyRequest, reply: FastifyReply) {
      const { email, emailKey, language } = await readerOf(request)
      const speech = desk.speak(request, language)
      const letter = { email, emailKey, language: speech.locale }
      await desk.askForLetter(request, { kind: 'link', ...letter })
      return desk.sent(reply, speech, maskAddress(email))
    },

    /** The first half of a change of address: proven at the old one, asked at the new one. */
    async move(request: FastifyRequest, reply: FastifyReply) {
      const reader = await ownerOf(request)
      const speech = desk.speak(request, reader.language)
      const email = field(request.body, 'email')
      const { address } = readAddress(email)
      if (address === undefined) {
        const told = { problem: speech.say('emailWrong'), email }
        return reply.code(400).send(await printPage(request, speech, reader, told))
      }
      const language = speech.locale
      const letter = { email: address, emailKey: addressKey(address), language }
      await desk.askForLetter(request, { kind: 'move', ...letter, subscriberId: reader.id })
      return desk.sent(reply, speech, address)
    },

    async data(request: FastifyRequest, reply: FastifyReply) {
      const { id } = await ownerOf(request)
      reply.header('content-disposition', 'attachment; filename="daily-dose-data.json"')
      return reply.send(JSON.stringify(await store.readers.known(id), null, 2))
    },

    async leave(request: FastifyRequest, reply: FastifyReply) {
      const { id, language } = await ownerOf(request)
      await store.readers.endAll(id)
      const speech = desk.speak(request, language)
      const { say } = speech
      return desk.notice(reply, speech, { title: say('leftTitle'), text: say('leftAllText') })
    },

    async forget(request: FastifyRequest, reply: FastifyReply) {
      const reader = await ownerOf(request)
      const speech = desk.speak(request, reader.language)
      const { say } = speech
      if (field(request.body, 'sure') !== 'yes') {
        const told = { problem: say('forgetUnsure') }
        return reply.code(400).send(await printPage(request, speech, reader, told))
      }
      const mails = await store.readers.forget(reader.id, clock.now())
      if (web.outbox !== null) await removeMails(web.outbox, mails)
      return desk.notice(reply, speech, {
        title: say('forgottenTitle'),
        text: say('forgottenText'),
      })
    },

    async moveForm(request: FastifyRequest, reply: FastifyReply) {
      const letter = await letterOf(request)
      const speech = desk.speak(request, letter.language)
      const { say } = speech
      if (letter.used_at)
        return desk.notice(reply, speech, { title: say('usedTitle'), text: say('usedText') })
      if (letter.ended) return desk.ended(reply, speech, letter.email)
      const values = { address: maskAddress(letter.email) }
      return desk.act(reply, speech, {
        title: say('moveAskTitle'),
        text: say('moveAskText', values),
        button: say('moveYes'),
        hint: say('confirmNot'),
      })
    },

    /** The second half. The old address is told. */
    async moveHere(request: FastifyRequest, reply: FastifyReply) {
      const letter = await letterOf(request)
      const speech = desk.speak(request, letter.language)
      const { say } = speech
      const address = maskAddress(letter.email)
      if (letter.ended && !letter.used_at) {
        const { email, email_key: emailKey, language, subscriber_id: subscriberId } = letter
        if (subscriberId === null) throw new Refusal(400, 'token')
        await desk.askForLetter(request, { kind: 'move', email, emailKey, language, subscriberId })
        return desk.sent(reply, speech, address)
      }
      const result = await store.readers.move(letter.id, address, clock.now())
      if (result === 'gone') throw new Refusal(400, 'token')
      if (result === 'done') await desk.ring()
      const said = {
        done: { title: say('movedTitle'), text: say('movedText', { address }) },
        used: { title: say('usedTitle'), text: say('usedText') },
        taken: { title: say('takenTitle'), text: say('takenText') },
      }[result]
      return desk.notice(reply, speech, said)
    },
  }
}
