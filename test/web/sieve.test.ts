import { describe, expect, test } from 'vitest'
import { createSieve, isPerson } from '../../src/web/sieve.ts'

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1'

test.each([
  { name: 'a phone', person: true, headers: { 'user-agent': PHONE } },
  { name: 'nobody in particular', person: false, headers: {} },
  { name: 'a script', person: false, headers: { 'user-agent': 'curl/8.5.0' } },
  { name: 'a scanner', person: false, headers: { 'user-agent': 'Barracuda Sentinel (EE)' } },
  {
    name: 'a robot',
    person: false,
    headers: { 'user-agent': 'Mozilla/5.0 (compatible; bingbot/2.0)' },
  },
  {
    name: 'a browser ahead of its user',
    person: false,
    headers: { 'user-agent': PHONE, 'sec-purpose': 'prefetch;prerender' },
  },
])('$name is a person: $person', ({ headers, person }) => {
  expect(isPerson('GET', headers)).toBe(person)
  expect(isPerson('HEAD', headers)).toBe(false)
})

describe('clicks', () => {
  const follow = (
    clicks: readonly (readonly [network: string, link: string, second: number])[],
  ) => {
    const sieve = createSieve<string>()
    for (const [network, link, second] of clicks) sieve.note(network, link, link, second * 1_000)
    return sieve.take(Number.POSITIVE_INFINITY)
  }

  test('of people count, once in a while each', () => {
    expect(
      follow([
        ['a', 'x', 0],
        ['a', 'x', 1],
        ['b', 'x', 1],
        ['a', 'y', 4],
      ]),
    ).toEqual(['x', 'y', 'x'])
    expect(
      follow([
        ['a', 'x', 0],
        ['a', 'x', 11],
      ]),
    ).toEqual(['x', 'x'])
  })

  test('of who follows everything at once do not, not even the first', () => {
    const burst = ['1', '2', '3', '4', '5'].map((link, n) => ['scanner', link, n] as const)
    expect(follow([...burst, ['a', 'x', 2]])).toEqual(['x'])
  })

  test('are kept back until it is clear that they are no part of a burst', () => {
    const sieve = createSieve<string>()
    sieve.note('a', 'x', 'x', 0)
    expect(sieve.take(9_000)).toEqual([])
    expect(sieve.take(10_000)).toEqual(['x'])
    expect(sieve.take(20_000)).toEqual([])
  })
})
