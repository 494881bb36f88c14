import { describe, expect, test } from 'vitest'
import { pairedBootstrap } from '../../bench/quality/bootstrap.ts'
import { rouge } from '../../bench/quality/rouge.ts'

/** The examples of Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004. */
describe('rouge, on the examples of its paper', () => {
  test('§3.1: the same words in another order', () => {
    const scores = rouge(['the gunman kill police'], ['police killed the gunman'])
    expect(scores.r1.f).toBe(1)
    expect(scores.r2.r).toBeCloseTo(1 / 3, 10)
    expect(scores.rl.r).toBe(2 / 4)
  })

  test('§3.2: the union of two subsequences, w1 w2 with w1 w3 w5, holds 4 of 5 words', () => {
    const scores = rouge(['w1 w2 w6 w7 w8', 'w1 w3 w8 w9 w5'], ['w1 w2 w3 w4 w5'])
    expect(scores.rl.r).toBe(4 / 5)
    expect(scores.rl.p).toBe(4 / 10)
  })
})

describe('rouge, worked by hand', () => {
  test.each([
    { name: 'identical', ours: 'The bridge opened.', theirs: 'the bridge opened', want: [1, 1, 1] },
    { name: 'nothing in common', ours: 'Rain fell.', theirs: 'the bridge opened', want: [0, 0, 0] },
    { name: 'nothing at all', ours: '', theirs: 'the bridge opened', want: [0, 0, 0] },
    // 2 of 3 words each way; one of two pairs.
    {
      name: 'one word differs',
      ours: 'the bridge closed',
      theirs: 'the bridge opened',
      want: [2 / 3, 1 / 2, 2 / 3],
    },
    // A repeated word counts once: p = 1/3, r = 1/2, f = 2/5.
    {
      name: 'a word said three times',
      ours: 'bridge bridge bridge',
      theirs: 'bridge opened',
      want: [2 / 5, 0, 2 / 5],
    },
    { name: 'stems', ours: 'bridges opening', theirs: 'bridge opened', want: [1, 1, 1] },
  ])('$name', ({ ours, theirs, want }) => {
    const { r1, r2, rl } = rouge([ours], [theirs])
    expect(r1.f).toBeCloseTo(want[0] as number, 10)
    expect(r2.f).toBeCloseTo(want[1] as number, 10)
    expect(rl.f).toBeCloseTo(want[2] as number, 10)
  })
})

describe('pairedBootstrap', () => {
  test('a constant difference has no spread, and the seed decides the rest', () => {
    expect(pairedBootstrap([0.1, 0.1, 0.1]).low).toBeCloseTo(0.1, 10)
    const differences = Array.from({ length: 100 }, (_, i) => (i % 10) - 4)
    const once = pairedBootstrap(differences)
    expect(once).toEqual(pairedBootstrap(differences))
    // Standard error 0.287: the interval is the mean ± 1.96 of it.
    expect(once.low).toBeCloseTo(0.5 - 0.56, 1)
    expect(once.high).toBeCloseTo(0.5 + 0.56, 1)
  })
})
