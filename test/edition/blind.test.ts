import { describe, expect, test } from 'vitest'
import { findBlindSpots, isQuiet, type Presence } from '../../src/edition/blind.ts'

/** Ten days to Thursday the 19th; what is there on which of them is up to the test. */
const days = (names: (day: number) => readonly string[], stories = 40): Presence[] =>
  Array.from({ length: 10 }, (_, i) => {
    return { date: `2026-11-${String(10 + i)}`, stories, names: names(10 + i) }
  })
const friday = (names: readonly string[], stories = 40): Presence => {
  return { date: '2026-11-20', stories, names }
}

describe('findBlindSpots', () => {
  test('what was always there and is not', () => {
    expect(
      findBlindSpots(
        friday(['Sport']),
        days(() => ['Policy', 'Sport']),
      ),
    ).toEqual([{ name: 'Policy', present: 10, of: 10 }])
  })

  test.each([
    { name: 'it is there', today: friday(['Policy']), history: days(() => ['Policy']) },
    {
      name: 'it comes now and then',
      today: friday([]),
      history: days((day) => (day % 2 ? ['Policy'] : [])),
    },
    {
      name: 'it never comes on that day of the week',
      today: { ...friday(['Sport']), date: '2026-11-22' },
      history: days((day) => (day === 15 ? ['Sport'] : ['Policy', 'Sport'])),
    },
    { name: 'the day is quiet as a whole', today: friday([], 12), history: days(() => ['Policy']) },
    {
      name: 'too little is known of the digest',
      today: friday([]),
      history: days(() => ['Policy']).slice(0, 4),
    },
  ])('nothing is missed where $name', ({ today, history }) => {
    expect(findBlindSpots(today, history)).toEqual([])
  })

  test('the surest first, then by name', () => {
    const history = days((day) => (day === 11 ? ['B', 'C'] : ['A', 'B', 'C']))
    expect(findBlindSpots(friday([]), history).map(({ name }) => name)).toEqual(['B', 'C', 'A'])
  })

  test('a quiet day has less than half of the usual stories', () => {
    const history = days(() => [])
    expect(isQuiet(friday([], 19), history)).toBe(true)
    expect(isQuiet(friday([], 20), history)).toBe(false)
    expect(isQuiet(friday([], 0), [])).toBe(false)
  })
})
