import { STATUS_CODES } from 'node:http'
import { Agent, type Dispatcher } from 'undici'
import { DoseError } from '../errors.ts'
import { createGuard } from './http-address.ts'
import { readBody, TooLarge } from './http-body.ts'
import { header, maxAgeSeconds, retryAfterSeconds } from './http-caching.ts'
import { guardedConnector, type Lookup, RefusedHost } from './http-connector.ts'
import { startDeadline } from './http-deadline.ts'
import { nameFailure, shownUrl } from './http-failure.ts'
import { LIMITS, type Limits } from './http-limits.ts'
import { requestHeaders, type Validators } from './http-request.ts'
import { sizeInWords } from './size.ts'

/** What an answer says of its place and its life. */
type Standing = Validators & {
  /** Where to ask from now on, when every redirect on the way was permanent (301, 308). */
  readonly permanentUrl: string | null
  /** Seconds it may be kept; `null` where the host does not say. */
  readonly maxAgeSeconds: number | null
}

type Unchanged = { readonly kind: 'unchanged' } & Standing

type Fetched = {
  readonly kind: 'fetched'
  /** Where the body came from, after redirects. */
  readonly url: string
  readonly bytes: Uint8Array
  readonly contentType: string | null
} & Standing

type Failed = {
  readonly kind: 'failed'
  readonly status: number
  readonly retryAfterSeconds: number | null
  readonly reason: string
}

export type HttpResult = Unchanged | Fetched | { readonly kind: 'gone' } | Failed

export type Http = {
  /**
   * Fetches a URL. A status is a result; no usable answer is an error.
   *
   * @throws {DoseError} SOURCE_REFUSED: not http(s), or a private address, also behind a redirect.
   *   SOURCE_TOO_LARGE: a size limit was passed. SOURCE_UNREACHABLE: everything else.
   *   The reason of `signal`, when that aborts.
   */
  get(url: string, validators?: Validators, signal?: AbortSignal): Promise<HttpResult>
  /** Closes idle connections and waits for running ones. */
  close(): Promise<void>
}

export type HttpOptions = Readonly<{
  /** Hosts, addresses or CIDR blocks that are fetched although private. */
  allowPrivateHosts: readonly string[]
  /** `Name/version (+contact URL)`: who asks, and where to complain. */
  userAgent: string
  limits?: Partial<Limits>
  /** Resolves host names; the system's resolver by default. */
  lookup?: Lookup
}>

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>
type Ask = (url: URL) => Promise<Answer>
type Visit = { readonly url: URL; readonly permanentUrl: string | null; readonly answer: Answer }

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const PERMANENT = new Set([301, 308])

/** An HTTP client for hostile hosts: conditional, bounded on every side, public addresses only. */
export function createHttp(options: HttpOptions): Http {
  const limits = { ...LIMITS, ...options.limits }
  const agent = createAgent(options, limits)
  return {
    close: () => agent.close(),
    async get(text, validators, signal) {
      const start = parseUrl(text)
      const trail = [start]
      const deadline = startDeadline(limits, signal)
      const ask: Ask = async (url) => {
        const headers = requestHeaders(url, start, options.userAgent, validators)
        const path = url.pathname + url.search
        const request = { origin: url.origin, path, headers, signal: deadline.signal }
        return deadline.untilHeaders(agent.request({ ...request, method: 'GET' }))
      }
      try {
        return await toResult(await follow(trail, ask, limits.redirects), validators, limits)
      } catch (error) {
        signal?.throwIfAborted()
        throw nameFailure(error, trail, limits)
      } finally {
        deadline.stop()
      }
    },
  }
}

function createAgent({ allowPrivateHosts, lookup }: HttpOptions, limits: Limits): Agent {
  return new Agent({
    connect: guardedConnector(createGuard(allowPrivateHosts), limits.headersMs, lookup),
    allowH2: false,
    maxHeaderSize: limits.headerBytes,
    // A fetch has one clock, its deadline: undici's own start again with every byte that drips in.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

function parseUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url) throw new DoseError('SOURCE_REFUSED', `"${text}": not a URL`)
  return url
}

/** Asks, and asks again where the answers point, adding each URL to `trail` before it is asked. */
async function follow(trail: URL[], ask: Ask, limit: number): Promise<Visit> {
  let permanent = true
  for (;;) {
    const url = trail.at(-1) as URL
    if (!/^https?:$/.test(url.protocol)) {
      throw new RefusedHost(`only http and https are fetched, not ${url.protocol}`)
    }
    const answer = await ask(url)
    const location = header(answer.headers, 'location')
    if (!REDIRECTS.has(answer.statusCode) || location === null) {
      const moved = trail.length > 1 && permanent
      return { url, permanentUrl: moved ? shownUrl(url) : null, answer }
    }
    discard(answer)
    if (trail.length > limit) throw new Error(`more than ${limit} redirects`)
    permanent &&= PERMANENT.has(answer.statusCode)
    trail.push(target(location, url))
  }
}

function target(location: string, base: URL): URL {
  const url = URL.parse(location, base.href)
  if (!url) throw new Error(`redirects to "${location.slice(0, 200)}", which is no URL`)
  return url
}

async function toResult(visit: Visit, sent: Validators | undefined, limits: Limits) {
  const { url, permanentUrl, answer } = visit
  const { statusCode: status, headers } = answer
  const now = Date.now()
  const standing: Standing = {
    etag: header(headers, 'etag'),
    lastModified: header(headers, 'last-modified'),
    permanentUrl,
    maxAgeSeconds: maxAgeSeconds(headers, now),
  }
  if (status >= 200 && status < 300) {
    refuseAnnounced(answer, limits)
    const bytes = await readBody(answer.body, header(headers, 'content-encoding'), limits)
    const contentType = header(headers, 'content-type')
    return { kind: 'fetched', url: shownUrl(url), bytes, contentType, ...standing } as const
  }
  discard(answer)
  if (status === 304 && sent) return { kind: 'unchanged', ...keep(sent, standing) } as const
  if (status === 410) return { kind: 'gone' } as const
  const reason = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  const wait = retryAfterSeconds(headers, now)
  return { kind: 'failed', status, retryAfterSeconds: wait, reason } as const
}

/** A 304 may leave out validators that have not changed. */
function keep(sent: Validators, standing: Standing): Standing {
  return {
    ...standing,
    etag: standing.etag ?? sent.etag,
    lastModified: standing.lastModified ?? sent.lastModified,
  }
}

/** A host that says it will send too much is believed: nothing of it is read. */
function refuseAnnounced(answer: Answer, limits: Limits): void {
  const length = Number(header(answer.headers, 'content-length') ?? 0)
  if (!(length > limits.wireBytes)) return
  discard(answer)
  const limit = sizeInWords(limits.wireBytes)
  throw new TooLarge(`${sizeInWords(length)} announced, at most ${limit} are read`)
}

/** Drops the connection: to read a body to its end for the sake of reuse is what a slow host wants. */
function discard({ body }: Answer): void {
  body.on('error', () => {}).destroy()
}
