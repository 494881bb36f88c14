import { describe, expect, test } from 'vitest'
import { parseRobots } from '../../src/io/http-robots-rules.ts'

const allows = (lines: readonly string[], path: string) =>
  parseRobots(lines.join('\n'), 'dailydose').allows(path)

describe('which rules are ours', () => {
  const text = [
    'User-agent: *',
    'Disallow: /all',
    'User-agent: OtherBot',
    'User-agent: DailyDose/9.9 (a version)',
    'Disallow: /ours',
    '',
    'Sitemap: https://paper.example/sitemap.xml',
    'user-agent : dailydose # once more',
    'DISALLOW: /more',
  ]
  test.each([
    { path: '/all', allowed: true },
    { path: '/ours', allowed: false },
    { path: '/more', allowed: false },
    { path: '/', allowed: true },
  ])('$path → $allowed', ({ path, allowed }) => {
    expect(allows(text, path)).toBe(allowed)
  })

  test('those for all, where no group names us', () => {
    expect(allows(text.slice(0, 3), '/all')).toBe(false)
  })

  test('none where there is no group', () => {
    expect(allows(['Disallow: /'], '/a')).toBe(true)
    expect(allows(['<html><body>Not found</body></html>'], '/a')).toBe(true)
  })
})

describe('patterns', () => {
  test.each([
    { rules: ['Disallow: /'], path: '/a', allowed: false },
    { rules: ['Disallow:'], path: '/a', allowed: true },
    { rules: ['Disallow: /a'], path: '/ab?c', allowed: false },
    { rules: ['Disallow: /A'], path: '/a', allowed: true },
    { rules: ['Disallow: /a$'], path: '/a', allowed: false },
    { rules: ['Disallow: /a$'], path: '/ab', allowed: true },
    { rules: ['Disallow: /*.pdf$'], path: '/x/y.pdf', allowed: false },
    { rules: ['Disallow: /*.pdf$'], path: '/x/y.pdf?z', allowed: true },
    { rules: ['Disallow: /*?page='], path: '/news?page=2', allowed: false },
    { rules: ['Disallow: /a*a$'], path: '/a', allowed: true },
    { rules: ['Disallow: /*b*d'], path: '/abcd', allowed: false },
    { rules: ['Disallow: /*d*b'], path: '/abcd', allowed: true },
    { rules: ['Disallow: /', 'Allow: /news/'], path: '/news/1', allowed: true },
    { rules: ['Allow: /p', 'Disallow: /'], path: '/page', allowed: true },
    { rules: ['Disallow: /same', 'Allow: /same'], path: '/same', allowed: true },
    { rules: ['Disallow: /'], path: '/robots.txt', allowed: true },
    { rules: ['Disallow: /münze'], path: '/m%C3%BCnze', allowed: false },
    { rules: ['Disallow: /a%3cb'], path: '/a%3Cb', allowed: false },
  ])('$rules: $path → $allowed', ({ rules, path, allowed }) => {
    expect(allows(['User-agent: *', ...rules], path)).toBe(allowed)
  })

  test('of a hostile file a thousand with a star count, and all without', () => {
    const bomb = Array(19_000).fill(`Disallow: /${'*a'.repeat(12)}b`)
    const text = ['User-agent: *', ...bomb, 'Disallow: /*plain', 'Disallow: /plain']
    expect(allows(text, `/${'a'.repeat(8_000)}`)).toBe(true)
    expect(allows(text, '/a-plain')).toBe(true)
    expect(allows(text, '/plain')).toBe(false)
  })
})

test.each([
  { line: 'Crawl-delay: 2.5', seconds: 2.5 },
  { line: 'Crawl-delay: soon', seconds: null },
  { line: 'Crawl-delay: -1', seconds: null },
])('$line → $seconds', ({ line, seconds }) => {
  expect(parseRobots(`User-agent: *\n${line}`, 'dailydose').crawlDelaySeconds).toBe(seconds)
})
