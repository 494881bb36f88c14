import type { Instant, Pace, SendWindow } from '../model.ts'
import { firstInstant, localDate, unchangedTime, wallClock } from './zone.ts'

const DAY_MS = 86_400_000

/** As `Date.getUTCDay` counts: Sunday is 0. */
const MONDAY = 1
const FRIDAY = 5

const DAYS_A_WEEK = 7
const PACES = ['daily', 'weekdays', 'weekly'] as const satisfies readonly Pace[]

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

/** A firing that the clock left out: the time it was meant for, and the end of the gap. */
export type LeptFiring = { readonly meant: string; readonly at: Instant; readonly timeZone: string }

/**
 * From when on a reader's hour is looked for. An edition is frozen after it fired. Where the clock left
 * that time out, it fires as the gap ends, and the hours up to there have come at that very instant: those
 * meant to be after the firing still are, or their readers had no mail that day.
 */
export function readyAt(
  frozenAt: Instant,
  hour: number | null,
  timeZone: string,
  lept: LeptFiring | null,
): Instant {
  if (lept === null || hour === null || dueAt(lept.at, hour, timeZone) !== lept.at) return frozenAt
  const date = localDate(lept.at, timeZone)
  const clock = `T${String(hour).padStart(2, '0')}:00`
  // The last hour of a day may have been left out, and its reader's day is the one before.
  const day = wallClock(lept.at, timeZone).slice(10) < clock ? dayAfter(date, -1) : date
  const meant = unchangedTime(lept.meant, lept.at, lept.timeZone)
  return unchangedTime(`${day}${clock}`, lept.at, timeZone) > meant ? lept.at : frozenAt
}

/**
 * The first instant at or after `at` within the hours in which mails may leave.
 *
 * @param window on the clock in `timeZone`
 */
export function withinWindow(at: Instant, window: SendWindow | null, timeZone: string): Instant {
  if (window === null || isOpen(at, window, timeZone)) return at
  let date = localDate(at, timeZone)
  for (;;) {
    const opens = firstInstant(date, window.from, timeZone)
    if (opens !== null && opens >= at) return opens
    date = dayAfter(date, 1)
  }
}

function isOpen(at: Instant, { from, to }: SendWindow, timeZone: string): boolean {
  const hour = Number(wallClock(at, timeZone).slice(11, 13))
  return hour >= from && hour < to
}

/**
 * The instant after which a mail is sent no more: the digest's deadline on the day it is due. A
 * reader whose own hour lies behind it knows what they asked for: for them there is none.
 *
 * @param hour of the deadline, 0–23
 */
export function notAfter(dueAt: Instant, hour: number | null, timeZone: string): Instant | null {
  if (hour === null) return null
  const at = firstInstant(localDate(dueAt, timeZone), hour, timeZone)
  return at !== null && at > dueAt ? at : null
}

/**
 * The paces whose readers are owed an edition: it falls due on a day of theirs, or on the first day
 * after one on which none fell due, so that a digest which leaves Mondays out has weekly readers.
 *
 * @param dueAt       when this edition falls due
 * @param previousDue when the one before it did; `null` for a digest's first
 */
export function owedPaces(
  dueAt: Instant,
  previousDue: Instant | null,
  timeZone: string,
): readonly Pace[] {
  const days = [localDate(dueAt, timeZone)]
  const last = previousDue === null ? null : localDate(previousDue, timeZone)
  for (let back = 1; back < DAYS_A_WEEK; back++) {
    const day = dayAfter(days[0] ?? '', -back)
    if (last === null || day <= last) break
    days.push(day)
  }
  return PACES.filter((pace) => days.some((day) => isPaceDay(pace, day)))
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
