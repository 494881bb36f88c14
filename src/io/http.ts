import { STATUS_CODES } from 'node:http'
import type { Dispatcher } from 'undici'
import { DoseError } from '../errors.ts'
import { type BodyRooms, createBodyRooms, readBody, readStart, TooLarge } from './http-body.ts'
import { type Budget, domainOf, type Postponed, type Turn, UNBOUNDED } from './http-budget.ts'
import { header, maxAgeSeconds, retryAfterSeconds } from './http-caching.ts'
import { type Lookup, RefusedHost } from './http-connector.ts'
import { type Deadline, startDeadline } from './http-deadline.ts'
import { createDispatchers } from './http-dispatchers.ts'
import { nameFailure, shownUrl } from './http-failure.ts'
import { LIMITS, type Limits } from './http-limits.ts'
import { type Links, parseLinks } from './http-links.ts'
import { type HttpRequest, requestHeaders, type Validators } from './http-request.ts'
import { createRobots, ROBOTS_BYTES, type RobotsAnswer } from './http-robots.ts'
import { sizeInWords } from './size.ts'

/** What every answer tells of itself: a line in the ledger of what was asked of whom. */
export type Exchange = {
  /** Status of the last answer. */
  readonly status: number
  /** Where it came from, after redirects, without credentials. */
  readonly url: string
  /** Requests sent: one, and one for each redirect. */
  readonly requests: number
  /** Bytes of body as sent, before decompression. */
  readonly wireBytes: number
  /** Milliseconds from the first request to the last byte, waiting in line left out. */
  readonly ms: number
  /** Milliseconds waited in line for the domain's budget. */
  readonly waitedMs: number
  /** Where an unbroken chain of 301 and 308 from the first hop on leads; `null` without one. */
  readonly movedTo: string | null
}

/** What an answer says of its life. */
type Standing = Validators & {
  /** Seconds it may be kept; `null` where the host does not say. */
  readonly maxAgeSeconds: number | null
  readonly links: Links
}

export type HttpResult =
  | ({
      readonly kind: 'fetched'
      readonly bytes: Uint8Array
      readonly contentType: string | null
      readonly headers: Dispatcher.ResponseData['headers']
    } & Standing &
      Exchange)
  | ({ readonly kind: 'unchanged' } & Standing & Exchange)
  /** 410, at the address itself or where it moved for good. */
  | ({ readonly kind: 'gone' } & Exchange)
  | ({
      readonly kind: 'failed'
      readonly retryAfterSeconds: number | null
      readonly reason: string
    } & Exchange)
  /** robots.txt of a host on the way says no, or cannot be read for now. */
  | { readonly kind: 'disallowed'; readonly url: string; readonly reason: string }
  /** The domain's budget has no room soon, or its host asked for silence. */
  | (Postponed & { readonly url: string })

export type Http = {
  /**
   * Fetches a URL. A status is a result; no usable answer is an error.
   *
   * @throws {DoseError} SOURCE_REFUSED: not http(s), or a private address, also behind a redirect.
   *   SOURCE_TOO_LARGE: a size limit was passed. SOURCE_UNREACHABLE: everything else.
   *   The reason of `signal`, when that aborts; whatever the budget throws.
   */
  get(request: HttpRequest): Promise<HttpResult>
  /**
   * Sends a form, within the same bounds and to public addresses alone; a redirect gets it again.
   *
   * @throws {DoseError} as `get` does.
   */
  post(request: FormRequest): Promise<HttpResult>
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
  /** How much may be asked of whom; as much as is called for by default. */
  budget?: Budget
}>

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>
type NotAsked = Extract<HttpResult, { kind: 'disallowed' | 'postponed' }>
type Answered = { readonly kind: 'answered'; readonly answer: Answer }
type Ask = (url: URL) => Promise<Answered | NotAsked>

/** A form to send to an address. */
type FormRequest = Pick<HttpRequest, 'url' | 'signal'> & {
  readonly form: Readonly<Record<string, string>>
}

/** A form makes it a POST. */
type Outgoing = HttpRequest & Partial<FormRequest>

/** One call on its way: what it has asked, where it moved, and the place in line it holds. */
type Journey = {
  readonly request: Outgoing
  readonly trail: URL[]
  readonly deadline: Deadline
  movedTo: string | null
  turn: Turn | null
  waitedMs: number
}

/** The budget itself failed, which is no fault of a host's. */
class BudgetLost extends Error {}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const PERMANENT = new Set([301, 308])
/** With Retry-After these are about all of a host (RFC 6585 §4, RFC 9110 §15.6.4), others about one address. */
const ABOUT_HOST = new Set([429, 503])
/** A pause that robots.txt asks for is kept up to this long: a longer one would mean "never". */
const LONGEST_PAUSE_MS = 30_000
/** Milliseconds for robots.txt to arrive: it stands before the page that is wanted. */
const ROBOTS_MS = 20_000

/** An HTTP client for hostile hosts: conditional, bounded on every side, public addresses only. */
export function createHttp(options: HttpOptions): Http {
  const { userAgent, budget = UNBOUNDED } = options
  const limits = { ...LIMITS, ...options.limits }
  const robotsLimits = { ...limits, totalMs: Math.min(limits.totalMs, ROBOTS_MS) }
  const rooms = createBodyRooms()
  const dispatchers = createDispatchers(options.allowPrivateHosts, limits, options.lookup)
  const robots = createRobots(/^[^/\s]*/.exec(userAgent)?.[0] ?? '')

  const ask = async (journey: Journey, url: URL, pauseMs: number) => {
    const postponed = await takeTurn(journey, url, pauseMs, budget)
    if (postponed) return { ...postponed, url: shownUrl(url) }
    const { request, trail, deadline } = journey
    const dispatcher = await dispatchers.to(url, request.proxy)
    const headers = {
      ...requestHeaders(url, trail[0] as URL, userAgent, request),
      ...(request.form && { 'content-type': 'application/x-www-form-urlencoded' }),
    }
    const target = { origin: url.origin, path: url.pathname + url.search, headers }
    const { signal } = deadline
    const answer = dispatcher.request({ ...target, ...contentOf(request), signal })
    return { kind: 'answered', answer: await deadline.untilHeaders(answer) } as const
  }

  /** Not broken off with the page that wants it: others may wait for the same rules. */
  const readRobots = (url: URL, proxy: string | undefined): Promise<RobotsAnswer> =>
    travel({ url: url.href, proxy }, robotsLimits, async (journey) => {
      const visit = await follow(journey, limits.redirects, (next) => ask(journey, next, 0))
      if (visit.kind !== 'answered') return { kind: 'unknown', reason: visit.reason } as const
      return toRobots(visit.answer)
    }).catch((error: unknown) => {
      if (!(error instanceof DoseError)) throw error
      return { kind: 'unknown', reason: error.message }
    })

  const askObeying = async (journey: Journey, url: URL) => {
    const { request, deadline } = journey
    if (!request.robots || !isWeb(url)) return ask(journey, url, 0)
    endTurn(journey)
    const judging = robots.judge(url, (rules) => readRobots(rules, request.proxy))
    const verdict = await deadline.stopped(() => unlessAborted(judging, request.signal))
    if (!verdict.allowed)
      return { kind: 'disallowed', url: shownUrl(url), reason: verdict.reason } as const
    const pauseMs = (verdict.crawlDelaySeconds ?? 0) * 1_000
    return ask(journey, url, Math.min(pauseMs, LONGEST_PAUSE_MS))
  }

  const send = async (request: Outgoing): Promise<HttpResult> => {
    const result = await travel(request, limits, async (journey) => {
      const visit = await follow(journey, limits.redirects, (url) => askObeying(journey, url))
      return visit.kind === 'answered' ? toResult(visit.answer, journey, limits, rooms) : visit
    })
    if (result.kind === 'failed' && ABOUT_HOST.has(result.status)) {
      const { hostname } = new URL(result.url)
      const { retryAfterSeconds: seconds, reason } = result
      if (seconds !== null) await budget.silence(hostname, seconds, reason)
    }
    return result
  }

  return {
    close: () => dispatchers.close(),
    get: send,
    post: send,
  }
}

function contentOf({ form }: Outgoing) {
  if (!form) return { method: 'GET' } as const
  return { method: 'POST', body: new URLSearchParams(form).toString() } as const
}

/** Gives `visit` its clock, and whatever goes wrong its name. */
async function travel<T>(
  request: Outgoing,
  limits: Limits,
  visit: (journey: Journey) => Promise<T>,
): Promise<T> {
  const { signal } = request
  const trail = [parseUrl(request.url)]
  const deadline = startDeadline(limits, signal)
  const journey: Journey = { request, trail, deadline, movedTo: null, turn: null, waitedMs: 0 }
  try {
    return await visit(journey)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof BudgetLost) throw error.cause
    throw nameFailure(error, trail, limits)
  } finally {
    endTurn(journey)
    deadline.stop()
  }
}

async function takeTurn(
  journey: Journey,
  { hostname }: URL,
  pauseMs: number,
  budget: Budget,
): Promise<Postponed | null> {
  endTurn(journey)
  const { deadline } = journey
  const want = { domain: domainOf(hostname), host: hostname, pauseMs }
  const turn = await deadline.stopped(() =>
    budget.take(want, deadline.signal).catch((cause: unknown) => {
      throw new BudgetLost('the budget', { cause })
    }),
  )
  if ('kind' in turn) return turn
  journey.turn = turn
  journey.waitedMs += turn.waitedMs
  return null
}

function endTurn(journey: Journey): void {
  journey.turn?.end()
  journey.turn = null
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([promise, aborted.promise]).finally(() =>
    signal.removeEventListener('abort', abort),
  )
}

function parseUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url) throw new DoseError('SOURCE_REFUSED', `"${text}": not a URL`)
  return url
}

const isWeb = ({ protocol }: URL): boolean => /^https?:$/.test(protocol)

/** Asks, and asks again where the answers point, adding each URL to the trail before it is asked. */
async function follow(journey: Journey, limit: number, ask: Ask): Promise<Answered | NotAsked> {
  const { trail } = journey
  let permanent = true
  for (;;) {
    const url = trail.at(-1) as URL
    if (!isWeb(url)) throw new RefusedHost(`only http and https are fetched, not ${url.protocol}`)
    const asked = await ask(url)
    if (asked.kind !== 'answered') return asked
    const { statusCode, headers } = asked.answer
    const location = header(headers, 'location')
    if (!REDIRECTS.has(statusCode) || location === null) return asked
    discard(asked.answer)
    if (trail.length > limit) throw new Error(`more than ${limit} redirects`)
    const next = target(location, url)
    trail.push(next)
    permanent &&= PERMANENT.has(statusCode)
    if (permanent) journey.movedTo = shownUrl(next)
  }
}

function target(location: string, base: URL): URL {
  const url = URL.parse(location, base.href)
  if (!url) throw new Error(`redirects to "${location.slice(0, 200)}", which is no URL`)
  return url
}

async function toResult(
  answer: Answer,
  journey: Journey,
  limits: Limits,
  rooms: BodyRooms,
): Promise<HttpResult> {
  const { statusCode: status, headers } = answer
  const { request, trail, movedTo } = journey
  const url = trail.at(-1) as URL
  const now = Date.now()
  const exchange = (wireBytes = 0): Exchange => ({
    status,
    url: shownUrl(url),
    requests: trail.length,
    wireBytes,
    ms: journey.deadline.usedMs(),
    waitedMs: Math.round(journey.waitedMs),
    movedTo,
  })
  const standing: Standing = {
    etag: header(headers, 'etag'),
    lastModified: header(headers, 'last-modified'),
    maxAgeSeconds: maxAgeSeconds(headers, now),
    links: parseLinks(headers, url),
  }
  if (status >= 200 && status < 300) {
    refuseAnnounced(answer, limits)
    const coding = header(headers, 'content-encoding')
    const { signal } = journey.deadline
    const { bytes, wireBytes } = await readBody(answer.body, coding, limits, rooms, signal)
    const contentType = header(headers, 'content-type')
    return { kind: 'fetched', bytes, contentType, headers, ...standing, ...exchange(wireBytes) }
  }
  discard(answer)
  const sent = request.validators
  if (status === 304 && sent) return { kind: 'unchanged', ...keep(sent, standing), ...exchange() }
  if (status === 410 && (trail.length === 1 || movedTo === shownUrl(url)))
    return { kind: 'gone', ...exchange() }
  const reason = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  const wait = retryAfterSeconds(headers, now)
  return { kind: 'failed', retryAfterSeconds: wait, reason, ...exchange() }
}

/** RFC 9309 §2.3.1: no file, no rules; a host in trouble may have any. */
async function toRobots(answer: Answer): Promise<RobotsAnswer> {
  const { statusCode: status, headers, body } = answer
  if (status >= 200 && status < 300) {
    const bytes = await readStart(body, header(headers, 'content-encoding'), ROBOTS_BYTES)
    const text = new TextDecoder().decode(bytes)
    return { kind: 'text', text, maxAgeSeconds: maxAgeSeconds(headers, Date.now()) }
  }
  discard(answer)
  if (status >= 400 && status < 500 && status !== 429) return { kind: 'none' }
  return { kind: 'unknown', reason: `${status} ${STATUS_CODES[status] ?? ''}`.trim() }
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
