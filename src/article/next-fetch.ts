import { createHash } from 'node:crypto'
import type { Instant, Pacing } from '../model.ts'

/** What is known of a source when it has just been asked. */
export type Rhythm = {
  readonly id: string
  readonly now: Instant
  /** The operator's interval where `fixed`; else what holds until the source has shown its own. */
  readonly interval: { readonly seconds: number; readonly fixed: boolean }
  readonly answer: Answered
  /** What the feed itself asks for. */
  readonly pacing: Partial<Pacing>
  /** Usual time between two of its articles; `null` while unknown. */
  readonly gapSeconds: number | null
  readonly newestAt: Instant | null
  /** A hub tells of what is new: it is only asked in case the hub forgets. */
  readonly pushed: boolean
}

export type Answered =
  | { readonly kind: 'read'; readonly maxAgeSeconds: number | null }
  /** `failures` in a row, this one included. */
  | {
      readonly kind: 'failed'
      readonly failures: number
      readonly retryAfterSeconds: number | null
    }
  /** Nothing was asked: the domain's budget has no room, or its host wants silence. */
  | { readonly kind: 'postponed'; readonly retryAfterSeconds: number }

export type NextFetch = { readonly at: Instant; readonly why: string }

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** However often a source publishes or wishes to be read. */
const SHORTEST = 5 * MINUTE
/** However seldom: nothing is given up, and nobody silences a source for longer by one header. */
const LONGEST = DAY
/** An article waits, on average, for a quarter of the usual time between two. */
const VISITS_A_GAP = 2
/** A source that has been quiet for ten days is asked once a day. */
const VISITS_A_QUIET = 10
/** Where a hub tells of what is new. */
const PUSHED = 6 * HOUR
/** Visits are spread by up to this share of the wait, so that sources added together part. */
const JITTER = 0.1
/** Days in which a feed may ask not to be read; seven would be for ever. */
const MOST_SKIPPED_HOURS = 6 * 24
/** Articles that tell how often a source publishes: a week of a daily paper, an hour of an agency. */
const DATES = 30

type Wait = { readonly seconds: number; readonly why: string }

/**
 * When a source is asked again, and why then. What its host asks for (Retry-After, Cache-Control)
 * and its feed (ttl, update period, skipped hours and days) is a lower bound; what the operator has
 * fixed wins over all but Retry-After; the rest follows how often it really publishes.
 */
export function nextFetch(rhythm: Rhythm): NextFetch {
  const { now, answer, interval, id } = rhythm
  if (answer.kind === 'postponed')
    return after(
      now,
      spread(bounded(answer.retryAfterSeconds, 1), id),
      'nothing could be asked now',
    )
  if (answer.kind === 'failed') return after(now, ...told(backOff(rhythm, answer), id))
  if (interval.fixed)
    return after(
      now,
      Math.max(interval.seconds, 1),
      `the operator wants ${every(interval.seconds)}`,
    )
  const wait = longest([rhythmWait(rhythm), ...wishes(rhythm, answer.maxAgeSeconds)])
  return unskipped(after(now, ...told(wait, id)), rhythm.pacing)
}

const told = ({ seconds, why }: Wait, id: string): [number, string] => [
  spread(bounded(seconds, SHORTEST), id),
  why,
]

const bounded = (seconds: number, least: number): number =>
  Math.min(Math.max(seconds, least), LONGEST)

const longest = (waits: readonly Wait[]): Wait =>
  waits.reduce((most, wait) => (wait.seconds > most.seconds ? wait : most))

/** Doubled with every failure, up to a day, for ever. */
function backOff({ interval }: Rhythm, answer: Answered & { kind: 'failed' }): Wait {
  const { failures, retryAfterSeconds } = answer
  const doubled = interval.seconds * 2 ** Math.min(Math.max(failures - 1, 0), 16)
  const own = {
    seconds: Math.min(doubled, LONGEST),
    why: failures === 1 ? 'it failed once' : `it failed ${failures} times in a row`,
  }
  if (retryAfterSeconds === null) return own
  return longest([own, { seconds: retryAfterSeconds, why: 'its host asked to be left alone' }])
}

/** Twice in the usual time between two articles; less and less often when none comes any more. */
function rhythmWait({ now, interval, gapSeconds, newestAt }: Rhythm): Wait {
  if (gapSeconds === null || newestAt === null)
    return { seconds: interval.seconds, why: 'how often it publishes is not known yet' }
  const quiet = (Date.parse(now) - Date.parse(newestAt)) / 1_000 / VISITS_A_QUIET
  const usual = gapSeconds / VISITS_A_GAP
  return quiet > usual
    ? { seconds: quiet, why: `its newest article is of ${newestAt.slice(0, 10)}` }
    : { seconds: usual, why: `its articles come ${every(gapSeconds)}` }
}

function wishes({ pacing, pushed }: Rhythm, maxAgeSeconds: number | null): Wait[] {
  const { ttlMinutes, updatePeriodSeconds } = pacing
  const wish = (seconds: number | null | undefined, why: string) =>
    seconds ? [{ seconds, why }] : []
  return [
    ...wish(maxAgeSeconds, 'its host says how long the answer may be kept'),
    ...wish(ttlMinutes && ttlMinutes * MINUTE, 'its feed says how long it may be kept'),
    ...wish(updatePeriodSeconds, 'its feed says how often it is updated'),
    ...wish(pushed ? PUSHED : null, 'its hub tells of what is new'),
  ]
}

/** Moved to the first hour that the feed does not ask to leave out, where there is one. */
function unskipped(next: NextFetch, { skipHours = [], skipDays = [] }: Partial<Pacing>): NextFetch {
  const isSkipped = (ms: number) => {
    const at = new Date(ms)
    return skipHours.includes(at.getUTCHours()) || skipDays.includes(at.getUTCDay())
  }
  const first = Date.parse(next.at)
  for (let hours = 0; hours <= MOST_SKIPPED_HOURS; hours++) {
    const at = first + hours * HOUR * 1_000
    if (isSkipped(at)) continue
    if (hours === 0) return next
    const why = `${next.why}, and its feed leaves out the hours before`
    return { at: new Date(at).toISOString(), why }
  }
  return next
}

/** The same share for the same source, later only: no wish is cut short. */
function spread(seconds: number, id: string): number {
  const share = createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32
  return Math.min(seconds * (1 + JITTER * share), LONGEST)
}

const after = (now: Instant, seconds: number, why: string): NextFetch => ({
  at: new Date(Date.parse(now) + Math.round(seconds * 1_000)).toISOString(),
  why,
})

/** `every 45 min`, `every 3 h`, `every 2 d`. */
function every(seconds: number): string {
  if (seconds < 90 * MINUTE) return `every ${Math.max(1, Math.round(seconds / MINUTE))} min`
  if (seconds < 36 * HOUR) return `every ${Math.round(seconds / HOUR)} h`
  return `every ${Math.round(seconds / DAY)} d`
}

/** How often a source publishes, from the dates of what it offers: the middle one of the gaps. */
export function publishingRhythm(
  dates: readonly (Instant | null)[],
  now: Instant,
): { readonly gapSeconds: number | null; readonly newestAt: Instant | null } {
  const known = [...new Set(dates)]
    .filter((date): date is Instant => date !== null && date <= now)
    .sort()
    .slice(-DATES)
  const gaps = known.slice(1).map((date, i) => Date.parse(date) - Date.parse(known[i] as Instant))
  const middle = gaps.sort((a, b) => a - b)[gaps.length >> 1]
  return {
    gapSeconds: middle === undefined ? null : Math.round(middle / 1_000),
    newestAt: known.at(-1) ?? null,
  }
}
