import { describe, expect, test } from 'vitest'
import { clockWarnings, nextFirings, outcomesOf, pastFirings } from '../../src/delivery/calendar.ts'

test('firings before and after a moment, each once', () => {
  const now = '2026-11-26T06:00:00.000Z'
  expect(nextFirings('0 7 * * *', 'Europe/Zurich', now, 2)).toEqual([
    '2026-11-27T06:00:00.000Z',
    '2026-11-28T06:00:00.000Z',
  ])
  const past = pastFirings('0 7,19 * * *', 'Europe/Zurich', now, 3)
  expect(past.map(({ span, slot }) => [span.to, slot])).toEqual([
    ['2026-11-26T06:00:00.000Z', 0],
    ['2026-11-25T18:00:00.000Z', 1],
    ['2026-11-25T06:00:00.000Z', 0],
  ])
})

describe('a change of the clock is told before it comes', () => {
  test.each([
    {
      name: 'an hour that is left out',
      ...{ schedule: '30 2 * * *', zone: 'Europe/Zurich', from: '2026-03-27T12:00:00.000Z' },
      says: ['02:30 is left out by the clock that day; it fires at 03:00.'],
    },
    {
      name: 'an hour that comes twice',
      ...{ schedule: '30 2 * * *', zone: 'Europe/Zurich', from: '2026-10-24T12:00:00.000Z' },
      says: ['02:30 comes twice that day; it fires the first time.'],
    },
    {
      name: 'half an hour, on Lord Howe',
      ...{ schedule: '45 1 * * *', zone: 'Australia/Lord_Howe', from: '2026-04-04T00:00:00.000Z' },
      says: ['01:45 comes twice that day; it fires the first time.'],
    },
    {
      name: 'a night that is shorter',
      ...{ schedule: '0 7 * * *', zone: 'America/New_York', from: '2026-03-07T20:00:00.000Z' },
      says: ['The clock changes before it: its span is 60 minutes shorter.'],
    },
    {
      name: 'none where clocks never change',
      ...{ schedule: '0 7 * * *', zone: 'Asia/Kolkata', from: '2026-03-07T20:00:00.000Z' },
      says: [],
    },
  ])('$name', ({ schedule, zone, from, says }) => {
    const told = clockWarnings(schedule, zone, from, 2).map(({ text }) => text)
    expect(told.slice(0, 1)).toEqual(says)
  })
})

test('each firing has its edition, was made up for, is coming, or was missed', () => {
  const now = '2026-11-26T06:05:00.000Z'
  const firings = pastFirings('0 7 * * *', 'Europe/Zurich', now, 5)
  const edition = (date: string, createdAt: string) => ({
    ...{ id: `e${date}`, date, slot: 0, state: 'sent' as const, createdAt },
  })
  const editions = [
    edition('2026-11-25', '2026-11-25T06:00:05.000Z'),
    edition('2026-11-24', '2026-11-24T06:45:00.000Z'),
  ]
  const outcomes = outcomesOf(firings, editions, '2026-11-22T12:00:00.000Z', now)
  expect(outcomes.map(({ date, state, late }) => [date, state, late])).toEqual([
    ['2026-11-26', 'coming', 0],
    ['2026-11-25', 'sent', 0],
    ['2026-11-24', 'sent', 45],
    ['2026-11-23', 'missed', 0],
  ])
  const changed = outcomesOf(firings, editions, '2026-11-24T12:00:00.000Z', now)
  expect(changed.map(({ date }) => date)).toEqual(['2026-11-26', '2026-11-25', '2026-11-24'])
})
