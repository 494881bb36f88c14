import { isIP, isIPv6 } from 'node:net'
import type { Limit } from '../store/guesses.ts'
import type { Deps } from '../workers/stage.ts'

/** Keys remembered here; more are forgotten from the oldest on, so that a flood fills no memory. */
const MOST_KEYS = 10_000

export type Guesses = {
  /** Seconds until this key may try again, as far as this process knows; 0 when it may now. */
  held(key: string): number
  /** The same, as far as any process knows. */
  waitSeconds(key: string): Promise<number>
  /**
   * Counts a try: here at once, so that a thousand at once count, and then for all processes.
   *
   * @returns seconds to wait where it may not be made; else 0.
   */
  take(key: string): Promise<number>
  /** It was right, which costs nothing: whoever knows is never held. */
  forgive(key: string): Promise<void>
}

/** Counts wrong guesses of one kind by key. Rows tell of other processes; a flood at this one stays here. */
export function createGuesses(
  kind: string,
  limit: Limit,
  { store, clock }: { store: Pick<Deps['store'], 'guesses'>; clock: Deps['clock'] },
): Guesses {
  const windows = new Map<string, { count: number; endsAt: number }>()
  const rows = store.guesses
  const named = (key: string) => `${kind} ${key}`
  const now = () => Date.parse(clock.now())

  function held(key: string): number {
    const window = windows.get(key)
    if (!window || window.endsAt <= now() || window.count < limit.most) return 0
    return Math.ceil((window.endsAt - now()) / 1_000)
  }

  function open(key: string, count: number, endsAt: number): void {
    windows.delete(key)
    windows.set(key, { count, endsAt })
    const oldest = windows.size > MOST_KEYS ? windows.keys().next().value : undefined
    if (oldest !== undefined) windows.delete(oldest)
  }

  function note(key: string): void {
    const known = windows.get(key)
    if (known && known.endsAt > now()) known.count++
    else open(key, 1, now() + limit.windowMs)
  }

  return {
    held,
    waitSeconds: async (key) =>
      held(key) || (await rows.waitSeconds(named(key), limit, clock.now())),

    async take(key) {
      const here = held(key)
      if (here > 0) return here
      note(key)
      const wait = await rows.take(named(key), limit, clock.now())
      if (wait > 0) open(key, limit.most, now() + wait * 1_000)
      return wait
    },

    async forgive(key) {
      const known = windows.get(key)
      if (known && known.count > 0) known.count--
      await rows.forgive(named(key))
    },
  }
}

/** What a trusted proxy says is an address, or counts as one with all that is none. */
export const addressOf = ({ ip }: { readonly ip: string }): string =>
  isIP(ip) === 0 ? 'unknown' : ip

/** One household has 2^64 IPv6 addresses: they count as one (RFC 6177). */
export function networkOf(address: string): string {
  if (isIP(address) === 0) return 'unknown'
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  const missing = 8 - groups.length - tail.split(':').filter(Boolean).length
  return [...groups, ...Array(Math.max(0, missing)).fill('0')].slice(0, 4).join(':')
}

/**
 * What the names of all networks begin with that one customer may have: 65,536 by an IPv6 /48 (RFC 6177).
 * `null` for an IPv4 address, which is a part of none.
 */
export const siteOf = (network: string): string | null =>
  /^(?:[\da-f]+:){3}/i.exec(network)?.[0] ?? null
