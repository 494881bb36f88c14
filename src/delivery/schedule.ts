import { CronExpressionParser } from 'cron-parser'
import { DoseError } from '../errors.ts'
import type { Instant, Span } from '../model.ts'
import { isTimeZone, localDate } from './zone.ts'

/** One firing of a schedule: the local day it falls on, its place in that day, what it covers. */
export type Firing = {
  /** Local date in the schedule's zone, `YYYY-MM-DD`. */
  readonly date: string
  /** From 0; more than 0 only when the schedule fires several times a day. */
  readonly slot: number
  /** From the firing before (exclusive) to this one (inclusive). */
  readonly span: Span
}

/** Firings a day looked at; a digest is no stock ticker. */
const MOST_FIRINGS_A_DAY = 24
/** A day and the longest clock change: a whole local day lies within it. */
const DAY_AND_MORE_MS = 26 * 3_600_000

/**
 * Checks a schedule before it is stored.
 *
 * @throws {DoseError} USAGE naming the fault.
 */
export function checkSchedule(schedule: string, timeZone: string): void {
  if (!isTimeZone(timeZone))
    throw new DoseError('USAGE', `--tz ${timeZone}: no such time zone; write e.g. Europe/Zurich.`)
  if (schedule.trim().split(/\s+/).length !== 5)
    throw new DoseError(
      'USAGE',
      `--schedule "${schedule}": expected five fields (minute hour day month weekday), e.g. "0 7 * * *".`,
    )
  let first: Date
  try {
    const firings = CronExpressionParser.parse(schedule, { tz: timeZone })
    first = firings.next().toDate()
    if (firings.next().getTime() - first.getTime() < 3_600_000) throw new Error(TOO_OFTEN)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DoseError('USAGE', `--schedule "${schedule}": ${reason}.`, { cause: error })
  }
}
const TOO_OFTEN = 'a digest may fire once an hour at most'

/** The last firing at or before `at`: `prev` works in whole seconds and leaves out its own. */
export function lastFiring(schedule: string, timeZone: string, at: Instant): Firing {
  const to = previous(
    schedule,
    timeZone,
    new Date(Math.floor(Date.parse(at) / 1_000) * 1_000 + 1_000),
  )
  return describe(schedule, timeZone, to)
}

export function nextFiring(schedule: string, timeZone: string, at: Instant): Instant {
  const options = { tz: timeZone, currentDate: new Date(at) }
  return CronExpressionParser.parse(schedule, options).next().toDate().toISOString()
}

/** The first firing on a local date, or `null` when the schedule leaves that day out. */
export function firingOn(schedule: string, timeZone: string, date: string): Firing | null {
  const before = new Date(Date.parse(`${date}T00:00:00Z`) - DAY_AND_MORE_MS)
  const firings = CronExpressionParser.parse(schedule, { tz: timeZone, currentDate: before })
  for (let i = 0; i < 3 * MOST_FIRINGS_A_DAY; i++) {
    const at = firings.next().toDate()
    const day = localDate(at.toISOString(), timeZone)
    if (day > date) return null
    if (day === date) return describe(schedule, timeZone, at)
  }
  return null
}

/**
 * The edition an operator asks for at `now`: that of today, whether its hour has come or not. Its
 * span ends now and begins where the last firing before today's edition would have ended.
 */
export function firingNow(schedule: string, timeZone: string, now: Instant): Firing {
  const date = localDate(now, timeZone)
  const today = firingOn(schedule, timeZone, date)
  const last = lastFiring(schedule, timeZone, now)
  if (last.date === date) return { ...last, span: { from: last.span.from, to: now } }
  return { date, slot: today?.slot ?? 0, span: { from: last.span.to, to: now } }
}

function describe(schedule: string, timeZone: string, to: Date): Firing {
  const from = previous(schedule, timeZone, to)
  const date = localDate(to.toISOString(), timeZone)
  let slot = 0
  for (let at = from; localDate(at.toISOString(), timeZone) === date; slot++)
    at = previous(schedule, timeZone, at)
  return { date, slot, span: { from: from.toISOString(), to: to.toISOString() } }
}

function previous(schedule: string, timeZone: string, before: Date): Date {
  const options = { tz: timeZone, currentDate: before }
  return CronExpressionParser.parse(schedule, options).prev().toDate()
}
