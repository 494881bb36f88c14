import { describe, expect, test } from 'vitest'
import { isSelector, readListPage } from '../../src/article/list-page.ts'

const RULES = { item: 'article', link: null, title: null, date: null, next: null, limit: 30 }
const PAGE = `<!doctype html><html><head><title>Quay news</title></head><body>
<nav><a href="/about">About</a></nav>
<article><h2><a href="/lights?utm_source=list">Lights are <b>back</b></a></h2>
  <time datetime="2026-11-20T07:00:00+01:00">today</time><p class="d">20 November 2026</p></article>
<article><a href="/tide"><img src="t.jpg"></a><h3>Tide tables</h3></article>
<article><a href="/lights">Lights again</a></article>
<article><a href="javascript:void(0)">Open</a></article>
<a class="older" href="/news?page=2">Older</a> <a class="away" href="https://else.example/">Away</a>
</body></html>`

const read = (rules: Partial<typeof RULES> | Record<string, string | null>, html = PAGE) =>
  readListPage(
    {
      bytes: Buffer.from(html),
      contentType: 'text/html; charset=utf-8',
      url: 'https://quay.example/news',
    },
    { ...RULES, ...rules },
  )

describe('readListPage', () => {
  test('takes the first link of each item, its words and its time, each article once', () => {
    expect(read({})).toEqual({
      title: 'Quay news',
      items: [
        {
          url: 'https://quay.example/lights',
          title: 'Lights are back',
          date: '2026-11-20T06:00:00.000Z',
        },
        { url: 'https://quay.example/tide', title: 'Tide tables', date: null },
      ],
      next: null,
    })
  })

  test('an item that is a link; title, date and the next page by selectors', () => {
    expect(read({ item: 'article h2 a' }).items).toMatchObject([
      { title: 'Lights are back', date: null },
    ])
    const { items, next } = read({ title: 'h3', date: '.d', next: 'a.older' })
    expect(items.map(({ title }) => title)).toEqual(['Lights are back', 'Tide tables'])
    expect(items[0]?.date).toBe('2026-11-20T00:00:00.000Z')
    expect(next).toBe('https://quay.example/news?page=2')
    expect(read({ next: 'a.away' }).next).toBeNull()
  })

  test.each([
    { rules: { item: '.teaser' }, says: /--item "\.teaser" finds nothing/ },
    { rules: { item: 'nav', link: 'h2 a' }, says: /--link "h2 a" finds no link/ },
    { rules: { item: 'p' }, says: /--item "p" finds no link/ },
  ])('$rules is told as such', ({ rules, says }) => {
    expect(() => read(rules)).toThrow(says)
  })

  test('a page without any markup, or with far too much, does no harm', () => {
    expect(() => read({}, 'no page')).toThrow(/finds nothing/)
    expect(() => read({}, '<article>'.repeat(20_000))).toThrow(/finds no link/)
    const many = Array.from(
      { length: 3_000 },
      (_, i) => `<article><a href="/${i}">n ${i}</a></article>`,
    )
    expect(read({}, many.join('')).items).toHaveLength(1_000)
  })
})

test.each([
  { selector: 'main article > h2 a[href^="/news"]:not(.ad)', is: true },
  { selector: 'a[', is: false },
  { selector: ':nope(', is: false },
])('$selector is a selector: $is', ({ selector, is }) => {
  expect(isSelector(selector)).toBe(is)
})
