import type { Instant } from '../model.ts'

/**
 * First letters that tell the months apart, accents removed: English, German, French, Spanish,
 * Italian, Portuguese, Dutch, Scandinavian; then Polish, Finnish, Turkish, Russian, Ukrainian, Greek.
 * The longest match wins.
 */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen', 'sty', 'tammi', 'oca', 'янв', 'січ', 'ιαν'],
  ['feb', 'fev', 'lut', 'helmi', 'sub', 'фев', 'лют', 'φεβ'],
  ['mar', 'mae', 'mrt', 'maart', 'maalis', 'мар', 'бер', 'μαρ'],
  ['apr', 'avr', 'abr', 'kwi', 'huhti', 'nis', 'апр', 'кві', 'απρ'],
  ['may', 'mai', 'mag', 'mei', 'maj', 'touko', 'мая', 'маи', 'тра', 'μαι'],
  ['jun', 'juin', 'giu', 'cze', 'kesa', 'haz', 'июн', 'чер', 'ιουν'],
  ['jul', 'juil', 'lug', 'lip', 'heina', 'tem', 'июл', 'лип', 'ιουλ'],
  ['aug', 'aou', 'ago', 'sie', 'elo', 'agu', 'авг', 'сер', 'αυγ'],
  ['sep', 'set', 'wrz', 'syys', 'eyl', 'сен', 'вер', 'σεπ'],
  ['oct', 'okt', 'ott', 'out', 'paz', 'loka', 'eki', 'окт', 'жов', 'οκτ'],
  ['nov', 'lis', 'marras', 'kas', 'ноя', 'лис', 'νοε'],
  ['dec', 'dez', 'dic', 'des', 'gru', 'joulu', 'ara', 'дек', 'гру', 'δεκ'],
]

/** RFC 822 §5 and what feeds use beside it; hours from UTC. */
const ZONES: Readonly<Record<string, number>> = {
  utc: 0,
  ut: 0,
  gmt: 0,
  z: 0,
  wet: 0,
  bst: 1,
  west: 1,
  cet: 1,
  mez: 1,
  cest: 2,
  mesz: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  jst: 9,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  akst: -9,
  akdt: -8,
  hst: -10,
}

/** Longer strings are no dates. */
const LONGEST_DATE = 100

const EARLIEST_YEAR = 1970
const LATEST_YEAR = 2100
/** Two-digit years below this are of this century (RFC 2822 §4.3). */
const CENTURY_PIVOT = 50
const MINUTE_MS = 60_000

const TIME =
  /(?:(?:^|[^\d:])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?|\dT(\d\d)(\d\d)(\d\d)?)(?:\s*([ap])\.?m\b)?(?![\d:])/i
const OFFSET = /([+\-\u2212])\s?(\d{1,2}):?(\d{2})?(?!\d)/
const ISO_DATE = /^(\d{4})(?:$|-?(\d{2})-?(\d{2})?(?=$|[t\s_]))/i
const NUMERIC_YMD =
  /(?:^|\D)(\d{4})(?:[-/.]|\. |[年년] ?)(\d{1,2})(?:[-/.]|\. |[月월] ?)(\d{1,2})(?!\d)/
/** `03-Nov-2026` (RFC 850) and `7h05`, which would read as an offset and as no time. */
const HYPHENED = /(\d{1,2})-(\p{L}{3,9})-(?=\d{2})/u
const FRENCH_TIME = /(\d{1,2}) ?h ?(?=\d{2}(?!\d))/
const NUMERIC_DMY = /(?:^|\D)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)/
const EPOCH = /^\d{10}(?:\d{3})?$/

type Day = { readonly year: number; readonly month: number; readonly day: number }

/**
 * The instant that a feed, a page or front matter means, in any spelling met in the wild: ISO
 * 8601, RFC 822 and its relatives, C's asctime, month names of many languages, Unix seconds.
 * No zone means UTC, no time midnight. `null` where it cannot be told for certain.
 *
 * @param now clamps what lies in the future to this instant.
 */
export function parseDate(text: string | null | undefined, now?: Instant): Instant | null {
  const input = text?.trim() ?? ''
  if (input === '' || input.length > LONGEST_DATE) return null
  const instant = EPOCH.test(input) ? fromEpoch(input) : fromSpelling(input)
  return instant !== null && now !== undefined && instant > now ? now : instant
}

function fromEpoch(digits: string): Instant | null {
  const ms = Number(digits) * (digits.length === 10 ? 1000 : 1)
  return ms < Date.UTC(LATEST_YEAR) ? new Date(ms).toISOString() : null
}

function fromSpelling(spelling: string): Instant | null {
  const input = spelling.replace(HYPHENED, '$1 $2 ').replace(FRENCH_TIME, '$1:')
  const day = fromIso(input) ?? fromNumbers(input) ?? fromWords(input)
  if (day === null || !isCalendarDay(day)) return null
  const time = readTime(input)
  if (time === null) return null
  const date = new Date(Date.UTC(day.year, day.month - 1, day.day) + time)
  return date.toISOString()
}

function fromIso(input: string): Day | null {
  const match = ISO_DATE.exec(input)
  if (!match) return null
  return { year: Number(match[1]), month: Number(match[2] ?? 1), day: Number(match[3] ?? 1) }
}

/** `2024/3/7` is clear; `7.3.2024` is by its dots, `13/3/2024` by its 13; `7/3/2024` is not. */
function fromNumbers(input: string): Day | null {
  const ymd = NUMERIC_YMD.exec(input)
  if (ymd) return { year: Number(ymd[1]), month: Number(ymd[2]), day: Number(ymd[3]) }
  const match = NUMERIC_DMY.exec(input)
  if (!match) return null
  const [first, second, year] = [Number(match[1]), Number(match[3]), Number(match[4])]
  if (match[2] === '.' || first > 12 || first === second) return { year, month: second, day: first }
  return second > 12 ? { year, month: first, day: second } : null
}

function fromWords(input: string): Day | null {
  const words =
    foldAccents(input)
      .replace(TIME, ' ')
      .replace(OFFSET, ' ')
      .match(/\p{L}+|\d+/gu) ?? []
  // The last one: `mar., 03 nov. 2026` begins with a Tuesday.
  const at = words.findLastIndex((word) => monthOf(word) > 0)
  if (at < 0) return null
  const month = monthOf(words[at] ?? '')
  const numbers = words.map((word) => (/^\d{1,4}$/.test(word) ? word : ''))
  const next = numbers.findIndex((number, i) => number !== '' && i > at)
  const [before, after] = [numbers[at - 1] || numbers[at - 2] || '', numbers[next] ?? '']
  if (before.length === 1 || before.length === 2)
    return { year: toYear(after), month, day: Number(before) }
  const later = numbers.find((number, i) => number.length === 4 && i > next) ?? ''
  return { year: toYear(before || later), month, day: Number(after) }
}

function foldAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
}

function monthOf(word: string): number {
  if (word.length < 3 || word === 'mardi' || word === 'martedi' || word === 'maandag') return 0
  const lengths = MONTHS.map((names) =>
    Math.max(0, ...names.filter((name) => word.startsWith(name)).map((name) => name.length)),
  )
  const longest = Math.max(...lengths)
  return longest === 0 ? 0 : lengths.indexOf(longest) + 1
}

function toYear(digits: string): number {
  const year = Number(digits || Number.NaN)
  if (digits.length !== 2) return year
  return year < CENTURY_PIVOT ? 2000 + year : 1900 + year
}

function isCalendarDay({ year, month, day }: Day): boolean {
  if (!(year >= EARLIEST_YEAR && year <= LATEST_YEAR && month >= 1 && day >= 1)) return false
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** Milliseconds from the day's start in UTC; `null` for a time that no clock shows. */
function readTime(input: string): number | null {
  const match = TIME.exec(input)
  if (!match) return 0
  const hour12 = Number(match[1] ?? match[5])
  const minute = Number(match[2] ?? match[6])
  const second = Number(match[3] ?? match[7] ?? 0)
  const half = match[8]?.toLowerCase()
  const hour = half === undefined ? hour12 : (hour12 % 12) + (half === 'p' ? 12 : 0)
  // 23:59:60 is a leap second, 24:00 the end of the day (ISO 8601).
  if (hour > 24 || minute > 59 || second > 60) return null
  const ms = Number((match[4] ?? '').padEnd(3, '0').slice(0, 3))
  const rest = input.slice(match.index + match[0].length)
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms - zoneMinutes(rest) * MINUTE_MS
}

function zoneMinutes(rest: string): number {
  const offset = OFFSET.exec(rest)
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
    return offset[1] === '+' ? minutes : -minutes
  }
  const names = rest.toLowerCase().match(/[a-z]+/g) ?? []
  const zone = names.find((name) => Object.hasOwn(ZONES, name))
  return zone === undefined ? 0 : (ZONES[zone] ?? 0) * 60
}
