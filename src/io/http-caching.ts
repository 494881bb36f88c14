/** Header names in lower case, as undici gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>

/** Longest wait a host can ask for, in seconds: nobody silences a source for good by one header. */
const LONGEST_WAIT_SECONDS = 7 * 86_400

/** The first value of a header that should stand once; `null` where absent or empty. */
export function header(headers: Headers, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value)?.trim() || null
}

/** Seconds a host asks us to stay away: a number of seconds or a date, RFC 9110 §10.2.3. */
export function retryAfterSeconds(headers: Headers, nowMs: number): number | null {
  const value = header(headers, 'retry-after')
  if (value === null) return null
  if (/^\d{1,15}$/.test(value)) return bounded(Number(value))
  return secondsUntil(value, nowMs)
}

/**
 * Seconds the answer may be kept: `Cache-Control: max-age` or, without one, `Expires`, RFC 9111
 * §5.2–5.3. `no-cache` and `no-store` count as 0; `null` where nothing is said.
 */
export function maxAgeSeconds(headers: Headers, nowMs: number): number | null {
  const control = header(headers, 'cache-control') ?? ''
  if (/\bno-(?:cache|store)\b/i.test(control)) return 0
  const age = /(?:^|[\s,])max-age="?(\d{1,15})/i.exec(control)?.[1]
  if (age !== undefined) return bounded(Number(age))
  const expires = header(headers, 'expires')
  return expires === null ? null : secondsUntil(expires, nowMs)
}

function secondsUntil(date: string, nowMs: number): number | null {
  const at = Date.parse(date)
  return Number.isNaN(at) ? null : bounded(Math.ceil((at - nowMs) / 1_000))
}

const bounded = (seconds: number) => Math.min(Math.max(0, seconds), LONGEST_WAIT_SECONDS)
