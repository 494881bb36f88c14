import type { EditionState, Instant } from '../model.ts'
import { type Firing, lastFiring, leftOutAt, nextFiring } from './schedule.ts'
import { wallClock } from './zone.ts'

const MINUTE_MS = 60_000
/** By how much clocks are put back; a time within it comes twice. */
const SETBACKS_MINUTES = [30, 60] as const
/** An edition begun so long after its firing was made up for. */
const LATE_MINUTES = 10

/** The next firings of a schedule after `at`. */
export function nextFirings(schedule: string, timeZone: string, at: Instant, count: number) {
  const firings: Instant[] = []
  for (let from = at; firings.length < count; from = firings.at(-1) ?? at)
    firings.push(nextFiring(schedule, timeZone, from))
  return firings
}

/** The last firings up to `at`, the newest first. */
export function pastFirings(schedule: string, timeZone: string, at: Instant, count: number) {
  const firings: Firing[] = []
  for (let to = at; firings.length < count; ) {
    const firing = lastFiring(schedule, timeZone, to)
    firings.push(firing)
    to = new Date(Date.parse(firing.span.to) - 1).toISOString()
  }
  return firings
}

export type ClockWarning = { readonly at: Instant; readonly text: string }

/** What changes of the clock do to the next firings, in words. */
export function clockWarnings(
  schedule: string,
  timeZone: string,
  at: Instant,
  count: number,
): ClockWarning[] {
  const before = lastFiring(schedule, timeZone, at).span.to
  const firings = [before, ...nextFirings(schedule, timeZone, at, count)]
  return firings.slice(1).flatMap((firing, index) => {
    const text = warningOf(schedule, timeZone, firings[index] ?? firing, firing)
    return text === null ? [] : [{ at: firing, text }]
  })
}

function warningOf(schedule: string, timeZone: string, before: Instant, firing: Instant) {
  const shown = wallClock(firing, timeZone)
  const hour = shown.slice(11)
  const meant = leftOutAt(schedule, timeZone, firing)
  if (meant) return `${meant.slice(11)} is left out by the clock that day; it fires at ${hour}.`
  const later = SETBACKS_MINUTES.map((minutes) =>
    wallClock(new Date(Date.parse(firing) + minutes * MINUTE_MS).toISOString(), timeZone),
  )
  if (later.includes(shown)) return `${hour} comes twice that day; it fires the first time.`
  const change = offsetMinutes(firing, timeZone) - offsetMinutes(before, timeZone)
  if (change === 0) return null
  const direction = change > 0 ? 'shorter' : 'longer'
  return `The clock changes before it: its span is ${Math.abs(change)} minutes ${direction}.`
}

const offsetMinutes = (at: Instant, timeZone: string): number =>
  (Date.parse(`${wallClock(at, timeZone)}:00.000Z`) - Date.parse(`${at.slice(0, 16)}:00.000Z`)) /
  MINUTE_MS

export type FiredEdition = {
  readonly id: string
  readonly date: string
  readonly slot: number
  readonly state: EditionState
  readonly createdAt: Instant
}

/** What became of a firing. */
export type FiringOutcome = {
  readonly at: Instant
  readonly date: string
  readonly editionId: string | null
  readonly state: EditionState | 'missed' | 'coming'
  /** Minutes after which it was made up; 0 for in time. */
  readonly late: number
}

/** Holds firings against the editions there are. @param since when the schedule was set: before, nothing was missed */
export function outcomesOf(
  firings: readonly Firing[],
  editions: readonly FiredEdition[],
  since: Instant,
  now: Instant,
): FiringOutcome[] {
  return firings.flatMap(({ date, slot, span: { to } }) => {
    const edition = editions.find((one) => one.date === date && one.slot === slot)
    if (!edition && to <= since) return []
    const sinceFiring = minutesBetween(to, edition?.createdAt ?? now)
    const nothing = sinceFiring > LATE_MINUTES ? 'missed' : 'coming'
    return {
      ...{ at: to, date, editionId: edition?.id ?? null, state: edition?.state ?? nothing },
      late: edition && sinceFiring > LATE_MINUTES ? sinceFiring : 0,
    }
  })
}

const minutesBetween = (from: Instant, to: Instant): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / MINUTE_MS)
