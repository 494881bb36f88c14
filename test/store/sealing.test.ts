import { describe, expect, test } from 'vitest'
import { seal, sealingKey, unseal } from '../../src/store/sealing.ts'

const key = sealingKey('signing secret', 'an owl in the belfry', 'a test')
const LOGIN = 'ada:über-secret 🗝'

/** The sealed text with one bit of one byte turned. */
function turned(sealed: string, at: number): string {
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return `v1.${bytes.toString('base64url')}`
}

describe('sealing', () => {
  test('opens with the same key at the same place', () => {
    expect(unseal(key, 'source a', seal(key, 'source a', LOGIN))).toBe(LOGIN)
  })

  test('writes the same secret differently each time, and none of it in the clear', () => {
    const [one, other] = [seal(key, 'source a', LOGIN), seal(key, 'source a', LOGIN)]
    expect(one).not.toBe(other)
    expect(Buffer.from(one.slice(3), 'base64url').includes('secret')).toBe(false)
  })

  test.each([
    { name: 'another place', open: (sealed: string) => unseal(key, 'source b', sealed) },
    {
      name: 'another pepper',
      open: (sealed: string) =>
        unseal(sealingKey('signing secret', '', 'a test'), 'source a', sealed),
    },
    {
      name: 'another purpose',
      open: (sealed: string) =>
        unseal(sealingKey('signing secret', 'an owl in the belfry', 'x'), 'source a', sealed),
    },
    {
      name: 'a turned nonce',
      open: (sealed: string) => unseal(key, 'source a', turned(sealed, 0)),
    },
    { name: 'a turned tag', open: (sealed: string) => unseal(key, 'source a', turned(sealed, 12)) },
    {
      name: 'a turned letter',
      open: (sealed: string) => unseal(key, 'source a', turned(sealed, 30)),
    },
    { name: 'a cut', open: (sealed: string) => unseal(key, 'source a', sealed.slice(0, 20)) },
    { name: 'another form', open: (sealed: string) => unseal(key, 'source a', sealed.slice(3)) },
  ])('$name opens nothing', ({ open }) => {
    expect(open(seal(key, 'source a', LOGIN))).toBeNull()
  })
})
