import type { Instant } from '../model.ts'

/** A local date, `YYYY-MM-DD`, in words. */
export function longDate(date: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' })
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
