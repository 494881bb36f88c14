import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Dead buffers are let pile up to this before they are collected. */
const PILE_BYTES = 8 * 1_024 * 1_024

let collectYoung: (() => void) | null = null
let dead = 0

/**
 * Says that buffers of so many bytes in all have just been let go. They are small objects with large
 * memory outside V8's heap, which therefore sees little to collect while a hundred megabytes lie dead
 * (docs/decisions/0034): the young generation is collected here, which takes about a millisecond.
 */
export function letGo(bytes: number): void {
  dead += bytes
  if (dead < PILE_BYTES) return
  dead = 0
  collectYoung ??= minorCollection()
  collectYoung()
}

function minorCollection(): () => void {
  setFlagsFromString('--expose-gc')
  const gc: NodeJS.GCFunction = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return () => gc({ type: 'minor' })
}
