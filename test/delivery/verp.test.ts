import { expect, test } from 'vitest'
import { findReturnAddresses, readReturnAddress, returnAddress } from '../../src/delivery/verp.ts'

const secret = 'a secret of this test, long enough'
const id = 'v0123456789abcdef0123'
const domain = 'bounce.news.example'
const address = returnAddress(secret, 'bounce', id, domain)

test.each([
  { purpose: 'bounce', id },
  { purpose: 'leave', id },
  { purpose: 'letter', id: '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d' },
  { purpose: 'reports', id: 'all' },
] as const)('an address for $purpose tells what it is about', (named) => {
  const made = returnAddress(secret, named.purpose, named.id, domain)
  expect(made.split('@')[0]?.length).toBeLessThanOrEqual(64)
  expect(readReturnAddress(secret, domain, made)).toEqual(named)
  expect(readReturnAddress(secret, domain, made.toUpperCase())).toEqual(named)
})

test.each([
  { name: 'another delivery', forged: address.replace('v0', 'v1') },
  { name: 'another purpose', forged: address.replace(/^b/, 'u') },
  { name: 'a purpose there is not', forged: address.replace(/^b/, 'z') },
  { name: 'a cut seal', forged: address.replace(/.@/, '@') },
  { name: 'another domain', forged: address.replace(domain, 'news.example') },
  { name: 'a domain below', forged: `${address}.evil.example` },
  { name: 'no seal', forged: `b-${id}@${domain}` },
  { name: 'no address', forged: '' },
  { name: 'the seal of another secret', forged: returnAddress(`${secret}!`, 'bounce', id, domain) },
])('forged: $name', ({ forged }) => {
  expect(readReturnAddress(secret, domain, forged)).toBeNull()
})

test('it is found among other words', () => {
  const text = `Original-Mail-From: <${address}>\r\nTo: "x" <ann@reader.example>, ${address}`
  expect(findReturnAddresses(text)).toEqual([address, address])
  expect(findReturnAddresses('b-'.repeat(100_000))).toEqual([])
})
