import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from './log.ts'

/** A part that takes longer to close is left behind. */
const STEP_MS = 30_000

export type Closing = {
  /** Remembers how a part that was just opened is closed. */
  add(part: string, close: () => unknown): void
  /** Closes all, the last opened first. A part that fails or takes too long holds up none before it. */
  closeAll(): Promise<void>
}

export function createClosing(log: Log, stepMs = STEP_MS): Closing {
  const parts: { part: string; close: () => unknown }[] = []
  return {
    add: (part, close) => void parts.push({ part, close }),
    async closeAll() {
      for (const { part, close } of parts.splice(0).reverse()) {
        try {
          await within(stepMs, close)
        } catch (error) {
          log.error('a part was not closed', { part, error })
        }
      }
    },
  }
}

async function within(ms: number, close: () => unknown): Promise<void> {
  const clock = new AbortController()
  const late = sleep(ms, undefined, { signal: clock.signal }).then(() => {
    throw new RangeError(`it took longer than ${ms} ms`)
  })
  try {
    await Promise.race([Promise.resolve().then(close), late])
  } finally {
    clock.abort()
  }
}
