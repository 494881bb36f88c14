import { openSession, type SmtpServer, type SmtpSession } from './smtp-session.ts'

/** Many servers end a connection that brings more. */
const MESSAGES_PER_SESSION = 100

/** Below the five minutes that servers wait at least (RFC 5321 section 4.5.3.2.7). */
const IDLE_MS = 60_000

/** A session lent out for one message. */
export type Lease = {
  readonly session: SmtpSession
  /** Messages it carried before. One that has some may have been closed by its server since. */
  readonly used: number
}

type Idle = Lease & { readonly since: number }

/** Open sessions with one server, and a bound on how many there are. */
export type SmtpPool = {
  /** Waits for room, in the order of asking. Rejects when the pool closes or the signal fires. */
  enter(signal: AbortSignal): Promise<void>
  /** Enters where there is room this very moment. @returns whether there was. */
  enterNow(): boolean
  leave(): void
  /** An idle session, or a new one. Only between `enter` and `leave`. */
  lend(signal: AbortSignal): Promise<Lease>
  /** Takes back a session that is ready for the next message. */
  keep(lease: Lease): void
  /** Hangs up whatever is idle. */
  forget(): void
  /** Lets everybody leave, lets nobody enter, then hangs up. */
  close(): Promise<void>
}

/** @param room sessions at one time */
export function createSmtpPool(server: SmtpServer, room: number): SmtpPool {
  const waiting = new Set<{ enter: () => void; refuse: (reason: Error) => void }>()
  let idle: Idle[] = []
  let inside = 0
  let empty: (() => void) | null = null
  let closed = false

  const hangUp = (which: (entry: Idle) => boolean) => {
    for (const { session } of idle.filter(which)) session.quit()
    idle = idle.filter((entry) => !which(entry))
  }

  const enterNow = () => {
    if (closed || inside >= room) return false
    inside += 1
    return true
  }

  return {
    enterNow,
    enter(signal) {
      if (closed) return Promise.reject(new Error('the mailer is closed'))
      if (signal.aborted) return Promise.reject(signal.reason)
      if (enterNow()) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const entry = { enter: resolve, refuse: reject }
        waiting.add(entry)
        signal.addEventListener('abort', () => waiting.delete(entry) && reject(signal.reason))
      })
    },
    leave() {
      const [next] = waiting
      if (next !== undefined) {
        waiting.delete(next)
        return next.enter()
      }
      inside -= 1
      if (inside === 0) empty?.()
    },
    async lend(signal) {
      const now = performance.now()
      hangUp(({ session, since }) => !session.isOpen() || now - since > IDLE_MS)
      return idle.shift() ?? { session: await openSession(server, signal), used: 0 }
    },
    keep({ session, used }) {
      const lease = { session, used: used + 1, since: performance.now() }
      if (closed || lease.used >= MESSAGES_PER_SESSION) session.quit()
      else if (session.isOpen()) idle.push(lease)
    },
    forget() {
      hangUp(() => true)
    },
    async close() {
      closed = true
      for (const { refuse } of waiting) refuse(new Error('the mailer is closed'))
      waiting.clear()
      if (inside > 0) await new Promise<void>((resolve) => (empty = resolve))
      hangUp(() => true)
    },
  }
}
