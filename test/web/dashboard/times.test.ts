import { describe, expect, test } from 'vitest'
import { createTimes, spanOf } from '../../../src/web/dashboard/times.ts'

const NOW = '2026-11-26T05:30:00.000Z'
const zurich = createTimes('Europe/Zurich', NOW)

describe('a time is shown in the zone of the visitor, with UTC beside it', () => {
  test.each([
    { at: '2026-11-26T06:00:00.000Z', text: '07:00', utc: '2026-11-26 06:00 UTC' },
    { at: '2026-11-25T23:30:00.000Z', text: '00:30', utc: '2026-11-25 23:30 UTC' },
    { at: '2026-11-25T22:30:00.000Z', text: '25 Nov, 23:30', utc: '2026-11-25 22:30 UTC' },
    { at: '2025-07-01T10:00:00.000Z', text: '1 Jul 2025, 12:00', utc: '2025-07-01 10:00 UTC' },
  ])('$at reads $text', ({ at, text, utc }) => {
    expect(zurich.show(at)).toMatchObject({ text, utc })
  })
})

test.each([
  ['2026-11-26T05:30:20.000Z', 'now'],
  ['2026-11-26T05:25:00.000Z', '5 min ago'],
  ['2026-11-26T08:40:00.000Z', 'in 3 h 10 min'],
  ['2026-11-23T03:30:00.000Z', '3 d 2 h ago'],
])('%s is %s', (at, distance) => {
  expect(zurich.show(at).distance).toBe(distance)
})

test.each([
  [0, '0 min'],
  [59, '59 min'],
  [60, '1 h'],
  [1_439, '23 h 59 min'],
  [1_440, '1 d'],
])('%i minutes are %s', (minutes, text) => {
  expect(spanOf(minutes)).toBe(text)
})
