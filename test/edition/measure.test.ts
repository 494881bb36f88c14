import { expect, test } from 'vitest'
import { compareOrders } from '../../src/edition/measure.ts'
import type { Card } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'

const [a, b, c] = POOL as readonly [Card, Card, Card]

test('the same order is the same, also where a story has another name', () => {
  const { jaccard, overlap, before, after } = compareOrders([a, b], [{ ...a, storyId: 'z' }, b])
  expect({ jaccard, overlap }).toEqual({ jaccard: 1, overlap: 1 })
  expect(after).toEqual(before)
})

test('what is in one of two orders lessens what they have in common', () => {
  const { jaccard, overlap, changes } = compareOrders([a, b], [c, a])
  expect(jaccard).toBe(0.333)
  expect(overlap).toBeLessThan(0.6)
  expect(changes).toHaveLength(3)
})

test('stories told before are counted as repeats', () => {
  const told = {
    firstTold: '2026-11-19',
    lastTold: '2026-11-19',
    novelty: 1,
    newSources: [],
    changes: [],
  }
  expect(compareOrders([a], [{ ...a, followUp: told }]).after.repeats).toBe(1)
})
