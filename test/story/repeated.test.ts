import { describe, expect, test } from 'vitest'
import { isRepeated, piecesOf } from '../../src/story/repeated.ts'
import { summarise } from '../../src/story/summarise.ts'

const LINE = 'The Orbit has told the news of Harwick since the harbour was built'

describe('piecesOf', () => {
  test('lines and sentences, without the marks at their end', () => {
    expect(piecesOf('Bridge opens.” Cars came!\nA ferry left (at nine.)')).toEqual([
      'Bridge opens',
      'Cars came',
      'A ferry left (at nine',
    ])
  })
  test.each(['.'.repeat(100_000), '\n'.repeat(100_000), '. '.repeat(50_000)])(
    'a hundred thousand marks are read within bounds',
    (text) => {
      expect(piecesOf(text).every((piece) => piece === '')).toBe(true)
    },
  )
})

describe('isRepeated', () => {
  const known = new Set([LINE])
  test.each([
    { name: 'the line', text: `${LINE}.`, is: true },
    { name: 'the line in a longer sentence', text: `${LINE}, said Ada Lind.`, is: false },
    { name: 'another sentence', text: 'The bridge reopened on Monday.', is: false },
  ])('$name: $is', ({ text, is }) => {
    expect(isRepeated(text, known)).toBe(is)
  })
  test('nothing is repeated where nothing is known', () => {
    expect(isRepeated('', new Set())).toBe(false)
  })
})

test('a repeated line is in no summary, and the offsets of the others stay', () => {
  const text = `${LINE}. The harbour bridge reopened to traffic on Monday after nine months of repairs.`
  const told = (repeated: ReadonlySet<string>) => summarise([{ text, repeated }])
  expect(told(new Set())).toHaveLength(2)
  const [only, ...others] = told(new Set([LINE]))
  expect(others).toEqual([])
  expect(text.slice(only?.start, only?.end)).toBe(only?.text)
  expect(only?.text).toMatch(/^The harbour bridge/)
})
