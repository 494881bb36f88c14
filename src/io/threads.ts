import { Piscina } from 'piscina'
import { DoseError } from '../errors.ts'

/** Runs what would stall the event loop: nothing over 50 ms belongs on the main thread. */
export type Threads = {
  /**
   * @param task name of an export of the thread's file.
   * @param timeoutMs the thread is ended and replaced when a task takes longer, not counting its
   *   wait for a free thread.
   * @throws what the task throws, DoseErrors with their code; or a RangeError where it takes too long or
   *   too much memory.
   */
  run<Out>(task: string, input: unknown, timeoutMs?: number): Promise<Out>
  close(): Promise<void>
}

const TIMEOUT_MS = 60_000
/** A hostile document ends its thread instead of the process. */
const HEAP_MB = 768

/**
 * Starts a thread when there is a task for it, and keeps it.
 *
 * @param size threads; 1 keeps the state of a module from task to task.
 */
export function createThreads(file: URL, size: number, heapMb = HEAP_MB): Threads {
  const pool = new Piscina({
    filename: file.href,
    minThreads: 0, // most commands need none, and a thread takes half a second of a processor to start
    maxThreads: size,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  const turns = createTurns(size)
  return {
    async run<Out>(task: string, input: unknown, timeoutMs = TIMEOUT_MS): Promise<Out> {
      const endTurn = await turns.take()
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        return (await pool.run(input, { name: task, signal })) as Out
      } catch (error) {
        if (signal.aborted)
          throw new RangeError(`${task} took longer than ${timeoutMs} ms`, { cause: error })
        if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY')
          throw new RangeError(`${task} took more than ${heapMb} MB`, { cause: error })
        throw (error instanceof Error && DoseError.revive(error.message, error)) || error
      } finally {
        endTurn()
      }
    },
    close: () => pool.close({ force: true }),
  }
}

/** Turns for so many at once, in the order in which they were asked for. */
function createTurns(size: number) {
  const waiting: (() => void)[] = []
  let free = size
  const end = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    /** Resolves with the function that ends the turn. */
    async take(): Promise<() => void> {
      if (free > 0) free--
      else await new Promise<void>((begin) => waiting.push(begin))
      return end
    },
  }
}
