import { TooSlow } from './http-failure.ts'
import type { Limits } from './http-limits.ts'

/** The time one fetch has. `signal` aborts when it is over, or when the caller's own signal does. */
export type Deadline = {
  readonly signal: AbortSignal
  /** Waits for the headers of one answer, no longer than a fetch may wait for them. */
  untilHeaders<T>(answer: Promise<T>): Promise<T>
  stop(): void
}

export function startDeadline(limits: Limits, signal?: AbortSignal): Deadline {
  const controller = new AbortController()
  const abortAfter = (ms: number, what: string) =>
    setTimeout(() => controller.abort(new TooSlow(`${what} within ${ms / 1_000} s`)), ms)
  const total = abortAfter(limits.totalMs, 'not complete')
  return {
    signal: signal ? AbortSignal.any([signal, controller.signal]) : controller.signal,
    async untilHeaders(answer) {
      const timer = abortAfter(limits.headersMs, 'no answer')
      return answer.finally(() => clearTimeout(timer))
    },
    stop: () => clearTimeout(total),
  }
}
