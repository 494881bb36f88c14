import { describe, expect, test } from 'vitest'
import { containment, cosine, jaccard } from '../../src/text/similarity.ts'
import { centroid, countTerms, topTerms, toVector } from '../../src/text/vectors.ts'

const even = () => 1
const vector = (text: string) => toVector(countTerms(text.split(' ')), even)

describe('vectors', () => {
  test('have length 1', () => {
    expect(cosine(vector('a b b c'), vector('a b b c'))).toBeCloseTo(1, 12)
  })
  test.each([
    { name: 'nothing in common', a: 'a b', b: 'c d', want: 0 },
    { name: 'half in common', a: 'a b', b: 'a c', want: 0.5 },
    { name: 'an empty one', a: '', b: 'x', want: 0 },
  ])('cosine: $name', ({ a, b, want }) => {
    expect(cosine(vector(a), vector(b))).toBeCloseTo(want, 12)
    expect(cosine(vector(b), vector(a))).toBeCloseTo(want, 12)
  })
  test('the limit keeps the heaviest terms; equals by code units', () => {
    expect(topTerms(toVector(countTerms(['c', 'b', 'b', 'a']), even, 2), 9)).toEqual(['b', 'a'])
  })
  test('a weighted title outweighs the body', () => {
    const counts = countTerms(['body', 'body'], 1, countTerms(['title'], 3))
    expect(topTerms(toVector(counts, even), 1)).toEqual(['title'])
  })
  test('a centroid is between its vectors', () => {
    const middle = centroid([vector('a'), vector('b')])
    expect(cosine(middle, vector('a'))).toBeCloseTo(Math.SQRT1_2, 12)
  })
})

describe('sets', () => {
  test.each([
    { name: 'both empty', a: '', b: '', both: 0, contained: 0 },
    { name: 'a part', a: 'ab', b: 'abcd', both: 0.5, contained: 1 },
    { name: 'overlap', a: 'abc', b: 'bcd', both: 0.5, contained: 2 / 3 },
  ])('$name', ({ a, b, both, contained }) => {
    expect(jaccard(new Set(a), new Set(b))).toBeCloseTo(both, 12)
    expect(containment(new Set(b), new Set(a))).toBeCloseTo(contained, 12)
  })
})
