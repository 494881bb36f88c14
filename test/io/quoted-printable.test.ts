import { expect, test } from 'vitest'
import { encodeQuotedPrintable } from '../../src/io/quoted-printable.ts'

/** As a receiver reads it (RFC 2045 section 6.7). */
function decode(encoded: string): string {
  const bytes = encoded
    .replace(/[ \t]+\r\n/g, '\r\n') // a way on which ends of lines are trimmed
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

const long = 'a word '.repeat(60)

test.each([
  ['nothing', ''],
  ['lines', 'one\ntwo\r\n\n three =20\n'],
  ['white space at the ends of lines', 'one \ntwo\t\n \nthree '],
  ['a long line', long],
  [
    'long lines of every length',
    Array.from({ length: 90 }, (_, n) => `${'x'.repeat(n)} `).join('\n'),
  ],
  [
    'characters of many bytes at every place',
    Array.from({ length: 80 }, (_, n) => `${'y'.repeat(n)}é—😀ع`).join('\n'),
  ],
  ['a text longer than most', 'It is — so to say — long.\n'.repeat(20_000)],
  ['control characters', 'a\u0000b\rc\u007f'],
])('%s come back as they were, in short lines of seven bits', (_, text) => {
  const encoded = encodeQuotedPrintable(text).toString('latin1')
  expect(decode(`${encoded}\r\n`)).toBe(`${text.replace(/\r?\n/g, '\r\n')}\r\n`)
  expect(encoded).toMatch(/^[\t\r\n -~]*$/)
  const lines = encoded.split('\r\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76)
})

test('what was encoded stays as it is while more is encoded', () => {
  const first = encodeQuotedPrintable('first')
  encodeQuotedPrintable('other words, and more of them')
  expect(first.toString()).toBe('first')
})
