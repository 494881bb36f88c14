import { randomUUID } from 'node:crypto'
import type { Budget, Postponed, Turn, Want } from './http-budget.ts'

/** One who waits for a turn; the id names the turn once it is given. */
export type Ticket = Want & { readonly id: string }

export type Taken = Pick<Ticket, 'id' | 'domain'>

/** What became of a ticket. */
export type Given =
  /** The turn is taken; the next one of the domain begins after `nextMs`. */
  | { readonly kind: 'given'; readonly nextMs: number }
  /** Too soon: again after `nextMs`. Or `full`: as many are on their way as may be. */
  | { readonly kind: 'busy'; readonly nextMs: number; readonly full: boolean }
  | { readonly kind: 'silent'; readonly seconds: number; readonly reason: string }

/** Turns as all processes of an installation share them. */
export type Turns = {
  /** Takes a turn for each ticket, at most one a domain, or tells when to try again. */
  take(tickets: readonly Ticket[]): Promise<ReadonlyMap<string, Given>>
  giveBack(turns: readonly Taken[]): Promise<void>
  silence(host: string, seconds: number, reason: string): Promise<void>
}

/** Whoever would wait longer is sent away: the schedule brings it again. */
const PATIENCE_MS = 90_000
/** All that happens within it is one statement: turns given back, turns taken. */
const BEAT_MS = 15
/** A domain whose turns other processes hold is looked at this often. */
const LOOK_MS = 250

type Waiter = {
  readonly ticket: Ticket
  readonly since: number
  readonly answer: (turn: Turn | Postponed) => void
  readonly fail: (error: unknown) => void
}
/** Those who wait for one domain, first come first served, and when it is to be asked for again. */
type Line = {
  readonly waiters: Waiter[]
  readyAt: number
  /** When its pause is over, where what it lacks is somebody's turn to end. */
  fullUntil: number | null
}

export type LinedBudget = Budget & {
  /** Sends away whoever waits and gives back what is held. */
  close(): Promise<void>
}

const NOBODY: ReadonlyMap<string, Given> = new Map()

/**
 * Lines in front of the shared turns, one a domain: a slow domain holds up nobody but those who
 * want it, and each domain gets its turns however long the line of another is. One loop asks for
 * the first of every line in one statement.
 *
 * @param pauseMs milliseconds between the beginnings of two requests to one domain.
 */
export function createBudget(turns: Turns, pauseMs: number): LinedBudget {
  const now = () => performance.now()
  const lines = new Map<string, Line>()
  let ended: Taken[] = []
  let timer: NodeJS.Timeout | null = null
  let timerAt = Infinity
  let beating: Promise<void> | null = null
  let closed = false

  const wakeAt = (at: number) => {
    if (closed || beating || at >= timerAt) return
    if (timer) clearTimeout(timer)
    timerAt = at
    timer = setTimeout(beat, Math.max(BEAT_MS, at - now()))
  }
  const beat = () => {
    timer = null
    timerAt = Infinity
    beating = work().finally(() => {
      beating = null
      const next = Math.min(...[...lines.values()].map(({ readyAt }) => readyAt))
      wakeAt(ended.length > 0 ? Math.min(next, now() + BEAT_MS) : next)
    })
  }
  const work = async () => {
    const firsts = [...lines.values()].filter(({ readyAt }) => readyAt <= now())
    const tickets = firsts.flatMap(({ waiters }) => waiters[0]?.ticket ?? [])
    try {
      await giveBack()
      const given = tickets.length > 0 ? await turns.take(tickets) : NOBODY
      for (const { id, domain } of tickets) settle(domain, given.get(id), id)
    } catch (error) {
      for (const { id, domain } of tickets) leave(domain, id)?.fail(error)
    }
  }
  /** What cannot be given back now is given back at a later beat, or ends by itself. */
  const giveBack = async () => {
    const back = ended
    ended = []
    if (back.length === 0) return
    await turns.giveBack(back).catch((error: unknown) => {
      ended = [...back, ...ended]
      throw error
    })
  }
  /** Takes a waiter out of its line; a line without waiters goes. */
  const leave = (domain: string, id: string): Waiter | undefined => {
    const line = lines.get(domain)
    const index = line?.waiters.findIndex(({ ticket }) => ticket.id === id) ?? -1
    const [waiter] = index < 0 ? [] : (line?.waiters.splice(index, 1) ?? [])
    if (line?.waiters.length === 0) lines.delete(domain)
    return waiter
  }
  const settle = (domain: string, given: Given | undefined, id: string) => {
    const line = lines.get(domain)
    const waiter = line?.waiters.find(({ ticket }) => ticket.id === id)
    if (line && given && given.kind !== 'silent') {
      const isFull = given.kind === 'busy' && given.full
      const next = now() + given.nextMs
      line.fullUntil = isFull ? next : null
      line.readyAt = isFull ? Math.max(next, now() + LOOK_MS) : next
    }
    if (!waiter) {
      if (given?.kind === 'given') end({ id, domain }) // whoever wanted it has left meanwhile
    } else if (given?.kind === 'given') {
      leave(domain, id)
      waiter.answer(turnOf(waiter))
    } else if (given?.kind === 'silent') {
      const { host } = waiter.ticket
      const same = line?.waiters.filter(({ ticket }) => ticket.host === host) ?? []
      for (const { ticket } of same) leave(domain, ticket.id)?.answer(silent(host, given))
    } else if (now() - waiter.since > PATIENCE_MS) {
      leave(domain, id)?.answer(tooLong(domain, given?.nextMs ?? 0))
    }
  }
  const turnOf = ({ ticket, since }: Waiter): Turn => {
    let held = true
    return {
      waitedMs: Math.round(now() - since),
      end() {
        if (held) end(ticket)
        held = false
      },
    }
  }
  const end = ({ id, domain }: Taken) => {
    ended.push({ id, domain })
    const line = lines.get(domain)
    if (line && line.fullUntil !== null) line.readyAt = line.fullUntil
    wakeAt(now())
  }
  return {
    take(want, signal) {
      signal.throwIfAborted()
      const line = lines.get(want.domain) ?? { waiters: [], readyAt: 0, fullUntil: null }
      const pause = Math.max(pauseMs, want.pauseMs)
      const ahead = Math.max(0, line.readyAt - now()) + line.waiters.length * pause
      if (closed || ahead > PATIENCE_MS) return Promise.resolve(tooLong(want.domain, ahead))
      const { promise, resolve, reject } = Promise.withResolvers<Turn | Postponed>()
      const ticket = { ...want, pauseMs: pause, id: randomUUID() }
      const abort = () => leave(want.domain, ticket.id)?.fail(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      line.waiters.push({ ticket, since: now(), answer: resolve, fail: reject })
      lines.set(want.domain, line)
      wakeAt(Math.max(line.readyAt, now()))
      return promise.finally(() => signal.removeEventListener('abort', abort))
    },
    silence: (host, seconds, reason) => turns.silence(host, seconds, reason),
    async close() {
      closed = true
      await beating
      if (timer) clearTimeout(timer)
      for (const [domain, { waiters }] of lines)
        for (const { answer } of waiters) answer(tooLong(domain, 0))
      lines.clear()
      await giveBack()
    },
  }
}

const silent = (host: string, given: Given & { kind: 'silent' }): Postponed => ({
  kind: 'postponed',
  retryAfterSeconds: given.seconds,
  reason: `${host} asked for silence (${given.reason})`,
})

const tooLong = (domain: string, ms: number): Postponed => ({
  kind: 'postponed',
  retryAfterSeconds: Math.max(1, Math.ceil(ms / 1_000)),
  reason: `too many wait for ${domain}`,
})
