import type { Pacing } from '../model.ts'
import { childOf, childrenOf } from './feed-fields.ts'
import type { Hints } from './feed-model.ts'
import { resolveUrl } from './url.ts'
import type { XmlElement } from './xml.ts'

const HOURS = 24
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Length of the periods of `sy:updatePeriod` (RSS 1.0 module Syndication), seconds. */
const PERIODS: ReadonlyMap<string, number> = new Map([
  ['hourly', 3_600],
  ['daily', 86_400],
  ['weekly', 7 * 86_400],
  ['monthly', 30 * 86_400],
  ['yearly', 365 * 86_400],
])

/** Nothing asked for is more often than this, seconds, and nothing kept longer, minutes: a year. */
const SHORTEST_PERIOD_SECONDS = 60
const LONGEST_TTL_MINUTES = 366 * 24 * 60

/** Hubs kept of one feed; those that have any have one or two. */
const MAX_HUBS = 5

/** What an RSS channel or an Atom feed says about how it wants to be read. */
export function hintsOf(channel: XmlElement): Hints {
  const links = childrenOf(channel, 'atom:link', 'link')
  const targets = (relation: string) =>
    links
      .filter(({ attributes }) => attributes.get('rel')?.trim().toLowerCase() === relation)
      .flatMap(({ attributes, base }) => resolveUrl(attributes.get('href'), base) ?? [])
  return {
    pacing: pacingOf(channel),
    hubs: distinctHubs(targets('hub')),
    self: targets('self')[0] ?? null,
  }
}

export function distinctHubs(urls: readonly string[]): string[] {
  return [...new Set(urls)].slice(0, MAX_HUBS)
}

function pacingOf(channel: XmlElement): Pacing {
  return {
    ttlMinutes: wholeNumber(wordOf(channel, 'ttl'), LONGEST_TTL_MINUTES),
    skipHours: skipped(channel, 'skiphours', 'hour', toHour),
    skipDays: skipped(channel, 'skipdays', 'day', toDay),
    updatePeriodSeconds: updatePeriod(channel),
  }
}

function wordOf(element: XmlElement, name: string): string {
  return childOf(element, name)?.text.trim().toLowerCase() ?? ''
}

function skipped(
  channel: XmlElement,
  list: string,
  entry: string,
  parse: (word: string) => number | null,
): number[] {
  const entries = childrenOf(channel, list).flatMap((one) => childrenOf(one, entry))
  return [...new Set(entries.flatMap(({ text }) => parse(text.trim().toLowerCase()) ?? []))].sort(
    (a, b) => a - b,
  )
}

/** RSS 0.92 counts the hours from 1 to 24, RSS 2.0 from 0 to 23: 24 is midnight. */
function toHour(word: string): number | null {
  const hour = wholeNumber(word, HOURS)
  return hour === null ? null : hour % HOURS
}

/** Abbreviations are in use; they are clear from three letters on. */
function toDay(word: string): number | null {
  const day = word.length < 3 ? -1 : DAYS.findIndex((name) => name.startsWith(word))
  return day < 0 ? null : day
}

/** `sy:updateFrequency` times in a `sy:updatePeriod`; once where it is not said how often. */
function updatePeriod(channel: XmlElement): number | null {
  const period = PERIODS.get(wordOf(channel, 'sy:updateperiod'))
  if (period === undefined) return null
  const times = wholeNumber(wordOf(channel, 'sy:updatefrequency'), period) || 1
  return Math.max(SHORTEST_PERIOD_SECONDS, Math.round(period / times))
}

function wholeNumber(word: string, greatest: number): number | null {
  const number = /^\d{1,9}$/.test(word) ? Number(word) : Number.NaN
  return number <= greatest ? number : null
}
