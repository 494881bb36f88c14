import { describe, expect, test } from 'vitest'
import { nextFetch, publishingRhythm, type Rhythm } from '../../src/article/next-fetch.ts'

/** A Wednesday. */
const NOW = '2026-11-25T10:00:00.000Z'
const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

const source: Rhythm = {
  id: 'kelp',
  now: NOW,
  interval: { seconds: HOUR, fixed: false },
  answer: { kind: 'read', maxAgeSeconds: null },
  pacing: {},
  gapSeconds: null,
  newestAt: null,
  pushed: false,
}

const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1_000).toISOString()
const waitOf = (over: Partial<Rhythm>) => {
  const { at } = nextFetch({ ...source, ...over })
  return (Date.parse(at) - Date.parse(NOW)) / 1_000
}
/** A wait with the spread that every source has of its own. */
const about = (seconds: number) => {
  const share = waitOf({}) / HOUR
  expect(share).toBeGreaterThanOrEqual(1)
  expect(share).toBeLessThanOrEqual(1.1)
  return Math.min(seconds * share, DAY)
}

describe('a source that was read is asked again', () => {
  const read = (maxAgeSeconds: number | null) => ({ kind: 'read', maxAgeSeconds }) as const
  test.each<{ name: string; over: Partial<Rhythm>; wait: number; why: string }>([
    { name: 'after the first interval', over: {}, wait: HOUR, why: 'not known yet' },
    {
      name: 'twice in the time between two articles',
      over: { gapSeconds: 4 * HOUR, newestAt: ago(HOUR) },
      wait: 2 * HOUR,
      why: 'its articles come every 4 h',
    },
    {
      name: 'after five minutes at the earliest',
      over: { gapSeconds: 20, newestAt: ago(10) },
      wait: 5 * MINUTE,
      why: 'every 1 min',
    },
    {
      name: 'less often when it has fallen silent',
      over: { gapSeconds: HOUR, newestAt: ago(5 * DAY) },
      wait: 12 * HOUR,
      why: 'its newest article is of 2026-11-20',
    },
    {
      name: 'once a day when it seems dead, for ever',
      over: { gapSeconds: HOUR, newestAt: ago(900 * DAY) },
      wait: DAY,
      why: '2024-06-08',
    },
    {
      name: 'not before its answer is stale',
      over: { answer: read(3 * HOUR), gapSeconds: HOUR, newestAt: ago(HOUR) },
      wait: 3 * HOUR,
      why: 'how long the answer may be kept',
    },
    {
      name: 'within a day, whatever its host says',
      over: { answer: read(7 * DAY) },
      wait: DAY,
      why: 'how long the answer may be kept',
    },
    { name: 'no sooner for max-age=0', over: { answer: read(0) }, wait: HOUR, why: 'not known' },
    {
      name: 'not before its ttl is over',
      over: { pacing: { ttlMinutes: 180 } },
      wait: 3 * HOUR,
      why: 'its feed says how long',
    },
    {
      name: 'not more often than it is updated',
      over: { pacing: { updatePeriodSeconds: 12 * HOUR, ttlMinutes: 60 } },
      wait: 12 * HOUR,
      why: 'how often it is updated',
    },
    {
      name: 'seldom where a hub tells of what is new',
      over: { pushed: true, gapSeconds: 10 * MINUTE, newestAt: ago(60) },
      wait: 6 * HOUR,
      why: 'its hub tells',
    },
  ])('$name', ({ over, wait, why }) => {
    expect(waitOf(over)).toBeCloseTo(about(wait), 1)
    expect(nextFetch({ ...source, ...over }).why).toContain(why)
  })

  test('as the operator has fixed it, to the second and whatever else is wished', () => {
    const over = {
      interval: { seconds: 120, fixed: true },
      answer: read(DAY),
      pacing: { ttlMinutes: 600, skipHours: [10] },
      gapSeconds: DAY,
      newestAt: ago(DAY),
    }
    expect(waitOf(over)).toBe(120)
    expect(nextFetch({ ...source, ...over }).why).toBe('the operator wants every 2 min')
  })
})

describe('skipped hours and days', () => {
  test.each([
    { name: 'hours', pacing: { skipHours: [11, 12, 13] }, day: 25, hour: 14 },
    {
      name: 'hours over midnight',
      pacing: { skipHours: [...Array(13).keys()].map((h) => (h + 11) % 24) },
      day: 26,
      hour: 0,
    },
    { name: 'days', pacing: { skipDays: [3, 4] }, day: 27, hour: null },
    {
      name: 'days and hours',
      pacing: { skipDays: [3], skipHours: [...Array(9).keys()] },
      day: 26,
      hour: 9,
    },
    {
      name: 'all hours: no wish at all',
      pacing: { skipHours: [...Array(24).keys()] },
      day: 25,
      hour: 11,
    },
    { name: 'other hours', pacing: { skipHours: [3, 4], skipDays: [0] }, day: 25, hour: 11 },
  ])('$name', ({ pacing, day, hour }) => {
    const { at } = nextFetch({ ...source, pacing })
    expect(new Date(at).getUTCDate()).toBe(day)
    if (hour !== null) expect(new Date(at).getUTCHours()).toBe(hour)
  })
})

describe('a source that failed is asked again', () => {
  const failed = (failures: number, retryAfterSeconds: number | null = null) =>
    waitOf({ answer: { kind: 'failed', failures, retryAfterSeconds } })

  test.each([
    { failures: 1, wait: HOUR },
    { failures: 2, wait: 2 * HOUR },
    { failures: 4, wait: 8 * HOUR },
    { failures: 6, wait: DAY },
    { failures: 5_000, wait: DAY },
  ])('after $failures failures', ({ failures, wait }) => {
    expect(failed(failures)).toBeCloseTo(about(wait), 1)
  })

  test('not before Retry-After, and not after a day', () => {
    expect(failed(1, 3 * HOUR)).toBeCloseTo(about(3 * HOUR), 1)
    expect(failed(1, 10)).toBeCloseTo(about(HOUR), 1)
    expect(failed(1, 7 * DAY)).toBe(DAY)
  })

  test('also where the operator has fixed its interval', () => {
    const answer = { kind: 'failed', failures: 1, retryAfterSeconds: HOUR } as const
    expect(waitOf({ answer, interval: { seconds: 60, fixed: true } })).toBeCloseTo(about(HOUR), 1)
  })
})

test('what was put off comes back when its time has come, and not all at once', () => {
  const waits = ['a', 'b', 'c', 'd'].map((id) =>
    waitOf({ id, answer: { kind: 'postponed', retryAfterSeconds: 600 } }),
  )
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(600)
  for (const wait of waits) expect(wait).toBeLessThanOrEqual(660)
  expect(new Set(waits).size).toBe(4)
})

test('the same source parts from the others by the same share, every time', () => {
  const ids = Array.from({ length: 200 }, (_, i) => `source ${i}`)
  const waits = ids.map((id) => waitOf({ id }))
  expect(ids.map((id) => waitOf({ id }))).toEqual(waits)
  const late = waits.filter((wait) => wait > 1.05 * HOUR).length
  expect(late).toBeGreaterThan(60)
  expect(late).toBeLessThan(140)
})

describe('how often a source publishes', () => {
  test.each([
    { name: 'nothing known', dates: [], gap: null, newest: null },
    { name: 'one article', dates: [ago(60)], gap: null, newest: ago(60) },
    {
      name: 'the middle gap, so that a night counts once',
      dates: [ago(0), ago(HOUR), ago(2 * HOUR), ago(12 * HOUR), ago(13 * HOUR)],
      gap: HOUR,
      newest: ago(0),
    },
    {
      name: 'undated, future and equal dates left out',
      dates: [null, ago(-HOUR), ago(HOUR), ago(HOUR), ago(3 * HOUR)],
      gap: 2 * HOUR,
      newest: ago(HOUR),
    },
  ])('$name', ({ dates, gap, newest }) => {
    expect(publishingRhythm(dates, NOW)).toEqual({ gapSeconds: gap, newestAt: newest })
  })
})
