import { expect, test } from 'vitest'
import { hashEdition } from '../../src/edition/freeze.ts'
import { makeEdition } from '../support/edition.ts'

const edition = makeEdition()
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, of]) => [key, reversed(of)]),
  )
}

test('the order in which a database gives keys back does not count, nor do state and hash', () => {
  const again = reversed({ ...edition, state: 'sent', hash: 'x' }) as typeof edition
  expect(hashEdition(again)).toBe(hashEdition(edition))
  expect(hashEdition(edition)).toMatch(/^[0-9a-f]{64}$/)
})

test.each([
  { name: 'the subject', change: { subject: 'Another' } },
  { name: 'the size', change: { size: 5 } },
  { name: 'the counters', change: { counters: { articles: 1, sources: 1, stories: 1 } } },
  { name: 'the order of the pool', change: { pool: edition.pool.toReversed() } },
  { name: 'one card', change: { pool: edition.pool.slice(1) } },
])('$name counts', ({ change }) => {
  expect(hashEdition({ ...edition, ...change })).not.toBe(hashEdition(edition))
})
