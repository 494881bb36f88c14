import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { runFilter } from '../../src/commands/filter.ts'

const folder = mkdtempSync(join(tmpdir(), 'dose-filter-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

async function run(args: string[], input: string | object[] = '') {
  const collect = () => {
    const chunks: string[] = []
    const stream = new Writable({
      write(chunk, _, done) {
        chunks.push(String(chunk))
        done()
      },
    })
    return { stream, text: () => chunks.join('') }
  }
  const [out, err] = [collect(), collect()]
  const text =
    typeof input === 'string' ? input : input.map((row) => JSON.stringify(row)).join('\n')
  const io = { stdin: Readable.from([Buffer.from(text)]), stdout: out.stream, stderr: err.stream }
  const code = await runFilter(args, io)
  const rows = out
    .text()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return { code, rows, errors: err.text() }
}

const RSS = `<rss><channel><title>Mill</title><link>https://mill.example/</link><item><title>A &amp;amp; B</title>
  <link>a</link><pubDate>Fri, 20 Nov 2026 06:00:00 GMT</pubDate><description>&lt;p&gt;x&lt;/p&gt;</description></item></channel></rss>`

describe('feed', () => {
  test('a feed a line, what is none fails and the rest go on', async () => {
    const { code, rows, errors } = await run([
      'feed',
      file('page.xml', '<html></html>'),
      file('a.xml', RSS),
      join(folder, 'none.xml'),
    ])
    expect(code).toBe(1)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ file: join(folder, 'a.xml'), title: 'Mill', format: 'rss' })
    expect(rows[0].items[0]).toEqual({
      id: 'https://mill.example/a',
      url: 'https://mill.example/a',
      title: 'A & B',
      author: null,
      publishedAt: '2026-11-20T06:00:00.000Z',
      updatedAt: null,
      html: '<p>x</p>',
      text: 'x',
      categories: [],
      images: [],
      enclosures: [],
    })
    expect(errors).toMatch(/page\.xml.*\n.*none\.xml/s)
  })

  test('- is stdin, --base resolves links', async () => {
    const bare = RSS.replace('<link>https://mill.example/</link>', '')
    const { rows } = await run(['feed', '-', '--base', 'https://b.example/c/'], bare)
    expect(rows[0].items[0].url).toBe('https://b.example/c/a')
  })
})

test('frontmatter: flags are printed, what is secured is not', async () => {
  const path = file(
    '2026-mill.md',
    '---\ntitle: T\nexcerpt: E ...\npublished: "false"\nsecured: "blob"\n---\n',
  )
  const { code, rows } = await run(['frontmatter', path])
  expect(code).toBe(0)
  expect(rows).toEqual([
    {
      file: path,
      id: '2026-mill',
      url: null,
      canonicalUrl: 'file:2026-mill.md',
      title: 'T',
      excerpt: 'E ...',
      text: 'E ...',
      publishedAt: null,
      provider: null,
      topics: [],
      images: [],
      quality: null,
      heat: null,
      related: [],
      published: false,
      deleted: null,
      excerptOnly: true,
    },
  ])
})

test('extract: in order, a page over its time fails alone', async () => {
  const good = (n: number) => ({
    url: `https://mill.example/${n}`,
    html: `<title>${n}</title><p>${`Mill number ${n} turns all day and all night. `.repeat(20)}`,
  })
  // As deep and as wide as the limits allow: readability needs seconds for it.
  const layers = `${'<div>word, word word word word word. '.repeat(90)}${'</div>'.repeat(90)}`
  const bad = { url: 'https://mill.example/bad', html: layers.repeat(160) }
  const { code, rows, errors } = await run(
    ['extract', '--timeout-ms', '700'],
    [good(1), bad, good(2), { url: 'x' }, good(3)],
  )
  expect(code).toBe(1)
  expect(rows.map((row) => row.title)).toEqual(['1', '2', '3'])
  expect(Object.keys(rows[0])).toEqual([
    'url',
    'canonicalUrl',
    'title',
    'author',
    'publishedAt',
    'language',
    'image',
    'text',
    'teaser',
  ])
  expect(errors).toMatch(/line 2: took longer than 700 ms/)
  expect(errors).toMatch(/line 4: no html/)
}, 60_000)

test('score: a title is enough, parts add up', async () => {
  const { code, rows } = await run(
    ['score'],
    [
      { id: 'a', title: 'The mill turns' },
      { id: 'b' },
      { url: 'https://mill.example/c', text: 'It turns.' },
    ],
  )
  expect(code).toBe(1)
  expect(rows.map((row) => row.id)).toEqual(['a', 'https://mill.example/c'])
  for (const { quality, parts } of rows) {
    const sum = Object.values(parts as Record<string, number>).reduce((a, b) => a + b, 0)
    expect(Math.abs(sum - quality)).toBeLessThanOrEqual(0.01)
  }
})

describe('cluster', () => {
  const text =
    'The old mill at the weir burned down on Monday night and firefighters fought the flames for hours.'
  test('each story is named by its first member; a repeated id and a bad line fail', async () => {
    const rows = [
      {
        id: 'a',
        title: 'Mill burns down at the weir',
        text,
        publishedAt: '2026-11-16T20:00:00Z',
        source: 'a.example',
      },
      {
        id: 7,
        title: 'Parliament passes the budget',
        text: 'Members voted for the budget after a long debate on taxes.',
      },
      {
        id: 'b',
        title: 'Fire destroys mill at the weir',
        text: `${text} Nobody was hurt.`,
        url: 'https://b.example/x',
      },
      { id: 'a', title: 'again' },
    ]
    const input = `${rows.map((row) => JSON.stringify(row)).join('\n')}\nnot json\n`
    const { code, rows: out, errors } = await run(['cluster'], input)
    expect(code).toBe(1)
    expect(out).toEqual([
      { id: 'a', story: 'a' },
      { id: 7, story: 7 },
      { id: 'b', story: 'a' },
    ])
    expect(errors).toMatch(/line 4: id a is repeated\nline 5: /)
  })
})

test('summarise: a document that is none fails alone, and is named', async () => {
  const good = { id: 'b', docs: [{ text: 'The mill burnt down on Friday night.' }] }
  const { code, rows, errors } = await run(
    ['summarise'],
    [{ id: 'a', docs: [{ text: '' }, { text: 5 }] }, good],
  )
  expect(code).toBe(1)
  expect(rows.map(({ id }) => id)).toEqual(['b'])
  expect(errors).toContain('line 1: docs[1].text is no text')
})

test('summarise: verbatim at its offsets', async () => {
  const docs = [{ text: 'The mill burned down. Firefighters came at night. Nobody was hurt.' }]
  const { code, rows } = await run(
    ['summarise', '--sentences', '2'],
    [
      { id: 1, docs },
      { id: 2, docs: 'x' },
    ],
  )
  expect(code).toBe(1)
  expect(rows[0].id).toBe(1)
  for (const { text, doc, start, end } of rows[0].sentences) {
    expect(docs[doc]?.text.slice(start, end)).toBe(text)
  }
})

test('score: what is no date is no byline', async () => {
  const dates = ['2026-11-20T06:00:00Z', 'nonsense', '2026-13-45', 7]
  const { rows } = await run(
    ['score', '--json'],
    dates.map((publishedAt, id) => ({ id, title: 'The mill turns', publishedAt })),
  )
  expect(rows.map(({ parts }) => parts.byline)).toEqual([5, 0, 0, 0])
})

test('frontmatter: a day that no calendar has is told, and the article printed', async () => {
  const path = file('no-day.md', '---\ntitle: T\ndate: 2026-13-45\n---\nText\n')
  const { code, rows, errors } = await run(['frontmatter', path])
  expect(code).toBe(0)
  expect(rows[0]).toMatchObject({ title: 'T', publishedAt: null })
  expect(errors).toBe(`${path}: no such date: 2026-13-45\n`)
})

test.each([
  { args: ['--help'], says: /Usage: dose filter NAME.*summarise/s },
  { args: ['-h'], says: /Usage: dose filter NAME/ },
  { args: ['nothing', '--help'], says: /Usage: dose filter NAME/ },
  { args: ['feed', '--help'], says: /dose filter feed \[options\] FILE….*--base URL/s },
  { args: ['cluster', '--level', 'x', '--help'], says: /in .*\{id, title.*out .*\{id, story\}/s },
])('$args tells what goes in and what comes out', async ({ args, says }) => {
  const out: string[] = []
  const stdout = new Writable({
    write(chunk, _, done) {
      out.push(String(chunk))
      done()
    },
  })
  const code = await runFilter(args, { stdin: Readable.from([]), stdout, stderr: stdout })
  expect([code, out.join('')]).toEqual([0, expect.stringMatching(says)])
})

test.each([
  ['no filter', []],
  ['an unknown filter', ['toString']],
  ['no file', ['feed']],
  ['an unknown option', ['score', '--base', 'https://a.example']],
  ['a bad level', ['cluster', '--level', 'x']],
  ['a bad count', ['summarise', '--sentences', '0']],
  ['a bad instant', ['score', '--now', 'soon']],
])('wrong use ends with 2: %s', async (_, args) => {
  const { code, rows, errors } = await run(args)
  expect([code, rows]).toEqual([2, []])
  expect(errors).toMatch(/^USAGE /)
})

test('lines are cut right wherever the stream is', async () => {
  const line = Buffer.from('{"id":"é","title":"Mühle"}\r\n\r\n{"id":2,"title":"b"}')
  const chunks = Array.from(line, (byte) => Buffer.from([byte]))
  const out: string[] = []
  const stdout = new Writable({
    write(chunk, _, done) {
      out.push(String(chunk))
      done()
    },
  })
  const code = await runFilter(['score'], { stdin: Readable.from(chunks), stdout, stderr: stdout })
  expect(code).toBe(0)
  expect(out.map((row) => JSON.parse(row).id)).toEqual(['é', 2])
})

test('a reader that goes away ends the run quietly', async () => {
  const stdout = new Writable({
    highWaterMark: 1,
    write: (_, __, done) => done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
  })
  const rows = Array.from({ length: 1_000 }, (_, id) => `{"id":${id},"title":"x"}\n`)
  const code = await runFilter(['score'], { stdin: Readable.from(rows), stdout, stderr: stdout })
  expect(code).toBe(0)
})
