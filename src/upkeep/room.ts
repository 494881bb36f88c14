/** A disk, or a database with a bound, and what may still be written to it. */
export type Room = { readonly name: string; readonly freeBytes: number }

const MIB = 1_024 ** 2
/** Below it nothing more is read: what is left is for editions, mails and the database's own work. */
const STOP_BYTES = 512 * MIB
/** Reading goes on above it: more than enough not to stop again at once. */
const RESUME_BYTES = 768 * MIB

/**
 * Why nothing is to be read from sources; `null` where there is room.
 *
 * @param isStopped whether it is stopped now: it then takes more room to go on.
 */
export function whyStop(rooms: readonly Room[], isStopped: boolean): string | null {
  const least = isStopped ? RESUME_BYTES : STOP_BYTES
  const full = rooms.filter(({ freeBytes }) => freeBytes < least)
  if (full.length === 0) return null
  const told = full.map(
    ({ name, freeBytes }) => `${name} has ${Math.max(0, Math.floor(freeBytes / MIB))} MiB left`,
  )
  return told.join(', ')
}
