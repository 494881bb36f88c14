import { expect, test } from 'vitest'
import { checkLinks } from '../../src/edition/check-links.ts'
import type { Card, Citation } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'

const [card] = POOL as readonly [Card]
const citing = (storyId: string, ...urls: readonly string[]): Card => ({
  ...card,
  storyId,
  citations: urls.map((url) => ({ ...(card.citations[0] as Citation), url })),
})

test('links are told by their shape, and by what two stories share', () => {
  const { links, faults } = checkLinks([
    citing('a', 'https://a.example/1', 'javascript:alert(1)', 'https://intranet/x'),
    citing('b', 'https://a.example/1', 'https://b.example/2', 'https://b.example/2'),
  ])
  expect(links).toBe(4)
  expect(faults.map(({ url, fault }) => [url, fault])).toEqual([
    ['https://a.example/1', 'cited by two stories'],
    ['javascript:alert(1)', 'no web address'],
    ['https://intranet/x', 'host without a dot'],
    ['https://a.example/1', 'cited by two stories'],
  ])
})
