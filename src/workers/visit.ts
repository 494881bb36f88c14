import type { Exchange, HttpResult } from '../io/http.ts'
import type { Validators } from '../io/http-request.ts'
import type { LedgerLine } from '../store/sources.ts'

/** What one visit to a source brought, before it is decided when the next one is. */
export type Visit = {
  readonly kind: 'read' | 'failed' | 'gone' | 'postponed'
  /** What went wrong, for the operator; `null` when it was read. */
  readonly error: string | null
  /** Of the version it has now, where it was read. */
  readonly validators: Validators
  readonly maxAgeSeconds: number | null
  readonly retryAfterSeconds: number | null
  /** Status of HTTP, where there was one. */
  readonly status: number | null
  /** Where an answer that was read says the source has moved for good. */
  readonly movedTo: string | null
  /** For the ledger of requests; `null` where nothing was asked over the net. */
  readonly request: Omit<LedgerLine, 'at'> | null
}

/** A folder was read. */
export const READ: Visit = {
  kind: 'read',
  error: null,
  validators: { etag: null, lastModified: null },
  maxAgeSeconds: null,
  retryAfterSeconds: null,
  status: null,
  movedTo: null,
  request: null,
}

/** A visit that went wrong before anything usable came. */
export const brokenOff = (error: string, request: Visit['request'] = null): Visit => ({
  ...READ,
  kind: 'failed',
  error,
  request,
})

/** @param asked the URL asked, without credentials; `conditional` when validators were sent. */
export function visitOf(result: HttpResult, asked: string, conditional: boolean): Visit {
  const told = { asked, conditional, ...lineOf(result) }
  switch (result.kind) {
    case 'fetched':
    case 'unchanged': {
      const { etag, lastModified, maxAgeSeconds, status, movedTo } = result
      const validators = { etag, lastModified }
      return { ...READ, validators, maxAgeSeconds, status, movedTo, request: told }
    }
    case 'gone': {
      const error = `${asked} answered 410 Gone: its publisher has ended it`
      return { ...READ, kind: 'gone', error, status: result.status, request: told }
    }
    case 'failed': {
      const { status, reason, retryAfterSeconds } = result
      const error = { error: reason, status, retryAfterSeconds }
      return { ...READ, kind: 'failed', ...error, request: { ...told, note: reason } }
    }
    case 'disallowed':
      return brokenOff(result.reason, { ...told, note: result.reason })
    case 'postponed': {
      const { reason: error, retryAfterSeconds } = result
      return {
        ...READ,
        kind: 'postponed',
        error,
        retryAfterSeconds,
        request: { ...told, note: error },
      }
    }
  }
}

type Told = Omit<LedgerLine, 'at' | 'asked' | 'conditional'>

const lineOf = (result: HttpResult): Told =>
  'status' in result
    ? { ...costOf(result), answer: result.kind, note: null }
    : { ...NO_COST, cameFrom: null, answer: result.kind, note: null }

const costOf = ({ status, url, requests, wireBytes, ms, waitedMs }: Exchange) => ({
  status,
  cameFrom: url,
  requests,
  bytes: wireBytes,
  ms,
  waitedMs,
})

/** Of what was never asked, or never answered. */
export const NO_COST = { status: null, requests: 0, bytes: 0, ms: 0, waitedMs: 0 }
