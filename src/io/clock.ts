import type { Instant } from '../model.ts'

/** The only clock. Tests and `--now` pass another. */
export type Clock = { now(): Instant }

export const systemClock: Clock = { now: () => new Date().toISOString() }
