/** What is shown again rather than made again: whoever looks at a page twice waits once. */
export type Kept = {
  /**
   * @param key names what is made, and the arguments it is made of
   * @param stamp everything that makes an old one wrong, not only old
   */
  get<T>(key: string, stamp: string, make: () => Promise<T>): Promise<T>
}

/** What is made quicker is made anew each time. */
const QUICK_MS = 250
/** Younger is shown as it is. */
const FRESH_MS = 60_000
/** Younger is shown while another is made. */
const STALE_MS = 600_000
/** Each may hold an edition's stories, about a megabyte. */
const MOST = 16

type Entry = {
  readonly stamp: string
  readonly value: Promise<unknown>
  /** When it was asked for. */
  readonly at: number
  /** Milliseconds it took; `null` while it is made. */
  tookMs: number | null
  /** The next one, while it is made. */
  renewing: boolean
}

export function createKept(now: () => number = () => performance.now()): Kept {
  const entries = new Map<string, Entry>()

  const put = (key: string, entry: Entry) => {
    entries.delete(key)
    entries.set(key, entry)
    const [oldest] = entries.keys()
    if (entries.size > MOST && oldest !== undefined) entries.delete(oldest)
  }

  const start = <T>(stamp: string, make: () => Promise<T>) => {
    const at = now()
    const value = make()
    const entry: Entry = { stamp, value, at, tookMs: null, renewing: false }
    const done = value.then(() => {
      entry.tookMs = now() - at
    })
    return { entry, value, done }
  }

  /** What cannot be made is not kept: the next who asks is told. */
  const make = <T>(key: string, stamp: string, how: () => Promise<T>): Promise<T> => {
    const { entry, value, done } = start(stamp, how)
    put(key, entry)
    done.catch(() => entries.get(key) === entry && entries.delete(key))
    return value
  }

  const renew = <T>(key: string, stamp: string, how: () => Promise<T>, old: Entry): void => {
    old.renewing = true
    const { entry, done } = start(stamp, how)
    done.then(
      () => entries.get(key) === old && put(key, entry),
      () => entries.get(key) === old && entries.delete(key),
    )
  }

  return {
    get<T>(key: string, stamp: string, how: () => Promise<T>): Promise<T> {
      const old = entries.get(key)
      const age = old ? now() - old.at : Number.POSITIVE_INFINITY
      const isQuick = old?.tookMs != null && old.tookMs < QUICK_MS
      if (!old || old.stamp !== stamp || age > STALE_MS || isQuick) return make(key, stamp, how)
      if (age > FRESH_MS && !old.renewing) renew(key, stamp, how, old)
      return old.value as Promise<T>
    },
  }
}
