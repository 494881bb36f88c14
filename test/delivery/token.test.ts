import { expect, test } from 'vitest'
import { readTimed, readToken, signTimed, signToken } from '../../src/delivery/token.ts'

const secret = 'a secret of this test, long enough'
const id = 'sub-1'
const token = signToken(secret, 'unsubscribe', id)

test('a token tells its id in its own scope only', () => {
  expect(readToken(secret, 'unsubscribe', token)).toBe(id)
  for (const scope of ['preferences', 'confirm', 'view'] as const) {
    expect(readToken(secret, scope, token)).toBeNull()
  }
})

test('it fits into a URL and is the same each time', () => {
  expect(token).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)
  expect(signToken(secret, 'unsubscribe', id)).toBe(token)
})

test('any id comes back', () => {
  for (const any of ['a.b', 'ü/😀', '42', 'x'.repeat(100)]) {
    expect(readToken(secret, 'view', signToken(secret, 'view', any))).toBe(any)
  }
})

const [body = '', seal = ''] = token.split('.')
test.each([
  { name: 'empty', forged: '' },
  { name: 'no seal', forged: body },
  { name: 'an empty seal', forged: `${body}.` },
  { name: 'a cut seal', forged: token.slice(0, -4) },
  { name: 'another id', forged: `${Buffer.from('sub-2').toString('base64url')}.${seal}` },
  {
    name: 'the seal of another',
    forged: `${body}.${signToken(secret, 'unsubscribe', 'b').split('.')[1]}`,
  },
  { name: 'more after it', forged: `${token}.x` },
  { name: 'a changed first letter', forged: `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}` },
  { name: 'huge', forged: 'a'.repeat(1_000_000) },
  { name: 'not text of a token', forged: '\0\r\n%00' },
])('$name is refused', ({ forged }) => {
  expect(readToken(secret, 'unsubscribe', forged)).toBeNull()
})

test('another secret refuses it, and a short one signs nothing', () => {
  expect(readToken('another secret, as long as the first', 'unsubscribe', token)).toBeNull()
  expect(() => signToken('short', 'view', id)).toThrow(RangeError)
})

test('a token that ends says when, and whom it was for even then', () => {
  const ends = '2026-11-20T12:00:00.000Z'
  const timed = signTimed(secret, 'owner', 'reader~1', ends)
  expect(readTimed(secret, 'owner', timed, '2026-11-20T11:59:59.999Z')).toEqual({
    ...{ id: 'reader~1', ends, ended: false },
  })
  expect(readTimed(secret, 'owner', timed, ends)).toMatchObject({ id: 'reader~1', ended: true })
  expect(readTimed(secret, 'confirm', timed, ends)).toBeNull()
  expect(readTimed(secret, 'owner', signToken(secret, 'owner', 'reader'), ends)).toBeNull()
})
