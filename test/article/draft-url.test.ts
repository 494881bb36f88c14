import { describe, expect, test } from 'vitest'
import { readDocument } from '../../src/article/read.ts'

const FEED = 'https://mill.example/feed.xml'
const item = (inside: string) => `<item>${inside}</item>`
const urls = (...items: string[]) => {
  const text = `<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel>
    <link>https://mill.example/</link>${items.join('')}</channel></rss>`
  return readDocument({
    ref: FEED,
    bytes: Buffer.from(text),
    contentType: null,
    url: FEED,
  }).drafts.map(({ url }) => url)
}

describe('by which URL an item is known', () => {
  test('a feed that changes its ids changes no article', () => {
    const first = urls(item('<title>A</title><link>https://mill.example/a</link><guid>1</guid>'))
    const second = urls(item('<title>A</title><link>https://mill.example/a</link><guid>2</guid>'))
    expect(second).toEqual(first)
  })

  test('a feed that uses one id twice keeps two articles', () => {
    const linked = urls(
      item('<title>A</title><link>https://mill.example/a</link><guid>1</guid>'),
      item('<title>B</title><link>https://mill.example/b</link><guid>1</guid>'),
    )
    expect(linked).toEqual(['https://mill.example/a', 'https://mill.example/b'])
    const bare = urls(
      item('<title>A</title><guid>1</guid>'),
      item('<title>B</title><guid>1</guid>'),
      item('<title>B</title><guid>1</guid>'),
    )
    expect(bare).toHaveLength(2)
  })

  test('an id that is an address is one, unless it says it is none', () => {
    expect(urls(item('<title>A</title><guid>https://mill.example/a?utm_source=x</guid>'))).toEqual([
      'https://mill.example/a',
    ])
  })

  test('items that all lead to the home page are told apart by their ids', () => {
    const home = '<link>https://mill.example/?utm_source=rss</link>'
    expect(
      urls(
        item(`<title>A</title>${home}<guid isPermaLink="false">1 a</guid>`),
        item(`<title>B</title>${home}<guid isPermaLink="false">2</guid>`),
      ),
    ).toEqual(['https://mill.example/#1%20a', 'https://mill.example/#2'])
  })

  test('without link and id the title and the date tell items apart, whatever their text', () => {
    const day = '<pubDate>2 Nov 2026 07:00 GMT</pubDate>'
    const next = '<pubDate>3 Nov 2026 07:00 GMT</pubDate>'
    const [first, second] = urls(
      item(`<title>Briefing</title>${day}`),
      item(`<title>Briefing</title>${next}`),
    )
    expect(first).toMatch(/^https:\/\/mill\.example\/#[\da-f]{16}$/)
    expect(second).not.toBe(first)
    expect(urls(item(`<title>Briefing</title>${day}<description>New.</description>`))).toEqual([
      first,
    ])
  })

  test('the page behind a counting link', () => {
    expect(
      urls(
        item(`<title>A</title><link>https://counter.example/~r/7</link>
          <feedburner:origLink>https://mill.example/a</feedburner:origLink>`),
      ),
    ).toEqual(['https://mill.example/a'])
  })
})

test('more items than anybody publishes: the first are read, and a warning says so', () => {
  const text = `<rss><channel><title>t</title>${'<item><title>a</title></item>'.repeat(20_001)}</channel></rss>`
  const { drafts, rejected, warnings } = readDocument({
    ref: FEED,
    bytes: Buffer.from(text),
    contentType: null,
    url: FEED,
  })
  expect(drafts.length + rejected.length).toBe(20_000)
  expect(warnings).toEqual(['no more than 20000 items are read of one feed'])
})
