import { describe, expect, test } from 'vitest'
import { canonicalUrl, domainOf, resolveUrl } from '../../src/article/url.ts'

describe('canonicalUrl', () => {
  test.each([
    ['trackers', 'https://a.example/p?id=7&utm_source=x&fbclid=1#top', 'https://a.example/p?id=7'],
    ['host case and default port', 'HTTPS://A.Example:443/P', 'https://a.example/P'],
    ['credentials', 'https://me:pw@a.example/', 'https://a.example/'],
    ['a query as written', 'https://a.example/?q=a%20b&x', 'https://a.example/?q=a%20b&x'],
    ['AMP file', 'https://a.example/story.amp.html', 'https://a.example/story.html'],
    ['AMP folder', 'https://a.example/story/amp/', 'https://a.example/story/'],
    ['AMP parameter', 'https://a.example/story?amp=1&page=2', 'https://a.example/story?page=2'],
    [
      'AMP cache',
      'https://a-example.cdn.ampproject.org/c/s/a.example/story.amp.html',
      'https://a.example/story.html',
    ],
    ['AMP viewer', 'https://www.google.com/amp/s/a.example/story/amp', 'https://a.example/story'],
    ['mobile host', 'https://m.a.example/story', 'https://www.a.example/story'],
    ['mobile language host', 'https://en.m.a.example/story', 'https://en.a.example/story'],
    [
      'redirect wrapper',
      'https://www.google.com/url?sa=t&q=https%3A%2F%2Fa.example%2Fx%3Futm_medium%3Dy',
      'https://a.example/x',
    ],
    [
      'wrapper in a wrapper',
      `https://l.facebook.com/l.php?u=${encodeURIComponent('https://www.google.com/url?url=https://a.example/z')}`,
      'https://a.example/z',
    ],
    [
      'no wrapper',
      'https://a.example/url?q=https://b.example/',
      'https://a.example/url?q=https://b.example/',
    ],
  ])('%s', (_, url, expected) => {
    expect(canonicalUrl(url)).toBe(expected)
    expect(canonicalUrl(expected)).toBe(expected)
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'mailto:a@b.example',
    '',
    '   ',
    'http://',
    '/relative',
  ])('refuses %j', (url) => expect(canonicalUrl(url)).toBeNull())
})

test('resolveUrl changes nothing but relativity', () => {
  expect(resolveUrl('../b?utm_source=x#c', 'https://a.example/d/e')).toBe(
    'https://a.example/b?utm_source=x#c',
  )
})

test('domainOf is how a provider is written', () => {
  expect(domainOf('https://www.News.example/a')).toBe('news.example')
  expect(domainOf('nonsense')).toBeNull()
})
