import type { Behaviour } from './smtp.ts'

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Milliseconds a healthy answer takes at most, so that a kill finds something on its way. */
const SLOW_MS = 150

/** What a mail server may do, and how often in a thousand. */
const MISCHIEF: readonly (readonly [number, Behaviour])[] = [
  [40, { do: 'reply', at: 'rcpt', reply: '452 4.2.2 mailbox full, try later' }],
  [20, { do: 'reply', at: 'body', reply: '451 4.3.0 out of order, try later' }],
  [10, { do: 'reply', at: 'rcpt', reply: '550 5.1.1 no such user' }],
  [10, { do: 'reply', at: 'body', reply: '554 5.6.0 I do not like it' }],
  [10, { do: 'drop', at: 'rcpt' }],
  [5, { do: 'drop', at: 'in-body' }],
  [5, { do: 'drop', at: 'after-body' }],
  [3, { do: 'die' }],
]

/** Recipients whose first try is put off, in a thousand. */
const GREYLISTED = 80

/** A server that is slow, greylists some, and does whatever servers do. */
export function chaosOf(random: () => number): Behaviour {
  const greylist: Behaviour = { do: 'reply', at: 'rcpt', reply: '451 4.7.1 greylisted' }
  return {
    do: 'roll',
    roll(_to, times) {
      let drawn = random() * 1_000
      if (times === 0 && drawn < GREYLISTED) return greylist
      drawn = random() * 1_000
      for (const [share, behaviour] of MISCHIEF) {
        if (drawn < share) return behaviour
        drawn -= share
      }
      return { do: 'slow', at: 'body', ms: random() * SLOW_MS }
    },
  }
}
