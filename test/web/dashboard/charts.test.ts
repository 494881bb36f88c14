import { describe, expect, test } from 'vitest'
import { barChart, lineChart, partBars, placesInTime } from '../../../src/web/dashboard/charts.ts'

const points = [2, 8, 0].map((value, hour) => ({ label: `${hour}:00`, value }))

test('a line goes from the first value to the last, highest at the largest', () => {
  const { line, text } = lineChart('articles an hour', points)
  expect(line).toBe('M0 35L120 2L240 46')
  expect(text).toBe('articles an hour: 10 in all, most at 1:00 (8), last 0')
})

test('bars stand on the ground; nothing has no bar, and the least of something has one', () => {
  const { bars } = barChart('runs', [...points, { label: 'rare', value: 0.001 }])
  expect(bars.map(({ height }) => height)).toEqual([12, 48, 0, 1])
  expect(bars.map(({ y, height }) => y + height)).toEqual([48, 48, 48, 48])
})

test('no values, and values of nothing, draw no nonsense', () => {
  expect(lineChart('x', [])).toMatchObject({ line: '', text: 'x: nothing yet' })
  expect(lineChart('x', [{ label: 'a', value: 0 }]).line).toBe('M0 46')
  expect(barChart('x', []).bars).toEqual([])
})

describe('partBars', () => {
  test('each part begins where the one before it ends, down as well as up', () => {
    const bars = partBars([
      { name: 'heat', value: 30 },
      { name: 'quality', value: 20 },
      { name: 'told', value: -10 },
    ])
    expect(bars.map(({ x, width, takes }) => [x, width, takes])).toEqual([
      [0, 144, false],
      [144, 96, false],
      [192, 48, true],
    ])
    expect(bars.map(({ value }) => value)).toEqual(['+30.00', '+20.00', '-10.00'])
  })

  test('a part of nothing has no bar', () => {
    expect(partBars([{ name: 'junk', value: 0 }])[0]?.width).toBe(0)
  })
})

test('the first and the last instant stand at the ends of the line', () => {
  const places = placesInTime([
    '2026-11-20T06:00:00.000Z',
    '2026-11-20T07:00:00.000Z',
    '2026-11-20T08:00:00.000Z',
  ])
  expect(places).toEqual([4, 120, 236])
  expect(placesInTime(['2026-11-20T06:00:00.000Z'])).toEqual([4])
})
