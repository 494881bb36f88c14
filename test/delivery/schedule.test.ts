import { describe, expect, test } from 'vitest'
import {
  checkSchedule,
  firingNow,
  firingOn,
  lastFiring,
  nextFiring,
} from '../../src/delivery/schedule.ts'
import { localDate } from '../../src/delivery/zone.ts'

const DAY_MS = 86_400_000

describe('a firing', () => {
  test.each([
    ['0 7 * * *', 'UTC', '2026-11-21T07:00:00.000Z', '2026-11-21', '2026-11-20T07:00:00.000Z'],
    ['0 7 * * *', 'UTC', '2026-11-21T06:59:59.999Z', '2026-11-20', '2026-11-19T07:00:00.000Z'],
    [
      '0 7 * * *',
      'Asia/Tokyo',
      '2026-11-20T22:00:00.000Z',
      '2026-11-21',
      '2026-11-19T22:00:00.000Z',
    ],
    ['0 7 * * 1', 'UTC', '2026-11-21T12:00:00.000Z', '2026-11-16', '2026-11-09T07:00:00.000Z'],
    [
      '0 7 * * MON-FRI',
      'UTC',
      '2026-11-22T12:00:00.000Z',
      '2026-11-20',
      '2026-11-19T07:00:00.000Z',
    ],
  ])('%s in %s at %s is that of %s', (schedule, zone, at, date, from) => {
    expect(lastFiring(schedule, zone, at)).toMatchObject({ date, slot: 0, span: { from } })
  })

  test('several a day have places of their own, and the date covers them all', () => {
    const schedule = '0 7,19 * * *'
    const evening = lastFiring(schedule, 'UTC', '2026-11-10T20:00:00.000Z')
    expect(evening).toEqual({
      date: '2026-11-10',
      slot: 1,
      span: { from: '2026-11-10T07:00:00.000Z', to: '2026-11-10T19:00:00.000Z' },
    })
    expect(firingOn(schedule, 'UTC', '2026-11-10')).toEqual({
      date: '2026-11-10',
      slot: 1,
      span: { from: '2026-11-09T19:00:00.000Z', to: '2026-11-10T19:00:00.000Z' },
    })
  })

  test('a day the schedule leaves out has none', () => {
    expect(firingOn('0 7 * * 1', 'UTC', '2026-11-21')).toBeNull()
  })

  test('asked for now, the edition of today ends now, whether its hour has come or not', () => {
    const now = '2026-11-21T05:00:00.000Z'
    const from = '2026-11-20T07:00:00.000Z'
    expect(firingNow('0 7 * * *', 'UTC', now)).toEqual({
      date: '2026-11-21',
      slot: 0,
      span: { from, to: now },
    })
    const noon = '2026-11-21T12:00:00.000Z'
    expect(firingNow('0 7 * * *', 'UTC', noon)).toEqual({
      date: '2026-11-21',
      slot: 0,
      span: { from, to: noon },
    })
  })
})

/** Hours that a clock change leaves out or brings twice, and one at midnight. */
const ZONES: readonly (readonly [string, string])[] = [
  ['Europe/Zurich', '30 2 * * *'],
  ['America/New_York', '0 2 * * *'],
  ['America/New_York', '0 1 * * *'],
  ['America/Santiago', '0 0 * * *'],
  ['Africa/Cairo', '0 0 * * *'],
  ['America/Havana', '0 0 * * *'],
  ['Asia/Beirut', '15 0 * * *'],
  ['Australia/Lord_Howe', '0 2 * * *'],
  ['Pacific/Honolulu', '0 7 * * *'],
  ['Pacific/Kiritimati', '59 23 * * *'],
]

test.each(ZONES)('%s, %s: every day of two years fires once, and spans join', (zone, schedule) => {
  let last = lastFiring(schedule, zone, '2026-01-01T12:00:00.000Z')
  const end = Date.parse('2028-01-01T12:00:00.000Z')
  const dates = new Set<string>()
  while (Date.parse(last.span.to) < end) {
    const at = nextFiring(schedule, zone, last.span.to)
    const next = lastFiring(schedule, zone, at)
    expect(next.span).toEqual({ from: last.span.to, to: at })
    expect(next.slot).toBe(0)
    expect(dates).not.toContain(next.date)
    dates.add(next.date)
    last = next
  }
  const days = Math.round((end - Date.parse('2026-01-01T12:00:00.000Z')) / DAY_MS)
  expect(dates.size).toBeGreaterThanOrEqual(days)
  expect(localDate(last.span.to, zone)).toBe(last.date)
})

describe('a schedule is refused', () => {
  test.each([
    ['0 7 * *', 'UTC', /five fields/],
    ['99 7 * * *', 'UTC', /99/],
    ['H H * * *', 'UTC', /only digits/],
    ['*/5 * * * *', 'UTC', /once an hour/],
    ['0 7 * * *', 'Mars/Base', /no such time zone/],
    ['0 7 31 2 *', 'UTC', /--schedule/],
  ])('%s in %s', (schedule, zone, reason) => {
    expect(() => checkSchedule(schedule, zone)).toThrow(reason)
  })

  test('and a good one is not', () => {
    for (const schedule of [
      '0 7 * * *',
      '30 6 * * MON-FRI',
      '0 7,19 * * *',
      '0 9 1 * *',
      '0 */2 * * *',
    ])
      expect(() => checkSchedule(schedule, 'Europe/Zurich')).not.toThrow()
  })
})
