import { expect, test } from 'vitest'
import { decodeText } from '../../src/article/encoding.ts'

const bytes = (...parts: (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)))
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()

test.each([
  ['UTF-8', bytes('Zürich'), null, 'Zürich'],
  ['UTF-8 with a mark', bytes([0xef, 0xbb, 0xbf], 'Zürich'), null, 'Zürich'],
  [
    'UTF-8 declared as Latin-1',
    bytes('<?xml version="1.0" encoding="iso-8859-1"?>Zürich'),
    null,
    /Zürich/,
  ],
  [
    'UTF-8 cut off in a character',
    bytes('Zürich und Genè').subarray(0, -1),
    null,
    /^Zürich und Gen/,
  ],
  [
    'windows-1252, nothing said',
    bytes('Z', [0xfc], 'rich ', [0x93], 'x', [0x94]),
    null,
    'Zürich “x”',
  ],
  ['by HTTP', bytes('K', [0xf6, 0xf8]), 'text/html; charset="ISO-8859-2"', 'Köř'],
  [
    'by XML declaration',
    bytes('<?xml version="1.0" encoding="windows-1251"?>', [0xcf, 0xf0]),
    null,
    /Пр$/,
  ],
  ['by meta element', bytes('<meta charset=windows-1251>', [0xcf, 0xf0]), null, /Пр$/],
  ['a charset nobody knows', bytes([0xe9]), 'text/html; charset=klingon', 'é'],
  [
    'UTF-16 LE with a mark',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<rss>é', 'utf16le')]),
    null,
    '<rss>é',
  ],
  ['UTF-16 LE without', Buffer.from('<rss>é', 'utf16le'), null, '<rss>é'],
  ['UTF-16 BE without', utf16be('<rss>é'), null, '<rss>é'],
  ['nothing', bytes(''), null, ''],
])('%s', (_, input, contentType, expected) => {
  expect(decodeText(input, contentType)).toEqual(
    typeof expected === 'string' ? expected : expect.stringMatching(expected),
  )
})
