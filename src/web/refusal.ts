import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LANGUAGES, pickLanguage, type ReaderText } from '../edition/reader-texts.ts'
import type { Log } from '../io/log.ts'
import type { Pages, Speech } from './pages.ts'
import type { WebText } from './texts.ts'

/** Why a request was not served, in a word; the page and the JSON say it in a sentence. */
type Reason =
  | 'missing'
  | 'unknown'
  | 'role'
  | 'link'
  | 'foreign'
  | 'guesses'
  | 'busy'
  | 'token'
  | 'request'

/** Ends a request with a status and a page that helps. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly statusCode: number
  readonly reason: Reason

  constructor(statusCode: number, reason: Reason) {
    super(reason)
    this.statusCode = statusCode
    this.reason = reason
  }
}

/** Does the one who asks read pages? Scripts and feed readers get JSON. */
export const wantsHtml = (request: FastifyRequest): boolean =>
  /\btext\/html\b/.test(request.headers.accept ?? '')

/** Gives every failure a page or a line of JSON, and keeps stacks in the log. */
export function answerFailures(app: FastifyInstance, pages: Pages, log: Log): void {
  app.setNotFoundHandler(() => {
    throw new Refusal(404, 'missing')
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status =
      error.statusCode !== undefined && error.statusCode >= 400 ? error.statusCode : 500
    if (status >= 500)
      log.error('a page failed', { url: request.routeOptions.url, request: request.id, error })
    return answerRefusal(pages, request, reply.code(status), reasonOf(error, status))
  })
}

function reasonOf(error: Error, status: number): Reason | 'failure' {
  if (error instanceof Refusal) return error.reason
  if (status >= 500) return 'failure'
  return status === 429 ? 'busy' : 'request'
}

/** Says in a page or in JSON why not; for hooks, whose errors a plugin's own handler may take. */
export function answerRefusal(
  pages: Pages,
  request: FastifyRequest,
  reply: FastifyReply,
  reason: Reason | 'failure',
) {
  reply.header('cache-control', 'no-store')
  const title: WebText = `${reason}Title`
  const text: WebText = `${reason}Text`
  if (wantsHtml(request)) {
    const page =
      isForReaders(title) && isForReaders(text)
        ? noticeTo(pages.speak(pickLanguage(request.headers['accept-language'] ?? '')), title, text)
        : pages.print('web/notice', { title: pages.say(title), text: pages.say(text) })
    return reply.type('text/html; charset=utf-8').send(page)
  }
  return reply.type('application/json').send({
    error: {
      status: reply.statusCode,
      code: reason,
      message: pages.say(text),
      request: request.id,
    },
  })
}

const isForReaders = (key: WebText): key is ReaderText => key in LANGUAGES.en.texts

/** Whose link does not work may have another one sent. */
function noticeTo({ say, print }: Speech, title: ReaderText, text: ReaderText): string {
  const way = title === 'tokenTitle' ? { label: say('newLink'), url: '/link' } : null
  return print('web/notice', { title: say(title), text: say(text), way })
}
