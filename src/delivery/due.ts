import type { Instant, Pace } from '../model.ts'
import { firstInstant, localDate } from './zone.ts'

const DAY_MS = 86_400_000

/** As `Date.getUTCDay` counts: Sunday is 0. */
const MONDAY = 1
const FRIDAY = 5

/**
 * When a reader is owed an edition: the first `hour`:00 on their own clock at or after its
 * freeze. There is exactly one such instant for every day of their calendar, whatever the clocks
 * do: see `firstInstant`.
 *
 * @param hour 0–23, or `null` for a reader who takes it as soon as it is frozen
 * @throws {RangeError} when `timeZone` is none
 */
export function dueAt(frozenAt: Instant, hour: number | null, timeZone: string): Instant {
  if (hour === null) return frozenAt
  // From the day before: its hour may have been left out, and then falls past midnight.
  let date = dayAfter(localDate(frozenAt, timeZone), -1)
  for (;;) {
    const at = firstInstant(date, hour, timeZone)
    if (at !== null && at >= frozenAt) return at
    date = dayAfter(date, 1)
  }
}

/**
 * Whether a reader of this pace gets a mail on a day of theirs.
 *
 * @param localDate `YYYY-MM-DD` on the reader's wall
 * @param weekday   the day of a weekly mail, Sunday 0 to Saturday 6
 */
export function isPaceDay(pace: Pace, localDate: string, weekday = MONDAY): boolean {
  const day = new Date(`${localDate}T00:00:00.000Z`).getUTCDay()
  if (pace === 'weekly') return day === weekday
  return pace === 'daily' || (day >= MONDAY && day <= FRIDAY)
}

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + days * DAY_MS).toISOString().slice(0, 10)
}
