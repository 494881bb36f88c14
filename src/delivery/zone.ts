import type { Instant } from '../model.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Zones lie between UTC−12 and UTC+14; both bounds with an hour to spare. */
const WEST_MS = 13 * HOUR_MS
const EAST_MS = 15 * HOUR_MS

/** Making a formatter costs 30 µs, using one costs 1 µs. The zone database holds some 600 names. */
const formatters = new Map<string, Intl.DateTimeFormat>()

/** Whether `name` is a zone such as `Europe/Zurich`. A bare offset is none: it has no clock changes. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    formatter(name)
    return true
  } catch {
    return false
  }
}

/** The date on the wall in `timeZone` at this instant, `YYYY-MM-DD`. */
export function localDate(at: Instant, timeZone: string): string {
  const time = Date.parse(at)
  return new Date(time + offsetAt(time, timeZone)).toISOString().slice(0, 10)
}

/**
 * The first instant of the day `date` at which the clock in `timeZone` shows `hour`:00 or later.
 * An hour that comes twice counts when it comes first; for one that is left out it is the first
 * instant after the gap, which may belong to the next day. `null` where the calendar leaves the
 * whole day out, as when a zone crosses the date line.
 *
 * @param date a day `YYYY-MM-DD`
 * @param hour 0–23
 */
export function firstInstant(date: string, hour: number, timeZone: string): Instant | null {
  const at = instantAt(`${date}T${String(hour).padStart(2, '0')}:00`, timeZone)
  if (localDate(at, timeZone) === date) return at
  // A gap led past midnight. Where it began the day too, the day has no instant at all.
  return localDate(instantAt(`${date}T00:00`, timeZone), timeZone) === date ? at : null
}

/** What the clock on the wall in `timeZone` shows at this instant, `YYYY-MM-DDTHH:MM`. */
export function wallClock(at: Instant, timeZone: string): string {
  const time = Date.parse(at)
  return new Date(time + offsetAt(time, timeZone)).toISOString().slice(0, 16)
}

/**
 * The instant at which the clock on the wall shows this. A time that comes twice counts when it
 * comes first; for one that is left out it is the first instant after the gap.
 *
 * @param shown `YYYY-MM-DDTHH:MM`
 */
export function instantAt(shown: string, timeZone: string): Instant {
  const wall = Date.parse(`${shown}:00.000Z`)
  const before = offsetAt(wall - EAST_MS, timeZone)
  const after = offsetAt(wall + WEST_MS, timeZone)
  if (before === after) return new Date(wall - before).toISOString()
  const found = [wall - before, wall - after].filter((at) => at + offsetAt(at, timeZone) === wall)
  const first = found.length > 0 ? Math.min(...found) : changeAround(wall, timeZone)
  return new Date(first).toISOString()
}

/**
 * When a time on the wall would have come if the clock had not been changed at `change`: what orders
 * times that were left out, which all fall on that one instant.
 *
 * @param shown `YYYY-MM-DDTHH:MM`
 * @returns ms since 1970 on the clock as it ran before
 */
export function unchangedTime(shown: string, change: Instant, timeZone: string): number {
  return Date.parse(`${shown}:00.000Z`) - offsetAt(Date.parse(change) - MINUTE_MS, timeZone)
}

/** The first instant, to the minute, of the offset that replaces another around `wall`. */
function changeAround(wall: number, timeZone: string): number {
  const old = offsetAt(wall - EAST_MS, timeZone)
  let low = Math.floor((wall - EAST_MS) / MINUTE_MS)
  let high = Math.ceil((wall + WEST_MS) / MINUTE_MS)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle * MINUTE_MS, timeZone) === old) low = middle
    else high = middle
  }
  return high * MINUTE_MS
}

/** Local time minus UTC in ms. Intl writes it as `GMT`, `GMT+05:30` or, long ago, `GMT-00:44:30`. */
function offsetAt(time: number, timeZone: string): number {
  const text = formatter(timeZone).format(time)
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? []
  const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1_000
  return sign === '-' ? -size : size
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  const kept = formatters.get(timeZone)
  if (kept !== undefined) return kept
  const made = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  formatters.set(timeZone, made)
  return made
}
