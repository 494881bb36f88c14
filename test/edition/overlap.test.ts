import { describe, expect, test } from 'vitest'
import { effectiveNumber, jaccard, rankBiasedOverlap } from '../../src/edition/overlap.ts'

describe('rankBiasedOverlap', () => {
  test.each([
    { name: 'the same', a: 'abcde', b: 'abcde', is: 1 },
    { name: 'nothing in common', a: 'abc', b: 'xyz', is: 0 },
    { name: 'two empty ones', a: '', b: '', is: 1 },
    { name: 'an empty one', a: 'abc', b: '', is: 0 },
    { name: 'a part of the other', a: 'abc', b: 'abcde', is: 1 },
    // By hand: X = 1, 1, 3; (0.1 / 0.9) (0.9 + 0.405 + 0.729) + 0.729.
    { name: 'two changed places', a: 'abc', b: 'acb', is: 0.955 },
    // By hand: X = 0, 2, 3; (0.1 / 0.9) (0 + 0.81 + 0.729) + 0.729.
    { name: 'another first', a: 'abc', b: 'bac', is: 0.9 },
  ])('$name → $is', ({ a, b, is }) => {
    expect(rankBiasedOverlap([...a], [...b])).toBeCloseTo(is, 3)
    expect(rankBiasedOverlap([...b], [...a])).toBeCloseTo(is, 3)
  })
})

test('jaccard counts what is shared among all there is', () => {
  expect(jaccard([...'abc'], [...'bcd'])).toBe(0.5)
  expect(jaccard([], [])).toBe(1)
})

test('equal shares of four topics are four topics, one that has most is little more than one', () => {
  expect(effectiveNumber([...'abcd'])).toBeCloseTo(4)
  expect(effectiveNumber([...'aaaaaaaab'])).toBeLessThan(1.5)
  expect(effectiveNumber([])).toBe(0)
})
