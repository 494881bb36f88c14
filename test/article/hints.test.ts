import { expect, test } from 'vitest'
import { readHints } from '../../src/article/hints.ts'

test.each([
  { name: 'nothing', metas: {}, headers: undefined, is: [] },
  { name: 'what everybody allows', metas: { robots: 'index, follow, max-snippet:-1' }, is: [] },
  { name: 'a meta', metas: { robots: 'NOINDEX, noarchive' }, is: ['noindex', 'noarchive'] },
  { name: 'none', metas: { robots: 'none' }, is: ['noindex'] },
  { name: 'a robot by name', metas: { googlebot: 'nosnippet' }, is: ['nosnippet'] },
  { name: 'pictures', metas: { robots: 'max-image-preview:none' }, is: ['noimageindex'] },
  {
    name: 'headers',
    metas: {},
    headers: { robots: 'otherbot: noarchive, noimageindex', tdm: '1' },
    is: ['noarchive', 'noimageindex', 'tdm-reservation'],
  },
  { name: 'no reservation', metas: { 'tdm-reservation': '0' }, is: [] },
  { name: 'a reservation', metas: { 'tdm-reservation': ' 1 ' }, is: ['tdm-reservation'] },
] as {
  name: string
  metas: Record<string, string>
  headers?: { robots: string; tdm: string }
  is: string[]
}[])('readHints: $name', ({ metas, headers, is }) => {
  expect(readHints(new Map(Object.entries(metas)), headers)).toEqual(is)
})
