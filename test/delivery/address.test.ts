import { describe, expect, test } from 'vitest'
import {
  addressKey,
  mailboxKey,
  readAddress,
  withoutAddresses,
} from '../../src/delivery/address.ts'

describe('readAddress', () => {
  test.each([
    { text: 'ann@reader.example', address: 'ann@reader.example' },
    { text: '  Ann.B@Reader.EXAMPLE\n', address: 'Ann.B@reader.example' },
    { text: "o'hara+news@a-b.reader.example", address: "o'hara+news@a-b.reader.example" },
    { text: 'ann@bücher.example', address: 'ann@xn--bcher-kva.example' },
    { text: 'ann@日本.example', address: 'ann@xn--wgv71a.example' },
    { text: `${'a'.repeat(64)}@reader.example`, address: `${'a'.repeat(64)}@reader.example` },
  ])('$text', ({ text, address }) => {
    expect(readAddress(text)).toEqual({ address })
  })

  test.each([
    '',
    'ann',
    '@reader.example',
    'ann@',
    'ann@@reader.example',
    'ann@localhost',
    'ann@reader..example',
    'ann@-reader.example',
    'ann@reader_1.example',
    'ann@.example',
    'ann@reader.example.',
    'ann@127.0.0.1',
    'ann@[127.0.0.1]',
    'ann@0x7f.1',
    'ann@reader.example/path',
    'ann@reader.example:25',
    'ann@re%61der.example',
    'ann@reader.example, ben@reader.example',
    'ann ben@reader.example',
    'ann\0@reader.example',
    'ann\r\nBcc: b@reader.example',
    '"ann"@reader.example',
    '.ann@reader.example',
    'ann.@reader.example',
    'a..b@reader.example',
    'änn@reader.example',
    `${'a'.repeat(65)}@reader.example`,
    `ann@${'a'.repeat(64)}.example`,
    `ann@${'a.'.repeat(130)}example`,
    'Ann <ann@reader.example>',
  ])('%j is refused with what is wrong', (text) => {
    expect(readAddress(text)).toEqual({ fault: expect.stringMatching(/\w/) })
  })

  test('a huge text is refused as fast as a short one', () => {
    for (const unit of ['a', 'a.', 'a@', '-', '.', '@', ' ']) {
      expect(readAddress(unit.repeat(2_000_000))).toHaveProperty('fault')
    }
  })

  test('spellings of one address have one key', () => {
    expect(addressKey('Ann@reader.example')).toBe(addressKey('ann@reader.example'))
  })
})

test.each([
  { address: 'Ann+news@Reader.example', mailbox: 'ann@reader.example' },
  { address: 'a.nn@reader.example', mailbox: 'a.nn@reader.example' },
  { address: 'No.such.reader+a+b@gmail.com', mailbox: 'nosuchreader@gmail.com' },
  { address: 'no.such.reader@googlemail.com', mailbox: 'nosuchreader@gmail.com' },
  { address: '+ann@reader.example', mailbox: '+ann@reader.example' },
])('$address is delivered to $mailbox', ({ address, mailbox }) => {
  expect(mailboxKey(address)).toBe(mailbox)
})

test('sentences lose their addresses, and keep profiles', () => {
  const said = '550 <o.hara+news@Reader.example>, müller@bücher.example; https://x.example/@ann.b'
  const kept = '550 <<address>>, <address>; https://x.example/@ann.b'
  expect(withoutAddresses(said)).toBe(kept)
})
