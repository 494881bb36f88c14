import { expect, test } from 'vitest'
import { type Change, compareCards, kindOf } from '../../src/edition/compare.ts'
import type { Card } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'

const [a, b, c] = POOL as readonly [Card, Card, Card]
const kinds = (changes: readonly Change[]) =>
  changes.map((change) => [kindOf(change), change.storyId, change.from, change.to])

test('what stays as it is is not told', () => {
  expect(compareCards([a, b], [a, b])).toEqual([])
})

test('stories come, go and move', () => {
  expect(kinds(compareCards([a, b], [b, c]))).toEqual([
    ['moved', b.storyId, 2, 1],
    ['came', c.storyId, null, 2],
    ['went', a.storyId, 1, null],
  ])
})

test('a story with other words at its place is retold, with the headline it had', () => {
  const [change] = compareCards([a], [{ ...a, headline: 'Another' }])
  expect(change).toMatchObject({ retold: true, was: a.headline, from: 1, to: 1 })
})

test('a story that got another name is known by its article', () => {
  const renamed = { ...a, storyId: 'another' }
  expect(compareCards([a, b], [renamed, b])).toEqual([])
  expect(kinds(compareCards([a, b], [b, renamed]))).toEqual([
    ['moved', b.storyId, 2, 1],
    ['moved', 'another', 1, 2],
  ])
})
