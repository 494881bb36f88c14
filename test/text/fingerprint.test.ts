import { describe, expect, test } from 'vitest'
import { bandKeys, estimateJaccard, shingle, sign } from '../../src/text/fingerprint.ts'
import { jaccard } from '../../src/text/similarity.ts'

/** Words `from` to `to` of an endless text in which no word comes twice. */
const words = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `word${from + i}`)

describe('MinHash', () => {
  test.each([0.9, 0.7, 0.5, 0.35, 0.2, 0.05])('estimates a Jaccard similarity of %f', (target) => {
    // The mean error over many pairs is far below that of one pair: it shows a bias.
    const errors = Array.from({ length: 30 }, (_, round) => {
      const start = round * 10_000
      const shift = Math.round((400 * (1 - target)) / (1 + target))
      const a = shingle(words(start, start + 400))
      const b = shingle(words(start + shift, start + 400 + shift))
      return estimateJaccard(sign(a), sign(b)) - jaccard(a, b)
    })
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.16)
  })
  test('is unsigned', () => {
    expect(Math.min(...sign(shingle(words(0, 50))))).toBeGreaterThanOrEqual(0)
  })
  test('near texts share a band, far ones do not', () => {
    const share = (a: string[], b: string[]) => {
      const keys = new Set(bandKeys(sign(shingle(a))))
      return bandKeys(sign(shingle(b))).some((key) => keys.has(key))
    }
    expect(share(words(0, 400), words(60, 460))).toBe(true)
    expect(share(words(0, 400), words(400, 800))).toBe(false)
  })
})

test.each([
  { name: 'no words', given: 0, want: 0 },
  { name: 'one word', given: 1, want: 1 },
  { name: 'two words', given: 2, want: 1 },
  { name: 'four words', given: 4, want: 2 },
])('shingles of $name', ({ given, want }) => expect(shingle(words(0, given)).size).toBe(want))
