import { DoseError } from '../errors.ts'
import { TooLarge } from './http-body.ts'
import { RefusedHost } from './http-connector.ts'
import type { Limits } from './http-limits.ts'
import { sizeInWords } from './size.ts'

/** A time limit passed; `message` says which. */
export class TooSlow extends Error {}

/** What Node and undici call the usual faults, in words an operator knows. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name server did not answer',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection closed before the answer was complete',
}

/**
 * Turns whatever a fetch threw into a named failure.
 *
 * @param trail the URLs asked, in order: the source's own, then its redirects.
 */
export function nameFailure(error: unknown, trail: readonly URL[], limits: Limits): DoseError {
  if (error instanceof DoseError) return error
  const subject = trail.map(shownUrl).join(' → ')
  const fail = (code: DoseError['code'], what: string) =>
    new DoseError(code, `${subject}: ${what}`, { cause: error })
  if (error instanceof RefusedHost) return fail('SOURCE_REFUSED', error.message)
  if (error instanceof TooLarge) return fail('SOURCE_TOO_LARGE', error.message)
  if (codeOf(error) === 'UND_ERR_HEADERS_OVERFLOW') {
    return fail('SOURCE_TOO_LARGE', `more than ${sizeInWords(limits.headerBytes)} of headers`)
  }
  return fail('SOURCE_UNREACHABLE', WORDS[codeOf(error)] ?? messageOf(error))
}

/** A URL as messages may show it: without user name and password. */
export function shownUrl(url: URL): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  return shown.href
}

/** With several addresses tried, Node throws them together; the first speaks for all. */
const first = (error: unknown) => (error instanceof AggregateError ? error.errors[0] : error)

const codeOf = (error: unknown) => String((first(error) as { code?: unknown } | null)?.code ?? '')

function messageOf(error: unknown): string {
  const cause = first(error)
  return cause instanceof Error ? cause.message : String(cause)
}
