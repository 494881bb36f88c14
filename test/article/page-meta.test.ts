import { describe, expect, test } from 'vitest'
import { readPage } from '../../src/article/page.ts'

const URL = 'https://mill.example/news/7'
const paragraphs = (count: number) =>
  Array.from(
    { length: count },
    (_, n) =>
      `<p>Paragraph ${n} tells of the mill, its wheel, the weir behind it and the people who, year after year, keep all three at work in every weather.</p>`,
  ).join('')
const BODY = paragraphs(6)
const read = (head: string, top = '', url = URL, body = BODY) =>
  readPage(
    `<!doctype html><html lang="en"><head>${head}</head><body><main><article>${top}${body}</article></main></body></html>`,
    url,
  )
const json = (data: object) => `<script type="application/ld+json">${JSON.stringify(data)}</script>`

describe('title', () => {
  test.each([
    {
      name: 'what is printed, where the page’s title begins with it',
      head: '<title>Wheel of the mill turns again | Mill Times</title><meta property="og:title" content="Mill wheel row seems over">',
      top: '<h1>Wheel of the mill turns again</h1>',
      is: 'Wheel of the mill turns again',
    },
    {
      name: 'what is printed, where it says what is declared in other signs',
      head: `${json({ '@type': 'NewsArticle', headline: "The mill's wheel turns again." })}`,
      top: '<h1>The mill’s (old) wheel turns again</h1>',
      is: 'The mill’s (old) wheel turns again',
    },
    {
      name: 'not the name of the site in the first heading',
      head: '<title>The wheel turns again | The Mill Times Weekly</title><meta property="og:site_name" content="The Mill Times Weekly">',
      top: '<h1>The Mill Times Weekly</h1><h2>The wheel turns again</h2>',
      is: 'The wheel turns again',
    },
    { name: 'a heading alone', head: '', top: '<h1>The wheel</h1>', is: 'The wheel' },
    { name: 'nothing at all', head: '', top: '', is: null },
  ])('$name', ({ head, top, is }) => expect(read(head, top).title).toBe(is))
})

describe('author', () => {
  test.each([
    {
      name: 'a person named by an id elsewhere in the data',
      head: json({
        '@graph': [
          { '@type': 'Article', author: { '@id': '#ann' } },
          { '@type': 'Person', '@id': '#ann', name: 'Ann Reed' },
        ],
      }),
      is: 'Ann Reed',
    },
    {
      name: 'all that stand in one byline',
      top: '<p class="byline">By <a rel="author">Ann Reed</a> and <a rel="author">Bo Weir</a></p>',
      is: 'Ann Reed, Bo Weir',
    },
    {
      name: 'the line under the headline',
      top: '<h1>The wheel</h1><div class="post-meta"><span>By</span> <a href="/s/1">Ann Reed</a>, <a href="/s/2">Bo de la Weir</a> <span>on Monday</span></div>',
      is: 'Ann Reed, Bo de la Weir',
    },
    {
      name: 'in German',
      top: '<p class="meta">Von Änne Mühle · 3. Mai 2026</p>',
      is: 'Änne Mühle',
    },
    { name: 'in French', top: '<p class="author-line">Par Zoé Moulin</p>', is: 'Zoé Moulin' },
    {
      name: 'without a job',
      head: '<meta name="author" content="By ANN REED, Mill Writer">',
      is: 'ANN REED',
    },
    { name: 'no log-in', head: '<meta name="author" content="admin">', is: null },
    { name: 'no file', head: '<meta rel="author" content="humans.txt">', is: null },
    {
      name: 'no address',
      head: '<meta name="author" content="https://mill.example/ann">',
      is: null,
    },
    {
      name: 'no sentence',
      top: '<p class="meta">Read by many, loved by all of them.</p>',
      is: null,
    },
  ])('$name', ({ head = '', top = '', is }) => expect(read(head, top).author).toBe(is))
})

describe('date', () => {
  test.each([
    {
      name: 'behind the headline',
      top: '<h1>The wheel</h1><p>November 15, 2026</p>',
      is: '2026-11-15',
    },
    {
      name: 'before it',
      top: '<span>publiziert am 30. Juli 2026</span><h1>Das Rad</h1>',
      is: '2026-07-30',
    },
    { name: 'in Korean', top: '<h1>The wheel</h1><span>2026년 8월 16일</span>', is: '2026-08-16' },
    {
      name: 'in the address, by number',
      url: 'https://mill.example/2026/11/18/wheel',
      is: '2026-11-18',
    },
    {
      name: 'in the address, by name',
      url: 'https://mill.example/2026/nov/18/wheel',
      is: '2026-11-18',
    },
    {
      name: 'not of an update',
      top: '<h1>The wheel</h1><p>Updated May 3, 2026</p>',
      is: undefined,
    },
    { name: 'not of the rights', top: '<h1>The wheel</h1><p>© May 3, 2026</p>', is: undefined },
    {
      name: 'not of a sentence',
      top: '<h1>The wheel</h1><p>On May 3, 2026 the wheel turned for the first time in years</p>',
      is: undefined,
    },
  ])('$name', ({ top = '', url, is }) =>
    expect(read('', top, url).publishedAt?.slice(0, 10)).toBe(is),
  )
})

test('a long text tells its language better than its template', () => {
  const german = [1, 2, 3, 4, 5, 6]
    .map(
      (n) =>
        `<p>Die Mühle am Wehr dreht sich wieder, sagte der Müller am Montag, und mit ihr das ganze Dorf, das so lange auf diesen Tag gewartet hat. Das war Satz ${n}.</p>`,
    )
    .join('')
  expect(read('', '', URL, german).language).toBe('de')
  expect(read('', '').language).toBe('en')
})

describe('access', () => {
  const short =
    '<p>The wheel turned again on Monday, for the first time in two years of repairs at the weir.</p>'
  const cut =
    '<p>The wheel turned again on Monday, for the first time in two years, and the miller said that it…</p>'
  test.each([
    {
      name: 'declared as not free',
      head: json({ '@type': 'NewsArticle', isAccessibleForFree: 'False' }),
      is: 'paywall',
    },
    {
      name: 'a locked tier',
      head: '<meta property="article:content_tier" content="locked">',
      is: 'paywall',
    },
    {
      name: 'metered and whole',
      head: '<meta property="article:content_tier" content="metered">',
      is: 'full',
    },
    {
      name: 'an offer below a short text',
      body: `${short}<div class="offer">Subscribe to continue reading</div>`,
      is: 'paywall',
    },
    {
      name: 'an offer in French',
      body: `${short}<p>Il vous reste 84 % de cet article à lire.</p>`,
      is: 'paywall',
    },
    { name: 'an offer in German', body: `${short}<p>Jetzt weiterlesen mit Abo</p>`, is: 'paywall' },
    {
      name: 'a place for an offer and a text cut off',
      body: `${cut}<div class="paywall-inline"></div>`,
      is: 'paywall',
    },
    { name: 'a text cut off', body: cut, is: 'teaser' },
    {
      name: 'less than its description',
      head: `<meta name="description" content="${'The wheel turned. '.repeat(20)}">`,
      body: short,
      is: 'teaser',
    },
    {
      name: 'a tenth of its words',
      head: json({ '@type': 'NewsArticle', wordCount: 2_000 }),
      is: 'teaser',
    },
    {
      name: 'a long text beside an offer',
      body: `${paragraphs(30)}<p>Subscribe to continue reading</p>`,
      is: 'full',
    },
    { name: 'a whole short text', body: short.repeat(2), is: 'full' },
  ])('$name → $is', ({ head = '', body, is }) =>
    expect(read(head, '<h1>The wheel turns</h1>', URL, body).access).toBe(is),
  )

  test('who forbids a copy is heard', () => {
    expect(read('<meta name="robots" content="index, noarchive">').archivable).toBe(false)
    expect(read('<meta name="robots" content="index, follow">').archivable).toBe(true)
  })
})
