/** What an edition had: to be compared with what it usually has. */
export type Presence = {
  /** Local date, `YYYY-MM-DD`. */
  readonly date: string
  /** Stories there were. */
  readonly stories: number
  /** Names of topics told, or ids of sources that brought an article. */
  readonly names: readonly string[]
}

/** Something an edition usually has and had not. */
export type BlindSpot = {
  readonly name: string
  /** Of so many earlier editions, in so many it was there. */
  readonly of: number
  readonly present: number
}

/** Earlier editions from which on anything counts as usual. */
const FEWEST_EDITIONS = 5
/** Share of them in which it must have been. */
const USUAL = 0.8
/** With less than this share of the usual number of stories a day is quiet, and lacks many things. */
const QUIET = 0.5

/**
 * What is usually there and is absent. A day of the week on which it was absent before is its day
 * off, and on a quiet day nothing is missed: neither is an alarm.
 *
 * @param history the editions before, in any order.
 */
export function findBlindSpots(today: Presence, history: readonly Presence[]): BlindSpot[] {
  if (history.length < FEWEST_EDITIONS || isQuiet(today, history)) return []
  const here = new Set(today.names)
  const names = new Set(history.flatMap((one) => one.names))
  return [...names]
    .filter((name) => !here.has(name) && !isDayOff(name, today, history))
    .map((name) => ({ name, of: history.length, present: countWith(name, history) }))
    .filter(({ of, present }) => present >= USUAL * of)
    .sort((a, b) => b.present - a.present || (a.name < b.name ? -1 : 1))
}

/** Whether there are far fewer stories than usual. */
export function isQuiet(today: Presence, history: readonly Presence[]): boolean {
  const counts = history.map(({ stories }) => stories).sort((a, b) => a - b)
  const usual = counts[Math.floor(counts.length / 2)] ?? 0
  return today.stories < QUIET * usual
}

const countWith = (name: string, history: readonly Presence[]): number =>
  history.filter(({ names }) => names.includes(name)).length

function isDayOff(name: string, today: Presence, history: readonly Presence[]): boolean {
  const same = history.filter(({ date }) => dayOfWeek(date) === dayOfWeek(today.date))
  return same.some(({ names }) => !names.includes(name))
}

const dayOfWeek = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay()

export type BlindSpots = {
  readonly topics: readonly BlindSpot[]
  readonly sources: readonly (BlindSpot & { readonly why: string })[]
}

/** The blind spots in sentences. */
export const tellBlindSpots = ({ topics, sources }: BlindSpots): string[] => [
  ...topics.map(({ name, present, of }) => `nothing of ${name}, in ${present} of the last ${of}`),
  ...sources.map(({ name, present, of, why }) => {
    return `nothing from ${name}, in ${present} of the last ${of}: ${why}`
  }),
]
