import type { Instant } from '../model.ts'

/** Making a format takes longer than a page has dates. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatFor(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${Object.values(options).join()}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(key, format)
  return format
}

const LONG = { dateStyle: 'full', timeZone: 'UTC' } as const
const SHORT = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const
const DAY = { day: 'numeric', month: 'long' } as const
const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const DAY_MS = 86_400_000

/** A local date, `YYYY-MM-DD`, in words. */
export const longDate = (date: string, locale: string): string =>
  formatFor(locale, LONG).format(new Date(`${date}T00:00:00Z`))

/** When something was first seen: the time of day, or the day where that was over a day before `last`. */
export function sinceWhen(first: Instant, last: Instant, timeZone: string, locale: string): string {
  const isOld = Date.parse(last) - Date.parse(first) >= DAY_MS
  const when = formatFor(locale, { ...(isOld ? DAY : TIME), timeZone }).format(new Date(first))
  return timeZone === 'UTC' && !isOld ? `${when} UTC` : when
}

/** An instant as a short date and time in UTC, which is said. */
export const shortTime = (instant: Instant, locale: string): string =>
  `${formatFor(locale, SHORT).format(new Date(instant))} UTC`
