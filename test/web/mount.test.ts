import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mountOf, withoutBase } from '../../src/web/mount.ts'

test.each([
  { url: undefined, base: '', secureHost: null },
  { url: 'http://localhost:3000', base: '', secureHost: null },
  { url: 'https://news.example', base: '', secureHost: 'news.example' },
  { url: 'https://host.example/news/', base: '/news', secureHost: 'host.example' },
])('$url lies at $base', ({ url, base, secureHost }) => {
  expect(mountOf(url)).toEqual({ base, secureHost })
})

test.each([
  ['/news/archive?page=2', '/archive?page=2'],
  ['/news', '/'],
  ['/news?x=1', '/?x=1'],
  ['/archive', '/archive'], // the proxy has taken it off
  ['/newsletter', '/newsletter'],
])('below /news, %s is %s', (url, path) => expect(withoutBase(url, '/news')).toBe(path))

describe('templates', () => {
  test.each(globSync('src/templates/**/*.hbs'))(
    '%s has no link that the base path misses',
    (file) => {
      expect(readFileSync(file, 'utf8')).not.toMatch(/\s(?:href|src|action|formaction)="\//)
    },
  )
})
