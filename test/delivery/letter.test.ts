import { describe, expect, test } from 'vitest'
import {
  buildLetter,
  isTooMany,
  isWorthATry,
  linkEnds,
  maskAddress,
  ownerKey,
} from '../../src/delivery/letter.ts'

const AT = '2026-11-20T12:00:00.000Z'
const asked = (at: string, digestId: string | null = 'g1') => ({ at, digestId })

describe('isTooMany', () => {
  test.each([
    { name: 'the first', earlier: [], is: false },
    { name: 'one within six hours', earlier: [asked('2026-11-20T06:30:00.000Z')], is: true },
    { name: 'one after six hours', earlier: [asked('2026-11-20T05:30:00.000Z')], is: false },
    {
      name: 'one for another digest',
      earlier: [asked('2026-11-20T11:00:00.000Z', 'g2')],
      is: false,
    },
    {
      name: 'the fourth of the month, for whatever digests',
      earlier: ['a', 'b', 'c'].map((digest) => asked('2026-11-02T06:00:00.000Z', digest)),
      is: true,
    },
  ])('$name → $is', ({ earlier, is }) => {
    expect(isTooMany('signup', asked(AT), earlier)).toBe(is)
  })

  test('what tells of a change is never too many', () => {
    expect(isTooMany('moved', asked(AT, null), Array(99).fill(asked(AT, null)))).toBe(false)
  })
})

test('links of letters work for days, what only owners may do for hours', () => {
  expect(linkEnds('signup', AT)).toBe('2026-11-27T12:00:00.000Z')
  expect(linkEnds('move', AT)).toBe('2026-11-22T12:00:00.000Z')
  expect(linkEnds('link', AT)).toBe('2026-11-20T14:00:00.000Z')
})

test('a letter that was put off for a day is given up', () => {
  expect(isWorthATry(AT, '2026-11-21T11:59:00.000Z')).toBe(true)
  expect(isWorthATry(AT, '2026-11-21T12:00:00.000Z')).toBe(false)
})

test('an owner’s link is another one when the address is', () => {
  expect(ownerKey('r1', 'a@reader.example')).not.toBe(ownerKey('r1', 'b@reader.example'))
  expect(ownerKey('r1', 'a@reader.example')).not.toContain('reader.example')
})

test('an address is masked but for its first letter and its domain', () => {
  expect(maskAddress('ann@reader.example')).toBe('a***@reader.example')
  expect(maskAddress('"x@y"@reader.example')).toBe('"***@reader.example')
})

test('a letter is no list mail, the same each time, and takes no header from outside', () => {
  const input = {
    letterId: 'l1',
    rendered: { subject: 'Confirm\r\nBcc: x@evil.example', html: '<p>', text: '' },
    from: { name: 'Dose', address: 'dose@news.example' },
    to: 'ann@reader.example',
    date: AT,
  }
  const message = buildLetter(input)
  expect(buildLetter(input)).toEqual(message)
  expect(buildLetter({ ...input, letterId: 'l2' }).messageId).not.toBe(message.messageId)
  expect(message.subject).toBe('Confirm Bcc: x@evil.example')
  expect(message.headers).toEqual({ 'Auto-Submitted': 'auto-replied' })
  expect(message.messageId).not.toContain('reader.example')
})
