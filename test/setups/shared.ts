type Made<T> = { readonly value: T; remove(): unknown }
type Shared = { readonly made: Promise<Made<unknown>>; users: number }

/** Each project loads these files for itself: what they share is kept with the process. */
const kept = globalThis as { doseShared?: Map<string, Shared> }

/** Makes for all projects what the first of them asks for; the last one that goes removes it. */
export async function share<T>(
  name: string,
  make: () => Promise<Made<T>>,
): Promise<{ value: T; release(): Promise<void> }> {
  kept.doseShared ??= new Map()
  const all = kept.doseShared
  const shared = all.get(name) ?? { made: make(), users: 0 }
  all.set(name, shared)
  shared.users++
  const { value, remove } = (await shared.made) as Made<T>
  return {
    value,
    async release() {
      if (--shared.users > 0) return
      all.delete(name)
      await remove()
    },
  }
}
