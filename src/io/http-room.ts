/** Places for what takes much memory: whoever finds none free waits. */
export type Room = {
  /** @returns what leaves the place. @throws the reason of `signal` when that aborts first. */
  enter(signal: AbortSignal): Promise<() => void>
  isEmpty(): boolean
}

export function createRoom(places: number): Room {
  const waiting: (() => void)[] = []
  let free = places
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  const once = () => {
    let isIn = true
    return () => {
      if (isIn) leave()
      isIn = false
    }
  }
  return {
    isEmpty: () => free === places,
    async enter(signal) {
      signal.throwIfAborted()
      if (free > 0) {
        free--
        return once()
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const abort = () => {
        const index = waiting.indexOf(resolve)
        if (index >= 0) waiting.splice(index, 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', abort, { once: true })
      waiting.push(resolve)
      await promise.finally(() => signal.removeEventListener('abort', abort))
      return once()
    },
  }
}
