import { expect, test } from 'vitest'
import { barChart, lineChart } from '../../../src/web/dashboard/charts.ts'

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
