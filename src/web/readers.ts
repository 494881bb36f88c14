import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { mailboxKey } from '../delivery/address.ts'
import { maskAddress } from '../delivery/letter.ts'
import { viewBrand } from '../edition/brand.ts'
import { pickLanguage, pickLocale, readLanguage, tagsOf } from '../edition/reader-texts.ts'
import type { Digest } from '../model.ts'
import type { LetterRequest } from '../store/letters.ts'
import { WAKE } from '../workers/stage.ts'
import { addressOf, networkOf, siteOf } from './guesses.ts'
import type { Speech } from './pages.ts'
import { Refusal } from './refusal.ts'
import type { Web } from './server.ts'

/** Letters that one network, one site of many, and of one kind all together may ask for in an hour. */
const MOST_OF_A_NETWORK = 20
const MOST_OF_A_SITE = 100
const MOST_OF_A_KIND = 2_000
const WINDOW_MS = 3_600_000

/** What a button leads to: one act, done by a POST to the page's own address. */
export type Act = {
  readonly title: string
  readonly text: string
  readonly button: string
  readonly hint?: string
}

/** What all pages for readers do: speak their language, say a thing, ask for an act or a letter. */
export function createReaderDesk(web: Web) {
  const { store, clock, queues, log } = web.deps

  /** In the language a reader chose, or else in that of the browser; as a digest looks. */
  const speak = (
    request: FastifyRequest,
    chosen?: string | null,
    digest?: Digest | undefined,
  ): Speech => {
    const header = request.headers['accept-language'] ?? ''
    const language = readLanguage(chosen ?? '') ?? pickLanguage(header)
    const locale = pickLocale([chosen ?? '', ...tagsOf(header)], language)
    return web.pages.speak(language, locale, digest && viewBrand(digest))
  }

  /** The same for one subscription. */
  const speakOf = async (
    request: FastifyRequest,
    { language, digestId }: { readonly language: string | null; readonly digestId: string },
  ): Promise<Speech> => speak(request, language, await store.digests.find(digestId))

  const notice = (
    reply: FastifyReply,
    speech: Speech,
    said: { title: string; text: string; way?: { label: string; url: string } },
  ) => reply.send(speech.print('web/notice', said))

  /** Lets the stage `letter` know that one waits. */
  const ring = (): Promise<void> =>
    queues
      .wake('letter', { ...WAKE, trace: randomUUID() })
      .catch((error: unknown) => log.warn('the clock has to ring for a letter', { error }))

  return {
    speak,
    speakOf,
    notice,
    ring,

    act: (reply: FastifyReply, speech: Speech, act: Act) =>
      reply.send(speech.print('web/act', act)),

    /** The page of a link that was right once. Its button has a new one sent to where it went. */
    ended: (reply: FastifyReply, speech: Speech, address: string) =>
      reply.code(410).send(
        speech.print('web/act', {
          title: speech.say('endedTitle'),
          text: speech.say('endedText', { address: maskAddress(address) }),
          button: speech.say('newLink'),
        }),
      ),

    /**
     * Writes down that a letter is wanted. It does the same for every address; who gets one is
     * decided later, by the stage `letter`.
     *
     * @throws {Refusal} 429 when this network, or everybody, asks for too many. Each kind has a share of its own,
     *   so that a flood of sign-ups leaves owners their links.
     */
    async askForLetter(request: FastifyRequest, letter: LetterRequest): Promise<void> {
      const now = clock.now()
      const network = networkOf(request.ip)
      const since = new Date(Date.parse(now) - WINDOW_MS).toISOString()
      const asked = await store.letters.asked(letter.kind, network, siteOf(network), since)
      if (
        asked.network >= MOST_OF_A_NETWORK ||
        asked.site >= MOST_OF_A_SITE ||
        asked.all >= MOST_OF_A_KIND
      )
        throw new Refusal(429, 'busy')
      const mailbox = mailboxKey(letter.email)
      await store.letters.ask({ ...letter, mailbox, from: addressOf(request), network }, now)
      await ring()
    },

    /** Says that a letter may be on its way; the same to everybody. */
    sent: (reply: FastifyReply, speech: Speech, address: string) =>
      notice(reply, speech, {
        title: speech.say('sentTitle'),
        text: speech.say('sentText', { address }),
      }),
  }
}

export type ReaderDesk = ReturnType<typeof createReaderDesk>
