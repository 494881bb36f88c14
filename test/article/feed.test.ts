import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hostileFeeds } from '../../bench/check/hostile-feeds.ts'
import { decodeText } from '../../src/article/encoding.ts'
import { looksLikeFeed, readFeed } from '../../src/article/feed.ts'

const FOLDER = new URL('../fixtures/feeds/', import.meta.url)
const names = readdirSync(FOLDER).filter((name) => !name.includes('.expected.'))
const read = (name: string) => decodeText(readFileSync(new URL(name, FOLDER)), null)

describe('golden pairs', () => {
  test.each(names)('%s', (name) => {
    const expected = read(name.replace(/\.\w+$/, '.expected.json'))
    expect(looksLikeFeed(read(name))).toBe(true)
    expect(readFeed(read(name), null, name)).toEqual(JSON.parse(expected))
  })
})

describe('what is no feed is refused by name', () => {
  test.each([
    ['a page', '<!doctype html><html><body><p>news</p></body></html>'],
    ['a page that mentions <rss>', '<html><body><pre>&lt;rss></pre></body></html>'],
    ['a fragment', '<p>There is <a href="/x">more</a>.</p>'],
    ['other JSON', '{"name":"x"}'],
    ['broken JSON', '{"version":'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(() => readFeed(text, null, 'b.xml')).toThrow(/SOURCE_UNREADABLE b\.xml/)
  })
})

test('relative links resolve against xml:base, then the feed, then the given base', () => {
  const rss = '<rss><channel><item><link>a/b</link></item></channel></rss>'
  expect(readFeed(rss, 'https://c.example/d/', 'x').items[0]?.url).toBe('https://c.example/d/a/b')
  const linked = rss.replace('<item>', '<link>https://e.example/f/</link><item>')
  expect(readFeed(linked, null, 'x').items[0]?.url).toBe('https://e.example/f/a/b')
})

test('an entity bomb and an external entity expand to nothing', () => {
  const bomb = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
    <rss><channel><title>&b;&f;x</title></channel></rss>`
  expect(readFeed(bomb, null, 'x').title).toBe('&b;&f;x')
})

test('10,000 nested elements, an endless tag and an endless attribute are read without harm', () => {
  const deep = `<rss><channel><item><title>t</title>${'<a>'.repeat(10_000)}</item></channel></rss>`
  expect(readFeed(deep, null, 'x').items).toHaveLength(1)
  for (const tail of [
    `<a${'a'.repeat(60_000)}`,
    `<a b="${'<'.repeat(60_000)}`,
    '<!--',
    '<![CDATA[',
  ]) {
    const feed = readFeed(`<rss><channel><title>t</title>${tail.repeat(5)}`, null, 'x')
    expect(feed.title).toBe('t')
  }
})

test.each(hostileFeeds(300_000))(
  '%s: read or refused, in a time that grows with the length',
  (_, text) => readOrRefuse(text),
)

describe('damage', () => {
  test.each(names)('every prefix of %s is read or refused', (name) => {
    const text = read(name)
    for (let cut = 0; cut < text.length; cut += 7) readOrRefuse(text.slice(0, cut))
  })

  test.each(names)('mutations of %s are read or refused', (name) => {
    const text = read(name)
    const random = lcg(name.length)
    for (let i = 0; i < 300; i++) readOrRefuse(mutate(text, random))
  })
})

function readOrRefuse(text: string): void {
  try {
    for (const item of readFeed(text, null, 'x').items) expect(item.title ?? '').not.toMatch(/\n/)
  } catch (error) {
    expect(error).toMatchObject({ code: 'SOURCE_UNREADABLE' })
  }
}

/** Cuts, doubles or overwrites a stretch of text at a place the generator picks. */
function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length)
  const length = Math.floor(random() * 40)
  const middle = text.slice(at, at + length)
  const stuff = ['', middle + middle, '<', '>', '"', '&', '</item>', '<![CDATA[', '\u0000', ']]>']
  const replacement = stuff[Math.floor(random() * stuff.length)] ?? ''
  return text.slice(0, at) + replacement + text.slice(at + length)
}

function lcg(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
