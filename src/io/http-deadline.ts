import { TooSlow } from './http-failure.ts'
import type { Limits } from './http-limits.ts'

/** The time one fetch has. `signal` aborts when it is over, or when the caller's own signal does. */
export type Deadline = {
  readonly signal: AbortSignal
  /** Milliseconds used up so far. */
  usedMs(): number
  /** Waits for the headers of one answer, no longer than a fetch may wait for them. */
  untilHeaders<T>(answer: Promise<T>): Promise<T>
  /** Waits for something that is no fault of the host's: the clock stands still meanwhile. */
  stopped<T>(wait: () => Promise<T>): Promise<T>
  stop(): void
}

export function startDeadline(limits: Limits, signal?: AbortSignal): Deadline {
  const controller = new AbortController()
  const abortAfter = (ms: number, what: string, of = ms) =>
    setTimeout(() => controller.abort(new TooSlow(`${what} within ${of / 1_000} s`)), ms)
  const run = (ms: number) => abortAfter(ms, 'not complete', limits.totalMs)
  let used = 0
  let since = performance.now()
  let total = run(limits.totalMs)
  return {
    signal: signal ? AbortSignal.any([signal, controller.signal]) : controller.signal,
    usedMs: () => Math.round(used + performance.now() - since),
    async untilHeaders(answer) {
      const timer = abortAfter(limits.headersMs, 'no answer')
      return answer.finally(() => clearTimeout(timer))
    },
    async stopped(wait) {
      clearTimeout(total)
      used += performance.now() - since
      try {
        return await wait()
      } finally {
        since = performance.now()
        total = run(Math.max(1, limits.totalMs - used))
      }
    },
    stop: () => clearTimeout(total),
  }
}
