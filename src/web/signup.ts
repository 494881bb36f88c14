import type { FastifyReply, FastifyRequest } from 'fastify'
import { addressKey, readAddress } from '../delivery/address.ts'
import { maskAddress } from '../delivery/letter.ts'
import { readTimed, signTimed, signToken } from '../delivery/token.ts'
import type { Digest } from '../model.ts'
import { addressOf } from './guesses.ts'
import type { Speech } from './pages.ts'
import type { ReaderDesk } from './readers.ts'
import { Refusal } from './refusal.ts'
import { field, param } from './route.ts'
import type { Web } from './server.ts'
import { homeOf } from './site.ts'

/** Nobody reads a form and fills it in faster; a program does. */
const FORM_MS_MIN = 2_000
const FORM_MS_MAX = 86_400_000

/** A form that asks for an address. */
type AddressForm = {
  readonly title: string
  readonly text: string
  readonly button: string
  readonly hint?: string
  readonly consent?: string
}

type Filled =
  | { readonly address: string; readonly problem?: never }
  | { readonly address: null; readonly problem?: never }
  | { readonly address?: never; readonly problem: 'emailWrong' | 'tooQuick' | 'choiceWrong' }

/**
 * Signing up: a form, a letter, a page with a button, a subscription. Until the button was pressed
 * nobody is subscribed, and a GET never presses it.
 */
export function signUpPages(web: Web, desk: ReaderDesk, secret: string) {
  const { store, clock } = web.deps

  /** Digests anybody may sign up for; the one the address names, or all. */
  const openDigests = async (request: FastifyRequest): Promise<Digest[]> => {
    const name = param(request, 'name')
    const open = (await store.digests.list()).filter((digest) => digest.open)
    const wanted = name === '' ? open : open.filter((digest) => digest.name === name)
    if (wanted.length === 0) throw new Refusal(404, 'missing')
    return wanted
  }

  const signUpForm = ({ say }: Speech, { name }: Digest): AddressForm => ({
    title: name,
    text: say('signUpText'),
    consent: say('consent', { digest: name }),
    button: say('signUp'),
    hint: say('signUpHint'),
  })

  const linkForm = ({ say }: Speech): AddressForm => ({
    title: say('linkTitle'),
    text: say('linkText'),
    button: say('sendLink'),
  })

  const printForm = (speech: Speech, form: AddressForm, filled: object = {}) => {
    const now = clock.now()
    const ends = new Date(Date.parse(now) + FORM_MS_MAX).toISOString()
    const token = signTimed(secret, 'form', String(Date.parse(now)), ends)
    return speech.print('web/address', { ...form, ...filled, form: token })
  }

  /** What a person filled in; `null` for what only a program would have. */
  const readForm = (request: FastifyRequest): Filled => {
    if (field(request.body, 'website') !== '') return { address: null }
    const form = readTimed(secret, 'form', field(request.body, 'form'), clock.now())
    if (!form || form.ended) return { problem: 'choiceWrong' }
    if (Date.parse(clock.now()) - Number(form.id) < FORM_MS_MIN) return { problem: 'tooQuick' }
    const { address } = readAddress(field(request.body, 'email'))
    return address === undefined ? { problem: 'emailWrong' } : { address }
  }

  /** Shows the form again with what was wrong, or what comes of it, which is the same for all. */
  async function take(
    request: FastifyRequest,
    reply: FastifyReply,
    speech: Speech,
    form: AddressForm,
    ask: (address: string) => Promise<void>,
  ) {
    const filled = readForm(request)
    const email = field(request.body, 'email')
    if (filled.problem) {
      const problem = speech.say(filled.problem)
      return reply.code(400).send(printForm(speech, form, { problem, email }))
    }
    if (filled.address !== null) await ask(filled.address)
    return desk.sent(reply, speech, filled.address ?? email)
  }

  /** The letter of a link that confirms, and whether the link has ended. */
  const letterOf = async (request: FastifyRequest) => {
    const token = readTimed(secret, 'confirm', param(request, 'token'), clock.now())
    const letter = token && (await store.letters.find(token.id))
    const digest = letter?.digest_id ? await store.digests.find(letter.digest_id) : undefined
    if (!token || !letter || !digest) throw new Refusal(400, 'token')
    return { letter, digest, ended: token.ended }
  }

  return {
    async form(request: FastifyRequest, reply: FastifyReply) {
      const [digest, ...others] = await openDigests(request)
      const speech = desk.speak(request, null, others.length === 0 ? digest : undefined)
      if (digest && others.length === 0)
        return reply.send(printForm(speech, signUpForm(speech, digest)))
      const digests = [digest, ...others].flatMap((one) => one ?? [])
      const links = digests.map((one) => ({ label: one.name, url: `${homeOf(one)}subscribe` }))
      const title = speech.say('signUpTitle')
      return reply.send(speech.print('web/subscribe', { title, digests: links }))
    },

    async ask(request: FastifyRequest, reply: FastifyReply) {
      const [digest, ...others] = await openDigests(request)
      if (!digest || others.length > 0) throw new Refusal(400, 'request')
      const speech = desk.speak(request, null, digest)
      const form = signUpForm(speech, digest)
      return take(request, reply, speech, form, (email) =>
        desk.askForLetter(request, {
          ...{ kind: 'signup', email, emailKey: addressKey(email), language: speech.locale },
          ...{ digestId: digest.id, choices: { consent: form.consent ?? '' } },
        }),
      )
    },

    /** For whoever has no link at hand. */
    linkForm: (request: FastifyRequest, reply: FastifyReply) => {
      const speech = desk.speak(request)
      return reply.send(printForm(speech, linkForm(speech)))
    },

    askLink(request: FastifyRequest, reply: FastifyReply) {
      const speech = desk.speak(request)
      const { locale: language } = speech
      return take(request, reply, speech, linkForm(speech), (email) =>
        desk.askForLetter(request, { kind: 'link', email, emailKey: addressKey(email), language }),
      )
    },

    async confirmForm(request: FastifyRequest, reply: FastifyReply) {
      const { letter, digest, ended } = await letterOf(request)
      const speech = desk.speak(request, letter.language, digest)
      const { say } = speech
      if (letter.used_at)
        return desk.notice(reply, speech, { title: say('usedTitle'), text: say('usedText') })
      if (ended) return desk.ended(reply, speech, letter.email)
      const values = { digest: digest.name, address: maskAddress(letter.email) }
      return desk.act(reply, speech, {
        title: say('confirmTitle', values),
        text: say('confirmText', values),
        button: say('confirm'),
        hint: say('confirmNot'),
      })
    },

    async confirm(request: FastifyRequest, reply: FastifyReply) {
      const { letter, digest, ended } = await letterOf(request)
      const speech = desk.speak(request, letter.language, digest)
      const { say } = speech
      if (ended && !letter.used_at) {
        await desk.askForLetter(request, {
          ...{ kind: 'signup', email: letter.email, emailKey: letter.email_key },
          ...{ language: letter.language, digestId: digest.id, choices: letter.choices },
        })
        return desk.sent(reply, speech, maskAddress(letter.email))
      }
      const subscription = await store.readers.confirm(letter.id, addressOf(request), clock.now())
      if (subscription === 'used')
        return desk.notice(reply, speech, { title: say('usedTitle'), text: say('usedText') })
      if (subscription === 'gone') throw new Refusal(400, 'token')
      const values = { digest: digest.name, address: maskAddress(letter.email) }
      const url = `/p/${signToken(secret, 'preferences', subscription.id)}`
      return desk.notice(reply, speech, {
        title: say('confirmedTitle'),
        text: say('confirmedText', values),
        way: { label: say('toPreferences'), url },
      })
    },
  }
}
