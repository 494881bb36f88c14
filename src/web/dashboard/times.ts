import { wallClock } from '../../delivery/zone.ts'
import type { Instant } from '../../model.ts'

const MINUTE_MS = 60_000
const MINUTE_SECONDS = 60
const HOUR_MINUTES = 60
const DAY_MINUTES = 24 * HOUR_MINUTES
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** An instant on a page: in the visitor's zone, with UTC and the distance from now beside it. */
export type ShownTime = {
  readonly at: Instant
  readonly text: string
  readonly utc: string
  /** `5 min ago`, `in 3 h 10 min`. */
  readonly distance: string
}

export type Times = {
  readonly zone: string
  readonly now: Instant
  show(at: Instant): ShownTime
  /** The same where there may be none. */
  showIf(at: Instant | null): ShownTime | null
}

export function createTimes(zone: string, now: Instant): Times {
  const show = (at: Instant): ShownTime => ({
    at,
    text: dayAndTime(wallClock(at, zone), wallClock(now, zone)),
    utc: `${wallClock(at, 'UTC').replace('T', ' ')} UTC`,
    distance: distanceOf(at, now),
  })
  return { zone, now, show, showIf: (at) => (at === null ? null : show(at)) }
}

/** `07:30` today, `26 Nov, 07:30` this year, `26 Nov 2025, 07:30` before. */
function dayAndTime(shown: string, today: string): string {
  const [date = '', time = ''] = shown.split('T')
  if (today.startsWith(date)) return time
  const [year = '', month = '1', day = ''] = date.split('-')
  const name = `${Number(day)} ${MONTHS[Number(month) - 1]}`
  return today.startsWith(year) ? `${name}, ${time}` : `${name} ${year}, ${time}`
}

function distanceOf(at: Instant, now: Instant): string {
  const minutes = Math.round((Date.parse(at) - Date.parse(now)) / MINUTE_MS)
  if (minutes === 0) return 'now'
  return minutes > 0 ? `in ${spanOf(minutes)}` : `${spanOf(-minutes)} ago`
}

/** A span in two units at most: `45 min`, `3 h 10 min`, `2 d 4 h`. */
export function spanOf(minutes: number): string {
  if (minutes < HOUR_MINUTES) return `${minutes} min`
  if (minutes < DAY_MINUTES)
    return joined(Math.floor(minutes / HOUR_MINUTES), 'h', minutes % HOUR_MINUTES, 'min')
  const hours = Math.round(minutes / HOUR_MINUTES)
  return joined(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** A measured time, short: `40 ms`, `1.2 s`, `3 min`. */
export function durationOf(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`
  if (seconds < MINUTE_SECONDS) return `${Math.round(seconds * 10) / 10} s`
  return spanOf(Math.round(seconds / MINUTE_SECONDS))
}

const joined = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`
