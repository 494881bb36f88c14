import { firstInstant, isTimeZone, localDate } from '../delivery/zone.ts'
import { LANGUAGES, readLanguage } from '../edition/reader-texts.ts'
import type { Instant, Pace } from '../model.ts'
import type { ReaderChoices, Taste } from '../store/readers.ts'
import type { Speech } from './pages.ts'
import { field, fields } from './route.ts'
import { readTaste, viewTaste } from './taste.ts'

/** How a digest comes to a reader now, and what there is to choose from. */
export type Chosen = Taste & {
  readonly topics: readonly string[]
  readonly hour: number | null
  readonly timeZone: string
  readonly pace: Pace
  readonly pausedUntil: Instant | null
}

const PACES: readonly Pace[] = ['daily', 'weekdays', 'weekly']
const HOURS = 24
const DAY_MS = 86_400_000
const PAUSE_DAYS_MAX = 366
/** More boxes than any taxonomy has. */
const TOPICS_MAX = 200

/** Every zone a browser's own list would have, and the one that has no place. */
export const ZONES: readonly string[] = [
  ...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]),
].sort()

/** The form of preferences, filled in. */
export function viewChoices(
  chosen: Chosen,
  topics: readonly string[],
  { language, locale, say }: Speech,
  now: Instant,
): object {
  const { hour, timeZone, pace, pausedUntil } = chosen
  const wanted = new Set(chosen.topics)
  const isPaused = pausedUntil !== null && pausedUntil > now
  return {
    paces: PACES.map((value) => ({ value, label: say(value), chosen: value === pace })),
    hours: [
      { value: '', label: say('hourAny'), chosen: hour === null },
      ...Array.from({ length: HOURS }, (_, value) => ({
        value: String(value),
        label: hourLabel(value, locale),
        chosen: value === hour,
      })),
    ],
    zones: [...new Set([...ZONES, timeZone])].map((value) => ({
      value,
      chosen: value === timeZone,
    })),
    topics: [...new Set([...topics, ...chosen.topics])].map((value) => ({
      value,
      chosen: wanted.has(value),
    })),
    languages: Object.entries(LANGUAGES).map(([value, { name }]) => ({
      value,
      label: name,
      chosen: value === language,
    })),
    ...viewTaste(chosen, topics, say),
    pause: isPaused ? localDate(pausedUntil, timeZone) : '',
    ...pauseBounds(now, timeZone),
  }
}

type ReadChoices = ReaderChoices | 'choiceWrong' | 'muteWrong' | 'pauseWrong'

/**
 * What a reader chose, or what is wrong with it. Whatever the form does not offer is refused.
 *
 * @param topics those there are to choose from
 * @param before what the reader likes and mutes
 */
export function readChoices(
  body: unknown,
  topics: readonly string[],
  before: Taste,
  now: Instant,
): ReadChoices {
  const [pace, hour, zone, pause] = ['pace', 'hour', 'zone', 'pause'].map((name) =>
    field(body, name),
  )
  const language = readLanguage(field(body, 'language'))
  const wanted = [...new Set(fields(body, 'topics', TOPICS_MAX))]
  const isWhole =
    isPace(pace) && /^(?:\d|1\d|2[0-3])?$/.test(hour ?? '') && isTimeZone(zone ?? '') && language
  if (!isWhole || wanted.some((topic) => !topics.includes(topic))) return 'choiceWrong'
  const timeZone = zone ?? ''
  const pausedUntil = pause ? readPause(pause, timeZone, now) : null
  if (pausedUntil === undefined) return 'pauseWrong'
  const taste = readTaste(body, topics, before)
  if (typeof taste === 'string') return taste
  return {
    topics: wanted.length === topics.length ? [] : wanted,
    hour: hour ? Number(hour) : null,
    ...{ timeZone, pace, pausedUntil, language },
    ...taste,
  }
}

const isPace = (text: string | undefined): text is Pace => PACES.includes(text as Pace)

/** The day begins where the reader is. */
function readPause(date: string, timeZone: string, now: Instant): Instant | undefined {
  const { pauseFrom, pauseTo } = pauseBounds(now, timeZone)
  const isDay = /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date))
  if (!isDay || date < pauseFrom || date > pauseTo) return undefined
  return firstInstant(date, 0, timeZone) ?? `${date}T00:00:00.000Z`
}

function pauseBounds(now: Instant, timeZone: string) {
  const inDays = (days: number) =>
    localDate(new Date(Date.parse(now) + days * DAY_MS).toISOString(), timeZone)
  return { pauseFrom: inDays(1), pauseTo: inDays(PAUSE_DAYS_MAX) }
}

function hourLabel(hour: number, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' })
  return format.format(hour * 3_600_000)
}
