import { describe, expect, test } from 'vitest'
import { hostileFrontMatter } from '../../bench/check/hostile-feeds.ts'
import { readArticleFile } from '../../src/article/file.ts'
import { readDocument } from '../../src/article/read.ts'

const read = (
  ref: string,
  text: string,
  contentType: string | null = null,
  url: string | null = null,
) => readDocument({ ref, bytes: Buffer.from(text), contentType, url })

const FRONT_MATTER = `---
title: "The mill doesnâ€™t turn"
excerpt: "A storm\\\\r\\\\nbroke the wheel and the ..."
publishedDateTime: 2026-11-18T10:00:00Z
originalUrl: "https://mill.example/wheel.html?utm_source=x"
ampWebUrl: "https://mill.example/wheel.amp.html"
quality: "89"
heat: -1
published: "false"
provider:
  name: Mill Times
  domain: mill.example
topics:
  - Water
images:
  - url: "https://img.mill.example/a.jpg"
    width: 120
    height: 80
related:
  - title: "Another mill"
    webUrl: "https://other.example/mill"
    publishedDateTime: 2026-11-17T00:00:00Z
    quality: 7
  - title: "No address"
secured: "sEcReT+bLoB=="
---

`

describe('front matter', () => {
  test('all that a file says, and nothing of what is secured', () => {
    const { kind, drafts } = read('news/wheel.md', FRONT_MATTER)
    expect(kind).toBe('frontmatter')
    expect(drafts).toEqual([
      {
        ref: 'news/wheel.md',
        url: 'https://mill.example/wheel.html',
        title: 'The mill doesn’t turn',
        author: null,
        publishedAt: '2026-11-18T10:00:00.000Z',
        provider: { name: 'Mill Times', domain: 'mill.example' },
        language: 'en',
        excerpt: 'A storm broke the wheel and the ...',
        text: 'A storm broke the wheel and the ...',
        excerptOnly: true,
        images: [{ url: 'https://img.mill.example/a.jpg', width: 120, height: 80, title: null }],
        topics: ['Water'],
        given: {
          quality: 89,
          heat: -1,
          related: [
            {
              title: 'Another mill',
              url: 'https://other.example/mill',
              publishedAt: '2026-11-17T00:00:00.000Z',
              provider: { name: 'other.example', domain: 'other.example' },
              quality: 7,
            },
          ],
        },
        published: false,
        warnings: [],
      },
    ])
  })

  test('a body is the text, with its boilerplate gone', () => {
    const [draft] = read(
      'a.md',
      '---\ntitle: T\n---\n## Head\n\nThe *mill* turns.\n\n![]()\n\nShare\n',
    ).drafts
    expect(draft).toMatchObject({
      text: 'Head\n\nThe mill turns.',
      excerptOnly: false,
      url: 'file:a.md',
    })
  })

  test.each([
    ['broken YAML', '---\ntitle: x\nlist: [a, b\n---\n', /a\.md:\d+: /],
    [
      'JavaScript, which does not run',
      '---js\n{ title: globalThis.ran = true }\n---\n',
      /a\.md:1: .*js/,
    ],
    ['JSON', '---json\n{}\n---\n', /a\.md:1: .*json/],
    ['a list', '---\n- a\n- b\n---\n', /a\.md:2: not a list of fields/],
    ['endless nesting', `---\na: ${'['.repeat(100_000)}\n---\n`, /a\.md:1: nested too deep/],
  ])('%s is refused by file and line', (_, text, message) => {
    expect(() => read('a.md', text)).toThrow(message)
    // A second reading says the same: nothing is cached.
    expect(() => read('a.md', text)).toThrow(/FRONT_MATTER_INVALID/)
    expect(globalThis).not.toHaveProperty('ran')
  })

  test.each([
    '2026-13-45',
    '2026-02-30',
    '2026-02-30T10:00:00Z',
    '2026-2-30 10:00:00 +1',
    '"2026-13-45"',
    'soon',
  ])('date: %s is no day, and told', (date) => {
    const related = `related:\n  - {title: R, url: "https://r.example/", publishedDateTime: ${date}}`
    const [draft] = read(
      'a.md',
      `---\ntitle: T\ndate: ${date} # when\n${related}\n---\nText`,
    ).drafts
    expect(draft).toMatchObject({
      publishedAt: null,
      given: { related: [{ publishedAt: null }] },
      warnings: [`no such date: ${date.replaceAll('"', '')}`],
    })
  })

  test.each([
    ['2026-02-28', '2026-02-28T00:00:00.000Z'],
    ['2026-11-20T23:00:00-05:00', '2026-11-21T04:00:00.000Z'],
    ['2026-11-20 23:00:00', '2026-11-20T23:00:00.000Z'],
  ])('date: %s is a day', (date, at) => {
    const [draft] = read('a.md', `---\ntitle: T\ndate: ${date}\n---\nText`).drafts
    expect(draft).toMatchObject({ publishedAt: at, warnings: [] })
  })

  test.each(hostileFrontMatter(480_000))(
    '%s: refused, in a time that grows with the length',
    (_, text) => {
      const invalid = /FRONT_MATTER_INVALID|SOURCE_UNREADABLE/
      expect(() => read('a.xml', text, 'text/xml')).toThrow(invalid)
    },
  )

  test('an alias bomb stays small', () => {
    const layers = 'bcdefghi'.split('').map((name, i) => {
      const last = String.fromCharCode(97 + i)
      return `${name}: &${name} [*${last},*${last},*${last},*${last},*${last},*${last},*${last},*${last}]`
    })
    const text = `---\ntitle: T\na: &a [x]\n${layers.join('\n')}\ntopics: *i\n---\nbody`
    expect(read('a.md', text).drafts[0]).toMatchObject({ title: 'T', topics: [] })
  })
})

describe('files without front matter', () => {
  test('the first line is the title, each line a paragraph', () => {
    const [draft] = read(
      'notes/The mill.txt',
      'The mill\n\n2 Sources\n\nIt turns\n\n1\n\n.\nIt stops.\n',
    ).drafts
    expect(draft).toMatchObject({
      url: 'file:The%20mill.txt',
      title: 'The mill',
      text: 'It turns.\n\nIt stops.',
    })
  })

  const lead = 'The mill at the weir stopped on Monday after two hundred years of work.'
  const long = `The mill ${'turned and turned '.repeat(30)}and stopped.`
  test.each([
    { name: 'one sentence', text: lead, title: lead, body: lead },
    { name: 'one headline', text: 'The mill stops', title: 'The mill stops', body: '' },
    { name: 'a long paragraph', text: long, title: /^The mill .{60,91}…$/, body: long },
    { name: 'a sentence as first line', text: `${lead}\nWhy?`, title: lead, body: 'Why?' },
  ])('of $name, nothing is lost', ({ text, title, body }) => {
    const [draft] = read('a.txt', text).drafts
    expect(draft?.title).toMatch(title)
    expect(draft?.text).toBe(body)
  })

  const whole = `<p>${lead}</p><p>Nobody knows why.</p>`
  const page = `${lead}\n\nNobody knows why.`
  test.each([
    { name: '<title>', html: `<html><head><title>Mill</title></head><body>${whole}</body></html>` },
    { name: '<title> and no head', html: `<title>Mill</title>${whole}` },
    { name: 'og:title', html: `<meta property="og:title" content="Mill">${whole}` },
    { name: '<title> and <h1>', html: `<title>Mill</title><h1>Mill</h1>${whole}` },
    { name: '<h1>', html: `<h1>Mill</h1>${whole}` },
    { name: 'no title', html: whole, title: lead },
  ])('a page with $name keeps title and lead', ({ html, title = 'Mill' }) => {
    expect(read('a.html', html).drafts[0]).toMatchObject({ title, text: page })
    expect(readArticleFile(html, 'a.html')).toMatchObject({ title, text: page })
    const dated = `---\ndate: 2026-11-20\n---\n${html}`
    expect(read('a.html', dated).drafts[0]).toMatchObject({ title, text: page })
  })

  test('lines broken to fit a width are joined', () => {
    const text = `Title\n\n${'The mill at the weir has turned for two hundred years now\n'.repeat(4)}and more.\n\nEnd.`
    expect(read('a.txt', text).drafts[0]?.text.split('\n\n')).toHaveLength(2)
  })

  test.each([
    ['nothing', '', 'a.txt'],
    ['a picture', '\u0000\u0001PNG', 'a.txt'],
    ['other XML', '<svg><g/></svg>', 'a.xml'],
    ['other JSON', '{"a":1}', 'a.json'],
  ])('%s is refused', (_, text, name) => {
    expect(() => read(name, text)).toThrow(/SOURCE_UNREADABLE/)
  })
})

describe('feeds', () => {
  const item = (inner: string) => `<item>${inner}</item>`
  const feed = (...items: string[]) =>
    read(
      'f',
      `<rss><channel><title>Mill</title><link>https://mill.example/</link>${items.join('')}</channel></rss>`,
    )

  test('every item is an article or rejected with a reason', () => {
    const { drafts, rejected } = feed(
      item(
        '<title>A</title><link>https://mill.example/a?utm_source=rss</link><description>a b</description>',
      ),
      item('<title>A again</title><link>https://mill.example/a</link>'),
      item('<author>Nobody</author>'),
      item(
        '<guid isPermaLink="false">7</guid><description>&lt;p&gt;Only words.&lt;/p&gt;</description>',
      ),
      item('<link>https://mill.example/empty</link>'),
    )
    expect(drafts.map(({ url, title }) => [url, title])).toEqual([
      ['https://mill.example/a', 'A'],
      ['https://mill.example/#7', 'Only words.'],
    ])
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'repeated',
      'neither URL, id, title nor text',
      'neither title nor text',
    ])
  })

  test('half characters and NULs of a JSON Feed get no further', () => {
    const text =
      '{"version":"https://jsonfeed.org/version/1","items":[{"id":"\\ud800\\u0000x","content_text":"a\\udc00b"}]}'
    const [draft] = read('f', text).drafts
    expect(draft).toMatchObject({ ref: '\ufffdx', url: 'id:%EF%BF%BDx', text: 'a\ufffdb' })
  })

  test('an aggregator names the provider, a feed with a short description says so', () => {
    const [draft] = feed(
      item(
        '<title>A</title><link>https://mill.example/a</link><source url="https://www.other.example/rss">Other</source><description>Short.</description>',
      ),
    ).drafts
    expect(draft?.provider).toEqual({ name: 'Other', domain: 'other.example' })
    expect(draft).toMatchObject({ text: 'Short.', excerptOnly: true })
  })

  test.each([
    { name: 'content cut off in brackets', content: 'The dam held. Crews went on […]', is: true },
    { name: 'content cut off by dots', content: 'The dam held. Crews went on...', is: true },
    { name: 'content with an end', content: 'The dam held. Crews went home.', is: false },
  ])('$name → excerpt only: $is', ({ content, is }) => {
    const [draft] = feed(
      item(
        `<title>A</title><link>https://mill.example/a</link><description>The dam held.</description><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">${content}</content:encoded>`,
      ),
    ).drafts
    expect(draft?.excerptOnly).toBe(is)
  })
})

test('a line stays a line: titles, authors and subjects of any length are cut', () => {
  const long = 'word '.repeat(100_000)
  const categories = Array.from({ length: 500 }, () => `<category>${long.slice(0, 900)}</category>`)
  const item = `<title>${long}</title><link>https://a.example/1</link><author>${long}</author>${categories.join('')}`
  const feed = `<rss version="2.0"><channel><title>A</title><item>${item}</item></channel></rss>`
  const [draft] = read('feed', feed).drafts
  expect(draft?.title).toHaveLength(500)
  expect(draft?.title.endsWith('…')).toBe(true)
  expect(draft?.author?.length).toBeLessThanOrEqual(200)
  expect(draft?.topics.length).toBeLessThanOrEqual(100)
  expect(Math.max(...(draft?.topics ?? []).map(({ length }) => length))).toBeLessThanOrEqual(200)
})
