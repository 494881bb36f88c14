import { CronExpressionParser } from 'cron-parser'
import { DoseError } from '../errors.ts'
import type { Instant, Span } from '../model.ts'
import { instantAt, isTimeZone, localDate, wallClock } from './zone.ts'

/** One firing of a schedule: the local day it falls on, its place in that day, what it covers. */
export type Firing = {
  /** Local date in the schedule's zone, `YYYY-MM-DD`. */
  readonly date: string
  /** From 0; more than 0 only when the schedule fires several times a day. */
  readonly slot: number
  /** From the firing before (exclusive) to this one (inclusive). */
  readonly span: Span
}

/** A digest may fire once an hour; with a clock change a local day has 25 of them. */
const MOST_FIRINGS_A_DAY = 25
const HOUR_MS = 3_600_000
/** Clocks change by less, but for zones that cross the date line. */
const LARGEST_CHANGE_MS = 25 * HOUR_MS
/** Firings looked at around a change; an hourly schedule has this many within it, twice. */
const MOST_STEPS = 60

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
  if (/[^\d*,/\-\sA-Za-z]|[hH](?![a-z])/.test(schedule))
    throw new DoseError(
      'USAGE',
      `--schedule "${schedule}": only digits, names and * , - / are known.`,
    )
  try {
    const firings = onTheWall(schedule, '2026-01-01T00:00')
    const first = firings.next().getTime()
    if (firings.next().getTime() - first < HOUR_MS) throw new Error(TOO_OFTEN)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DoseError('USAGE', `--schedule "${schedule}": ${reason}.`, { cause: error })
  }
}
const TOO_OFTEN = 'a digest may fire once an hour at most'

/** The last firing at or before `at`. */
export function lastFiring(schedule: string, timeZone: string, at: Instant): Firing {
  return describe(schedule, timeZone, previous(schedule, timeZone, later(at, 1)))
}

/** The first firing after `at`, with the day it falls on. */
export function firingAfter(schedule: string, timeZone: string, at: Instant): Firing {
  return describe(schedule, timeZone, nextFiring(schedule, timeZone, at))
}

/** When the first firing after `at` is. */
export function nextFiring(schedule: string, timeZone: string, at: Instant): Instant {
  const firings = onTheWall(schedule, wallClock(later(at, -LARGEST_CHANGE_MS), timeZone))
  for (let step = 0; step < MOST_STEPS; step++) {
    const firing = instantAt(wallOf(firings.next()), timeZone)
    if (firing > at) return firing
  }
  throw new RangeError(`no firing of "${schedule}" after ${at}`)
}

/**
 * The time a firing was meant for, where the clock left it out and it fires at the end of the gap
 * instead; `null` for every other instant.
 *
 * @returns `YYYY-MM-DDTHH:MM`
 */
export function leftOutAt(schedule: string, timeZone: string, at: Instant): string | null {
  const shown = wallClock(at, timeZone)
  const firings = onTheWall(schedule, wallClock(later(at, -LARGEST_CHANGE_MS), timeZone))
  for (let step = 0; step < MOST_STEPS; step++) {
    const meant = wallOf(firings.next())
    if (meant >= shown) return null
    if (instantAt(meant, timeZone) === at) return meant
  }
  return null
}

/**
 * The edition of a local date, or `null` when the schedule leaves that day out. Where the schedule
 * fires several times a day, it covers them all: from the last firing before that day to its last.
 */
export function firingOn(schedule: string, timeZone: string, date: string): Firing | null {
  const firings = onTheWall(schedule, before(`${date}T00:00`))
  let last: string | null = null
  let slot = -1
  for (let step = 0; step < MOST_FIRINGS_A_DAY; step++) {
    const wall = wallOf(firings.next())
    if (!wall.startsWith(date)) break
    last = wall
    slot++
  }
  if (last === null) return null
  const earlier = onTheWall(schedule, `${date}T00:00`).prev()
  const from = instantAt(wallOf(earlier), timeZone)
  return { date, slot, span: { from, to: instantAt(last, timeZone) } }
}

/**
 * The edition an operator asks for at `now`: that of today, whether its hour has come or not. Its
 * span ends now and begins where the last firing before today's edition would have ended.
 */
export function firingNow(schedule: string, timeZone: string, now: Instant): Firing {
  const date = localDate(now, timeZone)
  const last = lastFiring(schedule, timeZone, now)
  if (last.date === date) return { ...last, span: { from: last.span.from, to: now } }
  return { date, slot: 0, span: { from: last.span.to, to: now } }
}

function describe(schedule: string, timeZone: string, to: Instant): Firing {
  const date = localDate(to, timeZone)
  const firings = onTheWall(schedule, before(`${date}T00:00`))
  let slot = 0
  while (slot < MOST_FIRINGS_A_DAY && instantAt(wallOf(firings.next()), timeZone) < to) slot++
  return { date, slot, span: { from: previous(schedule, timeZone, to), to } }
}

/** The last firing before `at`. */
function previous(schedule: string, timeZone: string, at: Instant): Instant {
  const firings = onTheWall(schedule, wallClock(later(at, LARGEST_CHANGE_MS), timeZone))
  for (let step = 0; step < MOST_STEPS; step++) {
    const firing = instantAt(wallOf(firings.prev()), timeZone)
    if (firing < at) return firing
  }
  throw new RangeError(`no firing of "${schedule}" before ${at}`)
}

/**
 * The times a schedule names, read on a clock on the wall that never changes. Which instant each
 * is, in a zone whose clocks do change, is decided by `instantAt` alone: every one exactly once.
 */
function onTheWall(schedule: string, from: string) {
  const options = { tz: 'UTC', currentDate: new Date(`${from}:00.000Z`) }
  return CronExpressionParser.parse(schedule, options)
}

const wallOf = (time: { toDate(): Date }): string => time.toDate().toISOString().slice(0, 16)
const later = (at: Instant, ms: number): Instant => new Date(Date.parse(at) + ms).toISOString()
/** A minute before, since firings are looked for after an instant. */
const before = (wall: string): string =>
  wallOf({ toDate: () => new Date(Date.parse(`${wall}:00.000Z`) - 60_000) })
