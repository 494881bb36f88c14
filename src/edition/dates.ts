import type { Instant } from '../model.ts'

/** Making a format takes longer than a page has dates. */
const longDates = new Map<string, Intl.DateTimeFormat>()

/** A local date, `YYYY-MM-DD`, in words. */
export function longDate(date: string, locale: string): string {
  const format =
    longDates.get(locale) ?? new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' })
  longDates.set(locale, format)
  return format.format(new Date(`${date}T00:00:00Z`))
}

/** An instant as a short date and time in UTC, which is said. */
export function shortTime(instant: Instant, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return `${format.format(new Date(instant))} UTC`
}
