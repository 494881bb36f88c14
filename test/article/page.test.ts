import { describe, expect, test } from 'vitest'
import { readPage } from '../../src/article/page.ts'

const paragraph = (n: number) =>
  `Paragraph ${n} tells of the mill, its wheel, the weir behind it and the people who, year after year, keep all three at work.`
const body = [1, 2, 3, 4, 5].map((n) => `<p>${paragraph(n)}</p>`).join('')
const page = (
  head: string,
  before = '',
  after = '',
) => `<!doctype html><html lang="en-GB"><head>${head}</head>
  <body><nav><a href="/">Home</a><a href="/b">B</a></nav>${before}<article><h1>The wheel</h1>${body}${after}</article>
  <footer>© 2026 Mill Media</footer></body></html>`

test('text, all of it and nothing else', () => {
  const noise =
    '<div class="share"><a>Share</a></div><p>Subscribe to our newsletter for weekly updates</p>'
  const { text } = readPage(page('<title>The wheel</title>', '', noise), 'https://mill.example/a')
  expect(text).toBe([1, 2, 3, 4, 5].map(paragraph).join('\n\n'))
})

describe('what a page says of itself', () => {
  test('JSON-LD before OpenGraph before meta', () => {
    const head = `<title>The wheel | Mill Times</title>
      <meta property="og:site_name" content="Mill Times"><meta property="og:title" content="The wheel | Mill Times">
      <meta property="og:image" content="/wheel.jpg"><meta name="description" content="On wheels &amp; weirs.">
      <meta name="author" content="https://mill.example/authors/ann"><link rel="canonical" href="/wheel?utm_source=x">
      <script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":"NewsArticle",
      "headline":"The wheel","author":[{"name":"Ann Reed"},{"name":"Bo Weir"}],"datePublished":"2026-11-18T10:00:00+01:00"}]}</script>`
    expect(readPage(page(head), 'https://mill.example/wheel?x=1')).toMatchObject({
      url: 'https://mill.example/wheel?x=1',
      canonicalUrl: 'https://mill.example/wheel',
      title: 'The wheel',
      author: 'Ann Reed, Bo Weir',
      publishedAt: '2026-11-18T09:00:00.000Z',
      language: 'en',
      image: 'https://mill.example/wheel.jpg',
      teaser: 'On wheels & weirs.',
    })
  })

  test('empty beats wrong', () => {
    const head =
      '<meta name="author" content="https://x.example/me"><script type="application/ld+json">{broken</script>'
    expect(readPage(page(head), null)).toMatchObject({
      author: null,
      publishedAt: null,
      image: null,
      canonicalUrl: null,
    })
  })
})

test('tags inside scripts do not count as nesting', () => {
  const script = `<script>var t = '${'<div>'.repeat(500)}'</script>`
  expect(readPage(page('<title>x</title>', script), null).text).toContain(paragraph(5))
})

test.each([
  ['nothing', ''],
  ['words only', 'just words'],
  ['1,000 nested divs', `${'<div>'.repeat(1_000)}x`],
  ['5,000 nested spans', `<p>${'<span>'.repeat(5_000)}x`],
  ['an open script', `<html><body>${'<script>'.repeat(5_000)}`],
  ['an open comment', '<html><body><!-- <p>x</p>'],
  ['frames only', '<html><frameset><frame src="a"></frameset></html>'],
])('%s does no harm', (_, html) => {
  expect(readPage(html, 'https://mill.example/').text).not.toMatch(/[<>]/)
})
