/** What was made for a page, and when it was asked for, in milliseconds since 1970. */
export type Made<T> = { readonly value: T; readonly at: number }

/** What takes long and may be a little old is shown again rather than made again. */
export type Kept = {
  /**
   * Whoever asks while it is made waits for the same; whoever asks for an old one gets it while the
   * next is made. What cannot be made is not kept: the next who asks is told.
   *
   * @param key names what is made, and the arguments it is made of
   * @param stamp everything that makes an old one wrong, not only old
   */
  get<T>(key: string, make: () => Promise<T>, stamp?: string): Promise<Made<T>>
  /** The same for whoever does not wait: `null` while there is none that may be shown. */
  look<T>(key: string, make: () => Promise<T>, stamp?: string): Made<T> | null
  /** The next who asks has it made anew. */
  forget(key: string): void
  /** How many times something was made: it grows when a look would show more than before. */
  readonly made: number
}

export type KeepRule = {
  /** Milliseconds; younger is shown as it is. */
  readonly freshMs: number
  /** What is made quicker is made anew for each who waits for it. */
  readonly quickMs?: number
  /** Things kept at once; the one that was made longest ago goes first. */
  readonly most: number
}

/** For counts over many rows, which an open page asks for every few seconds. */
export const COUNTS: KeepRule = { freshMs: 15_000, most: 64 }
/** For previews and rankings: each may hold an edition's stories, about a megabyte. */
export const PREVIEWS: KeepRule = { freshMs: 60_000, quickMs: 250, most: 16 }

/** Nobody sees what is older. */
const STALE_MS = 600_000
/** Whatever is asked for all the time is made in a twentieth of the time at most. */
const REST = 20

type Entry = {
  readonly stamp: string
  readonly made: Promise<Made<unknown>>
  /** When it was asked for. */
  readonly at: number
  /** `null` while it is made. */
  done: { readonly value: Made<unknown>; readonly tookMs: number } | null
  /** The next one is being made. */
  isRenewed: boolean
}

/** @param now milliseconds since 1970 */
export function createKept(
  { freshMs, quickMs = 0, most }: KeepRule,
  now: () => number = Date.now,
): Kept {
  const entries = new Map<string, Entry>()
  let made = 0

  const put = (key: string, entry: Entry) => {
    entries.delete(key)
    entries.set(key, entry)
    const [oldest] = entries.keys()
    if (entries.size > most && oldest !== undefined) entries.delete(oldest)
  }

  const begin = (stamp: string, make: () => Promise<unknown>): Entry => {
    const at = now()
    const entry: Entry = {
      ...{ stamp, at, done: null, isRenewed: false },
      made: make().then((value) => {
        made++
        entry.done = { value: { value, at }, tookMs: now() - at }
        return entry.done.value
      }),
    }
    return entry
  }

  const start = (key: string, stamp: string, make: () => Promise<unknown>): Entry => {
    const entry = begin(stamp, make)
    put(key, entry)
    entry.made.catch(() => entries.get(key) === entry && entries.delete(key))
    return entry
  }

  const renew = (key: string, old: Entry, make: () => Promise<unknown>): void => {
    old.isRenewed = true
    const next = begin(old.stamp, make)
    next.made.then(
      () => entries.get(key) === old && put(key, next),
      () => entries.get(key) === old && entries.delete(key),
    )
  }

  /** One that may be shown, or is being made; where it is no longer fresh, the next is begun. */
  const find = (key: string, stamp: string, make: () => Promise<unknown>): Entry | undefined => {
    const old = entries.get(key)
    if (!old || old.stamp !== stamp) return undefined
    const age = now() - old.at
    if (old.done === null) return old
    if (age > STALE_MS) return undefined
    const isFresh = age <= Math.max(freshMs, REST * old.done.tookMs)
    if (!isFresh && !old.isRenewed) renew(key, old, make)
    return old
  }

  return {
    get made() {
      return made
    },
    forget: (key) => void entries.delete(key),
    get<T>(key: string, make: () => Promise<T>, stamp = ''): Promise<Made<T>> {
      const done = entries.get(key)?.done
      const isQuick = done != null && done.tookMs < quickMs
      const entry = (!isQuick && find(key, stamp, make)) || start(key, stamp, make)
      return entry.made as Promise<Made<T>>
    },
    look<T>(key: string, make: () => Promise<T>, stamp = ''): Made<T> | null {
      const entry = find(key, stamp, make) ?? start(key, stamp, make)
      return (entry.done?.value as Made<T> | undefined) ?? null
    },
  }
}
