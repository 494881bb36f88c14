import { isIPv6 } from 'node:net'

/** Keys remembered; more are forgotten from the oldest on, so that a flood fills no memory. */
const MOST_KEYS = 10_000

export type Guesses = {
  /** Seconds until this key may try again; 0 when it may now. */
  waitSeconds(key: string, nowMs: number): number
  /** Notes a try, before it is known whether it is right, so that a thousand at once count. */
  note(key: string, nowMs: number): void
  /** It was right, which costs nothing: whoever knows is never held. */
  forgive(key: string): void
}

/** Counts wrong guesses by key. */
export function createGuesses(most: number, windowMs: number): Guesses {
  const windows = new Map<string, { count: number; endsAt: number }>()
  return {
    waitSeconds(key, nowMs) {
      const window = windows.get(key)
      if (!window || window.endsAt <= nowMs || window.count < most) return 0
      return Math.ceil((window.endsAt - nowMs) / 1_000)
    },
    note(key, nowMs) {
      const known = windows.get(key)
      if (known && known.endsAt > nowMs) {
        known.count++
        return
      }
      windows.delete(key)
      windows.set(key, { count: 1, endsAt: nowMs + windowMs })
      const oldest = windows.size > MOST_KEYS ? windows.keys().next().value : undefined
      if (oldest !== undefined) windows.delete(oldest)
    },
    forgive(key) {
      const known = windows.get(key)
      if (known) known.count--
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
