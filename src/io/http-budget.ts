import { getDomain } from 'tldts'

/** A place in the line of one domain: one request may be on its way while it is held. */
export type Turn = {
  /** Milliseconds it was waited for. */
  readonly waitedMs: number
  end(): void
}

/** Not now: the line is too long, or the host has asked for silence. Nothing was sent. */
export type Postponed = {
  readonly kind: 'postponed'
  /** Seconds after which to ask again. */
  readonly retryAfterSeconds: number
  readonly reason: string
}

export type Want = {
  /** The name a budget is kept under: `domainOf` the host. */
  readonly domain: string
  readonly host: string
  /** Milliseconds the host itself wants between two requests; the longer pause counts. */
  readonly pauseMs: number
}

/** How much may be asked of whom: few requests at once and a pause between two, for each domain. */
export type Budget = {
  /** Waits for a turn, unless that would take too long. */
  take(want: Want, signal: AbortSignal): Promise<Turn | Postponed>
  /** Nobody asks `host` anything for so many seconds. */
  silence(host: string, seconds: number, reason: string): Promise<void>
}

/** Whoever has no budget asks whenever it likes: a command that makes one request. */
export const UNBOUNDED: Budget = {
  take: async () => ({ waitedMs: 0, end() {} }),
  silence: async () => {},
}

/**
 * What a budget is kept for: the name somebody registered, since hosts under it are mostly one
 * machine; customers of a shared name (`me.blog.example` where the public suffix list says so) have
 * each their own. Addresses and names without a public suffix count as themselves.
 */
export function domainOf(host: string): string {
  const plain = host.toLowerCase().replace(/\.$/, '')
  return getDomain(plain, { allowPrivateDomains: true }) ?? plain
}
