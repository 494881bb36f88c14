/** What takes long to count and may be a little old. */
export type Kept<Value> = { readonly value: Value; readonly at: number }

/**
 * Counts once for all who ask within `ms`, by key. Who asks later gets what was counted last while
 * it is counted anew, so that only the first one ever waits.
 *
 * @param now milliseconds since 1970
 */
export function keepFor<Key extends string, Value>(
  ms: number,
  count: (key: Key) => Promise<Value>,
  now: () => number = Date.now,
): (key: Key) => Promise<Kept<Value>> {
  const kept = new Map<Key, Kept<Value>>()
  const counting = new Map<Key, Promise<Kept<Value>>>()
  const countAnew = (key: Key) => {
    const running = counting.get(key)
    if (running) return running
    const at = now()
    const fresh = count(key)
      .then((value) => {
        kept.set(key, { value, at })
        return { value, at }
      })
      .finally(() => counting.delete(key))
    counting.set(key, fresh)
    return fresh
  }
  return async (key) => {
    const last = kept.get(key)
    if (last && now() - last.at < ms) return last
    const fresh = countAnew(key)
    if (!last) return fresh
    fresh.catch(() => undefined) // whoever asks next tries again, and waits once this one is too old
    return last
  }
}
