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
      'escapes in normal form',
      'https://a.example/%7eme/%c3%a9?q=%2f%41',
      'https://a.example/~me/%C3%A9?q=%2FA',
    ],
    ['a host with a dot at its end', 'https://a.example./x', 'https://a.example/x'],
    ['an empty query', 'https://a.example/x?&', 'https://a.example/x'],
    ['a fragment that is a page', 'https://a.example/#!/story/7', 'https://a.example/#!/story/7'],
    ['another port', 'http://a.example:8080/x#top', 'http://a.example:8080/x'],
    [
      'a mobile host under a public suffix of two labels',
      'https://m.paper.co.uk/s',
      'https://www.paper.co.uk/s',
    ],
    ['a host that merely begins with m', 'https://media.a.example/s', 'https://media.a.example/s'],
    [
      'a mail scanner of Microsoft',
      'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fx%3Fid%3D7&data=05%7C',
      'https://a.example/x?id=7',
    ],
    [
      'a mail scanner of Proofpoint, version 2',
      'https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example_x-3Fid-3D7&d=DwMFaQ&c=euG',
      'https://a.example/x?id=7',
    ],
    [
      'the same, version 3, with letters apart',
      'https://urldefense.com/v3/__https://a.example/x*y?id=7__;Iw!!AbC!x$',
      'https://a.example/x',
    ],
    [
      'the same with an escaped letter that counts',
      'https://urldefense.com/v3/__https://a.example/x*2By__;JQ!!AbC!x$',
      'https://a.example/x%2By',
    ],
    [
      'a counter of mails',
      'https://abc.r.us-east-1.awstrack.me/L0/https:%2F%2Fa.example%2Fx%3Fid=7/1/0100/sig=1',
      'https://a.example/x?id=7',
    ],
    [
      'a search engine that encodes',
      `https://www.bing.com/ck/a?!&&p=1&u=a1${Buffer.from('https://a.example/x').toString('base64url')}&ntb=1`,
      'https://a.example/x',
    ],
    [
      'a wrapper in an AMP cache',
      'https://www-google-com.cdn.ampproject.org/c/s/www.google.com/url?q=https://m.a.example/x.amp',
      'https://www.a.example/x',
    ],
    [
      'a wrapper that keeps its target to itself',
      'https://news.google.com/rss/articles/CBMiQ2h0?oc=5',
      'https://news.google.com/rss/articles/CBMiQ2h0?oc=5',
    ],
    [
      'a wrapper around what is no web page',
      'https://www.google.com/url?q=javascript:alert(1)',
      'https://www.google.com/url?q=javascript:alert(1)',
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

test('a wrapper nested without end stays what it is', () => {
  let url = 'https://a.example/'
  for (let i = 0; i < 12; i++) url = `https://vk.com/away?to=${encodeURIComponent(url)}`
  expect(canonicalUrl(url)).toBe(url)
})

describe('whatever is put together from the pieces of addresses', () => {
  const PIECES = [
    ...[
      'https://',
      'http://',
      'HTTP://',
      'm.',
      'amp.',
      'www.',
      'a.example',
      'a.co.uk',
      ':80',
      ':443',
    ],
    ...[
      '/',
      '//',
      '/amp',
      '/amp/',
      '.amp',
      '.amp.html',
      '/c/s/',
      '%7e',
      '%2F',
      '%',
      '%zz',
      'é',
      ' ',
    ],
    ...['?', '&', '=', 'utm_source=x', 'amp=1', 'id=7', 'url=', 'q=', 'u=', '#', '#!/x', '@', '..'],
    ...[
      'https://www.google.com/url?q=',
      'https://www.google.com/amp/s/',
      'https://vk.com/away?to=',
    ],
    ...['https://a-example.cdn.ampproject.org/c/s/', 'https://x.awstrack.me/L0/', '/1/'],
    ...[
      'https://urldefense.com/v3/__',
      '__;',
      '*',
      'Iw!!',
      '\u0000',
      '\ud800',
      '[::1]',
      '1.2.3.4',
      '.',
    ],
  ]
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))('is canonical once (seed %i)', (seed) => {
    const random = lcg(seed)
    for (let i = 0; i < 500; i++) {
      const count = 1 + Math.floor(random() * 9)
      const pick = () => PIECES[Math.floor(random() * PIECES.length)] ?? ''
      const url = (random() < 0.7 ? 'https://' : '') + Array.from({ length: count }, pick).join('')
      const canonical = canonicalUrl(url)
      if (canonical === null) continue
      expect({ url, canonical: canonicalUrl(canonical) }).toEqual({ url, canonical })
      expect(new URL(canonical).protocol).toMatch(/^https?:$/)
      expect(new URL(canonical).href).toBe(canonical)
    }
  })
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

function lcg(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
