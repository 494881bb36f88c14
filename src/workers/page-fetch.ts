import { type Hint, readHints } from '../article/hints.ts'
import type { Page } from '../article/page.ts'
import { DoseError } from '../errors.ts'
import type { HttpResult } from '../io/http.ts'
import type { Validators } from '../io/http-request.ts'
import type { Source } from '../store/sources.ts'
import type { StageContext } from './stage.ts'

/** A page of an article, and whose source leads to it. */
export type PageWanted = {
  readonly url: string
  readonly source: Pick<Source, 'id' | 'url' | 'secrets'>
  readonly validators?: Validators
}

export type PageAnswer =
  | ({ readonly kind: 'page'; readonly page: Page; readonly hints: readonly Hint[] } & Validators)
  | { readonly kind: 'unchanged' }
  /** Asking again cannot help. */
  | { readonly kind: 'refused'; readonly reason: string; readonly hints?: readonly Hint[] }
  | {
      readonly kind: 'failed'
      readonly reason: string
      /** Seconds the host or its line asks for. */
      readonly waitSeconds: number | null
      /** Whether the host was asked at all. */
      readonly asked: boolean
    }

/** A page gets this long in its thread, which is replaced when that is not enough. */
const READ_MS = 10_000

/** Answers that may be another the next time: time-outs, too many requests, trouble at the host. */
const PASSING = new Set([408, 425, 429])

type FetchDeps = Pick<StageContext, 'http' | 'threads' | 'store' | 'signal'>

/** Asks for a page as robots.txt and the domain's budget allow, and reads it in a thread. */
export async function fetchPage(wanted: PageWanted, deps: FetchDeps): Promise<PageAnswer> {
  const { http, store, signal } = deps
  const { url, source, validators } = wanted
  try {
    const { headers, proxy } = await store.access.of(source)
    const isOwn = URL.parse(url)?.origin === URL.parse(source.url)?.origin
    const result = await http.get({
      url,
      validators,
      ...(isOwn && { headers }),
      ...(proxy !== null && { proxy }),
      accept: 'page',
      robots: true,
      signal,
    })
    return result.kind === 'fetched' ? await readFetched(result, deps) : refusal(result)
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    if (error.code !== 'SOURCE_UNREACHABLE') return { kind: 'refused', reason: error.message }
    return { kind: 'failed', reason: error.message, waitSeconds: null, asked: true }
  }
}

function refusal(result: Exclude<HttpResult, { kind: 'fetched' }>): PageAnswer {
  if (result.kind === 'unchanged') return { kind: 'unchanged' }
  if (result.kind === 'gone') return { kind: 'refused', reason: '410 Gone' }
  const { reason } = result
  // robots.txt may only be out of reach: its word is looked up again, which costs no request.
  if (result.kind === 'disallowed')
    return { kind: 'failed', reason, waitSeconds: null, asked: true }
  const { retryAfterSeconds: waitSeconds } = result
  if (result.kind === 'postponed') return { kind: 'failed', reason, waitSeconds, asked: false }
  const isPassing = result.status >= 500 || PASSING.has(result.status)
  return isPassing
    ? { kind: 'failed', reason, waitSeconds, asked: true }
    : { kind: 'refused', reason }
}

async function readFetched(
  {
    bytes,
    contentType,
    url,
    etag,
    lastModified,
    headers,
  }: Extract<HttpResult, { kind: 'fetched' }>,
  { threads }: FetchDeps,
): Promise<PageAnswer> {
  if (contentType !== null && !/\b(?:html|xhtml|xml)\b/i.test(contentType))
    return { kind: 'refused', reason: `no page but ${contentType.slice(0, 100)}` }
  const robots = String(headers['x-robots-tag'] ?? '')
  const asked = readHints(new Map(), { robots, tdm: String(headers['tdm-reservation'] ?? '') })
  if (/\b(?:noarchive|nosnippet|none)\b/i.test(robots))
    return { kind: 'refused', reason: 'its publisher allows no copy', hints: asked }
  try {
    const page = await threads.run<Page>('readPage', { bytes, contentType, url }, READ_MS)
    const hints = [...new Set([...asked, ...page.hints])]
    return { kind: 'page', page, hints, etag, lastModified }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { kind: 'refused', reason: error.message }
  }
}
