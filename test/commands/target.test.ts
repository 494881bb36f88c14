import { expect, test } from 'vitest'
import { takeLogin } from '../../src/commands/source/access.ts'
import { absolute } from '../../src/commands/source/target.ts'

test.each([
  ['http://0x7f000001/feed', 'http://127.0.0.1/feed'],
  ['http://2130706433/feed', 'http://127.0.0.1/feed'],
  ['HTTPS://Paper.Example:443', 'https://paper.example/'],
  ['https://bücher.example/a/../rss', 'https://xn--bcher-kva.example/rss'],
])('%s and %s are one source', (spelled, url) => {
  expect(absolute(spelled)).toBe(url)
  expect(takeLogin(spelled).target).toBe(url)
})

test('what is no URL at all is left for the check to refuse', () => {
  expect(absolute('http://[')).toBe('http://[')
})
