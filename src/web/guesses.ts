import { isIPv6 } from 'node:net'

/** Wrong passwords or tokens that one address may try in a window. */
const MOST_GUESSES = 10
const WINDOW_MS = 60_000

/** Addresses remembered; more are forgotten from the oldest on, so that a flood fills no memory. */
const MOST_ADDRESSES = 10_000

type Guesses = {
  /** Seconds until this address may try again; 0 when it may now. */
  waitSeconds(address: string, nowMs: number): number
  /** Notes a wrong one. */
  note(address: string, nowMs: number): void
}

/** Counts wrong guesses by address. Right ones cost nothing, so scripts that know are never held. */
export function createGuesses(): Guesses {
  const windows = new Map<string, { count: number; endsAt: number }>()
  return {
    waitSeconds(address, nowMs) {
      const window = windows.get(networkOf(address))
      if (!window || window.endsAt <= nowMs || window.count < MOST_GUESSES) return 0
      return Math.ceil((window.endsAt - nowMs) / 1_000)
    },
    note(address, nowMs) {
      const key = networkOf(address)
      const known = windows.get(key)
      if (known && known.endsAt > nowMs) {
        known.count++
        return
      }
      windows.delete(key)
      windows.set(key, { count: 1, endsAt: nowMs + WINDOW_MS })
      const oldest = windows.size > MOST_ADDRESSES ? windows.keys().next().value : undefined
      if (oldest !== undefined) windows.delete(oldest)
    },
  }
}

/** One household has 2^64 IPv6 addresses: they count as one (RFC 6177). */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  const missing = 8 - groups.length - tail.split(':').filter(Boolean).length
  return [...groups, ...Array(Math.max(0, missing)).fill('0')].slice(0, 4).join(':')
}
