import { describe, expect, test } from 'vitest'
import { dueAt, isPaceDay, notAfter, owedPaces, withinWindow } from '../../src/delivery/due.ts'
import { firstInstant, isTimeZone, localDate } from '../../src/delivery/zone.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const iso = (time: number) => new Date(time).toISOString()

describe('dueAt', () => {
  test.each([
    {
      name: 'later today',
      at: '2026-11-20T03:00',
      hour: 7,
      zone: 'Europe/Zurich',
      due: '2026-11-20T06:00',
    },
    {
      name: 'on the dot',
      at: '2026-11-20T06:00',
      hour: 7,
      zone: 'Europe/Zurich',
      due: '2026-11-20T06:00',
    },
    {
      name: 'tomorrow',
      at: '2026-11-20T06:01',
      hour: 7,
      zone: 'Europe/Zurich',
      due: '2026-11-21T06:00',
    },
    {
      name: 'no hour: at once',
      at: '2026-11-20T06:01',
      hour: null,
      zone: 'Europe/Zurich',
      due: '2026-11-20T06:01',
    },
    {
      name: 'an hour left out: after the gap',
      at: '2027-03-28T00:00',
      hour: 2,
      zone: 'Europe/Zurich',
      due: '2027-03-28T01:00',
    },
    {
      name: 'an hour that comes twice: the first',
      at: '2027-10-30T23:00',
      hour: 2,
      zone: 'Europe/Zurich',
      due: '2027-10-31T00:00',
    },
    {
      name: 'between the two: not again',
      at: '2027-10-31T00:30',
      hour: 2,
      zone: 'Europe/Zurich',
      due: '2027-11-01T01:00',
    },
    {
      name: 'half an hour left out',
      at: '2026-10-03T10:00',
      hour: 2,
      zone: 'Australia/Lord_Howe',
      due: '2026-10-03T15:30',
    },
    {
      name: 'a quarter hour zone',
      at: '2026-11-20T00:00',
      hour: 6,
      zone: 'Asia/Kathmandu',
      due: '2026-11-20T00:15',
    },
    {
      name: 'midnight left out',
      at: '2027-04-29T12:00',
      hour: 0,
      zone: 'Africa/Cairo',
      due: '2027-04-29T22:00',
    },
    {
      name: 'the last hour of a day left out',
      at: '2027-03-27T12:00',
      hour: 23,
      zone: 'America/Nuuk',
      due: '2027-03-28T01:00',
    },
    {
      name: 'frozen in the gap’s first minute',
      at: '2027-03-28T01:00',
      hour: 23,
      zone: 'America/Nuuk',
      due: '2027-03-28T01:00',
    },
    {
      name: 'east of the date line',
      at: '2026-11-20T12:00',
      hour: 5,
      zone: 'Pacific/Kiritimati',
      due: '2026-11-20T15:00',
    },
    {
      name: 'a day the calendar left out',
      at: '2011-12-30T00:00',
      hour: 7,
      zone: 'Pacific/Apia',
      due: '2011-12-30T17:00',
    },
  ])('$name', ({ at, hour, zone, due }) => {
    expect(dueAt(`${at}:00.000Z`, hour, zone)).toBe(`${due}:00.000Z`)
  })

  test('a zone that does not exist is an error', () => {
    expect(() => dueAt('2026-11-20T00:00:00.000Z', 7, 'Mars/Olympus')).toThrow(RangeError)
  })
})

const ZONES = Intl.supportedValuesOf('timeZone')
const FROM = Date.parse('2026-11-20T00:00:00.000Z')
const DAYS = 730

/** The days on which a zone's clock changes, by what the wall shows a day later. */
function changesOf(zone: string): number[] {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
  })
  const changes: number[] = []
  for (let day = 0; day < DAYS; day++) {
    const at = FROM + day * DAY_MS
    if (clock.format(at) !== clock.format(at + DAY_MS)) changes.push(at)
  }
  return changes
}

describe('every zone that changes its clocks in the next two years', () => {
  const changing = ZONES.map((zone) => ({ zone, changes: changesOf(zone) })).filter(
    ({ changes }) => changes.length > 0,
  )

  test('there are many of them', () => {
    expect(changing.length).toBeGreaterThan(100)
  })

  test.each(changing)(
    '$zone: one due instant for each hour and local day, in order',
    ({ zone, changes }) => {
      const wall = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        hour: '2-digit',
        hourCycle: 'h23',
      })
      for (const change of changes) {
        for (let hour = 0; hour < 24; hour++) {
          let last = dueAt(iso(change - 3 * DAY_MS), hour, zone)
          const days = [localDate(last, zone)]
          let off = Number(wall.format(new Date(last))) === hour ? 0 : 1
          for (let n = 0; n < 6; n++) {
            const due = dueAt(iso(Date.parse(last) + 1), hour, zone)
            const hours = (Date.parse(due) - Date.parse(last)) / HOUR_MS
            expect(hours, `${zone} ${hour}:00 after ${last}`).toBeGreaterThanOrEqual(22)
            expect(hours, `${zone} ${hour}:00 after ${last}`).toBeLessThanOrEqual(26)
            if (Number(wall.format(new Date(due))) !== hour) off += 1
            days.push(localDate(due, zone))
            last = due
          }
          expect(
            off,
            `${zone} ${hour}:00: off the hour only where it is left out`,
          ).toBeLessThanOrEqual(1)
          const slips = days.filter((day, n) => n > 0 && day === days[n - 1]).length
          expect(slips, `${zone} ${hour}:00: ${days}`).toBeLessThanOrEqual(hour === 23 ? 1 : 0)
        }
      }
    },
  )
})

test('two whole years, day by day', () => {
  for (const zone of [
    'Europe/Zurich',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
  ]) {
    for (const hour of [0, 2, 7, 23]) {
      let at = iso(FROM)
      const days = new Set<string>()
      for (let n = 0; n < DAYS; n++) {
        const due = dueAt(at, hour, zone)
        days.add(localDate(due, zone))
        at = iso(Date.parse(due) + 1)
      }
      const first = [...days][0] ?? ''
      const last = [...days].at(-1) ?? ''
      expect(days.size).toBe(DAYS)
      expect((Date.parse(last) - Date.parse(first)) / DAY_MS).toBe(DAYS - 1)
    }
  }
})

test('a day that was left out has no instants', () => {
  expect(firstInstant('2011-12-30', 7, 'Pacific/Apia')).toBeNull()
  expect(firstInstant('2011-12-31', 7, 'Pacific/Apia')).toBe('2011-12-30T17:00:00.000Z')
})

test.each([
  { name: 'Europe/Zurich', is: true },
  { name: 'UTC', is: true },
  { name: 'Mars/Olympus', is: false },
  { name: '+02:00', is: false },
  { name: '', is: false },
])('$name is a time zone: $is', ({ name, is }) => {
  expect(isTimeZone(name)).toBe(is)
})

test.each([
  { pace: 'daily', days: [1, 1, 1, 1, 1, 1, 1] },
  { pace: 'weekdays', days: [1, 1, 1, 1, 1, 0, 0] },
  { pace: 'weekly', days: [1, 0, 0, 0, 0, 0, 0] },
  { pace: 'weekly', weekday: 6, days: [0, 0, 0, 0, 0, 1, 0] },
] as const)('$pace $weekday', ({ pace, days, ...rest }) => {
  const week = days.map((_, n) => `2026-11-${16 + n}`)
  const weekday = 'weekday' in rest ? rest.weekday : undefined
  expect(week.map((date) => Number(isPaceDay(pace, date, weekday)))).toEqual([...days])
})

describe('withinWindow', () => {
  const day = { from: 6, to: 22 }
  test.each([
    { name: 'open: at once', at: '2026-11-20T05:00', window: day, is: '2026-11-20T05:00' },
    { name: 'early: when it opens', at: '2026-11-20T03:30', window: day, is: '2026-11-20T05:00' },
    { name: 'its last minute', at: '2026-11-20T20:59', window: day, is: '2026-11-20T20:59' },
    {
      name: 'closed: the next morning',
      at: '2026-11-20T21:00',
      window: day,
      is: '2026-11-21T05:00',
    },
    {
      name: 'until midnight',
      at: '2026-11-20T22:59',
      window: { from: 6, to: 24 },
      is: '2026-11-20T22:59',
    },
    { name: 'no window', at: '2026-11-20T02:00', window: null, is: '2026-11-20T02:00' },
    {
      name: 'opens in the gap',
      at: '2027-03-27T23:00',
      window: { from: 2, to: 9 },
      is: '2027-03-28T01:00',
    },
  ])('$name', ({ at, window, is }) => {
    expect(withinWindow(`${at}:00.000Z`, window, 'Europe/Zurich')).toBe(`${is}:00.000Z`)
  })
})

test.each([
  { name: 'later that day', due: '2026-11-20T06:00', hour: 11, is: '2026-11-20T10:00:00.000Z' },
  { name: 'their own hour is later', due: '2026-11-20T13:00', hour: 11, is: null },
  { name: 'their own hour is the same', due: '2026-11-20T10:00', hour: 11, is: null },
  { name: 'none', due: '2026-11-20T06:00', hour: null, is: null },
  { name: 'both in one gap', due: '2027-03-28T01:00', hour: 2, is: null },
])('a deadline: $name', ({ due, hour, is }) => {
  expect(notAfter(`${due}:00.000Z`, hour, 'Europe/Zurich')).toBe(is)
})

describe('owedPaces', () => {
  const at = (day: number) => `2026-11-${day}T06:00:00.000Z` // the 16th is a Monday
  test.each([
    { name: 'Monday after Sunday', before: 15, day: 16, paces: ['daily', 'weekdays', 'weekly'] },
    { name: 'Tuesday after Monday', before: 16, day: 17, paces: ['daily', 'weekdays'] },
    { name: 'Saturday after Friday', before: 20, day: 21, paces: ['daily'] },
    {
      name: 'Tuesday where Monday had none',
      before: 14,
      day: 17,
      paces: ['daily', 'weekdays', 'weekly'],
    },
    { name: 'every Saturday', before: 14, day: 21, paces: ['daily', 'weekdays', 'weekly'] },
    { name: 'the first, a Thursday', before: null, day: 19, paces: ['daily', 'weekdays'] },
    {
      name: 'the second of one Monday',
      before: 16,
      day: 16,
      paces: ['daily', 'weekdays', 'weekly'],
    },
  ])('$name', ({ before, day, paces }) => {
    expect(owedPaces(at(day), before === null ? null : at(before), 'UTC')).toEqual(paces)
  })

  test('the day is that of the reader', () => {
    const sundayNoon = '2026-11-15T12:00:00.000Z' // Monday in Kiritimati
    expect(owedPaces(sundayNoon, null, 'Pacific/Kiritimati')).toContain('weekly')
    expect(owedPaces(sundayNoon, null, 'America/New_York')).not.toContain('weekly')
  })
})
