import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FEED, type Origin, startOrigin } from '../../support/origin.ts'
import { openTestApp, type TestApp } from '../../support/setup.ts'
import { withSlow } from '../../support/slow.ts'
import { dose } from './dose.ts'

let app: TestApp
let origin: Origin
beforeAll(async () => {
  origin = await startOrigin()
  app = await openTestApp({ ALLOW_PRIVATE_HOSTS: '127.0.0.1' })
})
afterAll(async () => {
  await app?.close()
  await origin?.close()
})

const HOUR = 3_600_000
const rss = (items: string, head = '') =>
  `<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><title>Tide Post</title>
   <link>https://tide.example/</link>${head}${items}</channel></rss>`
const item = (n: number, more: string) =>
  `<item><title>Story ${n}</title><link>https://tide.example/${n}</link>${more}</item>`
const dated = (ms: number) => `<pubDate>${new Date(Date.now() + ms).toUTCString()}</pubDate>`
const page = (head: string, body = '') =>
  `<!doctype html><html><head><title>Tide</title>${head}</head><body>${body}</body></html>`
const serve = (path: string, body: string, headers: Record<string, string> = {}) =>
  origin.on(path, (response) => response.writeHead(200, headers).end(body))

async function check(path: string, options: object = {}) {
  const { rows, exit, shown } = await dose(app, 'source check', {
    target: origin.url(path),
    ...options,
  })
  const findings = rows.filter(({ row }) => row === 'finding').map(({ says }) => String(says))
  const of = (kind: string) => rows.filter(({ row }) => row === kind)
  return { exit, shown, source: of('source')[0], items: of('item'), feeds: of('feed'), findings }
}

describe('source check', () => {
  test('shows items and everything odd, and saves nothing', async () => {
    const items = [
      item(1, `${dated(-HOUR)}<description>${'The tide is high. '.repeat(100)}</description>`),
      item(2, dated(50 * HOUR)),
      item(3, dated(-100 * HOUR)),
      item(3, dated(-100 * HOUR)),
      '<item><title>Relative</title><link>/relative</link></item>',
      '<item><description></description></item>',
    ]
    serve('/odd', rss(items.join('')), { 'content-type': 'text/html; charset=utf-8' })
    const { exit, items: shown, findings, source, shown: text } = await check('/odd')
    expect(exit).toBe(0)
    expect(source).toMatchObject({ title: 'Tide Post', total: 4, answer: { status: 200 } })
    expect(shown[0]).toMatchObject({ title: 'Story 1', words: 400, text: 'full' })
    const wanted = [
      /sent as text\/html, and is a feed/,
      /header says utf-8, its first line iso-8859-1/,
      /link is relative/,
      /left out: repeated/,
      /left out: neither/,
      /1 of 4 items have no date/,
      /1 of 4 items are dated in the future/,
      /3 of 4 items bring a teaser/,
      /1 of 4 items are older than 48 h/,
      /neither ETag nor Last-Modified/,
    ]
    for (const one of wanted) expect(findings.join('\n')).toMatch(one)
    expect(text).toContain('Story 1')
    expect(await app.deps.store.sources.find(origin.url('/odd'))).toBeUndefined()
  })

  test('of a good feed says little', async () => {
    const text = `<description>${'The tide is high. '.repeat(100)}</description>`
    const type = { 'content-type': 'application/rss+xml', etag: '"1"' }
    serve('/good', rss(item(1, dated(-HOUR) + text)), type)
    expect((await check('/good')).findings).toEqual([])
  })

  test('tells what the rules of a known source would keep out', async () => {
    serve('/ruled', rss(item(1, dated(-HOUR)) + item(2, dated(-HOUR))))
    await dose(app, 'source add', { target: origin.url('/ruled'), noCheck: true, name: 'Ruled' })
    await dose(app, 'source filter', { target: 'Ruled', block: 'title: story 2' })
    const { findings } = await check('/ruled')
    expect(findings.join('\n')).toMatch(/1 of 2 items kept out: blocked by `title: story 2`/)
    await dose(app, 'source remove', { target: 'Ruled' })
  })

  test('tells robots.txt forbidding the pages of teasers', async () => {
    const body = item(1, dated(-HOUR)).replace('https://tide.example/1', origin.url('/secret/1'))
    serve('/teasers', rss(body), { 'content-type': 'application/rss+xml', etag: '"1"' })
    serve('/robots.txt', 'User-agent: *\nDisallow: /secret/')
    const { findings } = await check('/teasers')
    expect(findings.join('\n')).toMatch(/page of an article.*robots/)
    expect(origin.requests.map(({ path }) => path)).not.toContain('/secret/1')
  })

  test.each([
    { path: '/gone', says: /410/ },
    { path: '/missing', says: /404/ },
    { path: '/redirect-metadata', says: /SOURCE_REFUSED/ },
    { path: '/huge', says: /SOURCE_TOO_LARGE/ },
    { path: '/page', says: /page, no feed/ },
  ])('$path: exit 1 and the reason', async ({ path, says }) => {
    serve('/page', page(''), { 'content-type': 'text/html' })
    const { exit, findings } = await check(path)
    expect(exit).toBe(1)
    expect(findings[0]).toMatch(says)
  })

  test('tells where a feed has moved for good, and which hub it has', async () => {
    const link = '<https://hub.example/>; rel="hub", <https://tide.example/rss>; rel="self"'
    serve('/feed', FEED, { link, 'content-type': 'application/rss+xml' })
    const { findings, source } = await check('/moved')
    expect(findings.join('\n')).toMatch(new RegExp(`moved for good, to ${origin.url('/feed')}`))
    expect(source).toMatchObject({ hubs: ['https://hub.example/'] })
  })

  test('finds the feeds that a page names, those of comments last', async () => {
    const links = `<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
      <link rel="alternate" type="application/atom+xml" title="News" href="news.atom">
      <link rel="alternate" type="text/html" href="/de/">`
    serve('/home', page(links, '<a href="/archive">x</a> <a href="/rss.xml">RSS</a>'))
    expect((await check('/home')).feeds).toMatchObject([
      { url: origin.url('/news.atom'), how: 'declared', title: 'News' },
      { url: origin.url('/rss.xml'), how: 'linked', title: 'RSS' },
      { url: origin.url('/comments/feed'), how: 'declared' },
    ])
  })

  test('tells of a feed that takes too long to read, and add refuses it by name', async () => {
    const target = origin.url('/slow')
    serve('/slow', rss(item(1, '')))
    const slow = withSlow(app, target)
    const { rows, exit } = await dose(slow, 'source check', { target })
    expect(exit).toBe(1)
    const says = expect.stringMatching(/^SOURCE_UNREADABLE .*\/slow: inspect took too long/)
    expect(rows).toContainEqual(expect.objectContaining({ row: 'finding', level: 'fault', says }))
    const refused = new RegExp(`^SOURCE_UNREADABLE ${target}: inspect took too long`)
    await expect(dose(slow, 'source add', { target })).rejects.toThrow(refused)
  })

  test('looks into a folder', async () => {
    const { rows, exit } = await dose(app, 'source check', { target: 'config/sample-news' })
    expect(exit).toBe(0)
    expect(rows[0]).toMatchObject({ row: 'source', kind: 'folder' })
    expect(rows.filter(({ row }) => row === 'item')).toHaveLength(20)
  })
})

test('a file of a folder that is too large is told, and keeps none of the others out', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dose-folder-'))
  writeFileSync(join(dir, 'a.txt'), 'a'.repeat(6 * 1_024 * 1_024))
  writeFileSync(join(dir, 'b.txt'), 'Harbour lights are back\n\nThey shine again.')
  const { rows, exit } = await dose(app, 'source check', { target: dir })
  expect(exit).toBe(0)
  expect(rows).toContainEqual(expect.objectContaining({ title: 'Harbour lights are back' }))
  const says = expect.stringMatching(/^a\.txt: SOURCE_TOO_LARGE .*5 MB/)
  expect(rows).toContainEqual({ row: 'finding', level: 'warning', says })
  expect((await dose(app, 'source add', { target: dir })).rows[0]).toMatchObject({ added: true })
  await dose(app, 'source remove', { target: dir })
  rmSync(dir, { recursive: true })
})

describe('source add of a page', () => {
  const LINK = '<link rel="alternate" type="application/rss+xml" href="/feed">'

  test('that names one feed says which, saves nothing, and takes it with --follow', async () => {
    serve('/front', page(LINK))
    const target = origin.url('/front')
    const feed = origin.url('/feed')
    await expect(dose(app, 'source add', { target })).rejects.toThrow(`dose source add ${feed}`)
    expect(await app.deps.store.sources.list()).toEqual([])
    const { rows } = await dose(app, 'source add', { target, follow: true })
    expect(rows[0]).toMatchObject({ name: 'Kelp Wire', url: feed, added: true })
    const again = await dose(app, 'source add', { target, follow: true })
    expect(again.rows[0]).toMatchObject({ url: feed, added: false })
  })

  test('shows its log-in to no feed on another host', async () => {
    const other = await startOrigin()
    const link = `<link rel="alternate" type="application/rss+xml" href="${other.url('/feed')}">`
    serve('/foreign', page(link))
    const target = origin.url('/foreign').replace('http://', 'http://ada:wal@rus@')
    const { rows } = await dose(app, 'source add', { target, follow: true })
    expect(origin.requests.at(-1)?.headers.authorization).toBe(`Basic ${btoa('ada:wal@rus')}`)
    expect(other.requests[0]?.headers.authorization).toBeUndefined()
    const source = await app.deps.store.sources.get(String(rows[0]?.id))
    expect(source).toMatchObject({ url: other.url('/feed'), secrets: null })
    const audit = await app.deps.store.db.selectFrom('audit_entry').select('object').execute()
    expect(audit.map(({ object }) => object).join(' ')).not.toMatch(/wal|rus@/)
    await other.close()
  })

  test('that names several lists them; one that names none tells of list pages', async () => {
    serve('/two', page(`${LINK}<link rel="alternate" type="application/feed+json" href="/j">`))
    serve('/none', page('', '<p>Nothing</p>'))
    const add = (path: string) =>
      dose(app, 'source add', { target: origin.url(path), follow: true })
    await expect(add('/two')).rejects.toThrow(/it names .*\/feed, .*\/j/)
    await expect(add('/none')).rejects.toThrow(/--kind list --item/)
  })
})
