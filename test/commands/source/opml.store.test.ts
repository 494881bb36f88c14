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
let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'dose-opml-'))
  origin = await startOrigin()
  app = await openTestApp({ ALLOW_PRIVATE_HOSTS: '127.0.0.1' })
})
afterAll(async () => {
  await app?.close()
  await origin?.close()
  rmSync(dir, { recursive: true, force: true })
})

const opml = (body: string) =>
  `<?xml version="1.0"?><opml version="1.0"><body>${body}</body></opml>`
const feed = (url: string, text = '', more = '') =>
  `<outline type="rss" text="${text}" xmlUrl="${url}" ${more}/>`

async function importOpml(body: string, options: object = {}, on = app) {
  const file = join(dir, 'feeds.opml')
  writeFileSync(file, body)
  const { rows, exit, notes } = await dose(on, 'source import', { file, ...options })
  const [row] = rows as [{ added: number; skipped: { url: string; reason: string }[] }]
  return { ...row, exit, notes }
}

const find = (url: string) => app.deps.store.sources.find(url)

const clear = () => app.deps.store.db.deleteFrom('source').execute()

describe('source import', () => {
  test('reports every feed that was left out, with the reason; credentials stay out of it', async () => {
    const body = opml(`
      <outline text="Chips"><outline text="Far away">${feed('https://a.example/rss', ' A &amp;  B ')}</outline></outline>
      ${feed('HTTPS://A.example:443/rss', 'again')} ${feed('ftp://b.example/rss', 'B')}
      ${feed('not an address', 'C')} ${feed('http://10.0.0.7/rss', 'D')} ${feed('http://2130706433/', 'E')}
      ${feed('feed://f.example/rss', 'F')} ${feed('https://ada:walrus@g.example/rss', '', 'category="/Regulation,Cats"')}
      <outline text="no feed"/>`)
    const { added, skipped, exit } = await importOpml(body)
    expect(skipped).toEqual([
      { url: 'https://a.example/rss', reason: 'twice in the file' },
      { url: 'ftp://b.example/rss', reason: 'no http(s) address' },
      { url: 'not an address', reason: 'no http(s) address' },
      { url: 'http://10.0.0.7/rss', reason: '10.0.0.7 is not a public address' },
    ])
    expect([added, exit]).toEqual([4, 1])
    expect(await find('https://a.example/rss')).toMatchObject({
      name: 'A & B',
      topics: ['Chips & Infrastructure'],
      folder: 'Far away',
    })
    expect(await find('http://f.example/rss')).toMatchObject({ name: 'F', folder: null })
    const login = await find('https://g.example/rss')
    expect(login).toMatchObject({ name: 'g.example', topics: ['Policy & Law'] })
    expect(login && (await app.deps.store.access.of(login)).headers.authorization).toMatch(
      /^Basic /,
    )
    const again = await importOpml(body)
    expect(again.added).toBe(0)
    expect(again.skipped.filter(({ reason }) => reason === 'known already')).toHaveLength(4)
  })

  test.each(['', '<rss/>', 'no markup', '<opml', opml('').slice(0, 40)])(
    '%j is no OPML',
    async (text) => {
      await expect(importOpml(text)).rejects.toThrow(/USAGE .*feeds\.opml: not OPML/)
    },
  )

  test('what goes out comes back with names, folders and topics', async () => {
    await clear()
    const nested = `<outline text="News"><outline text="Local">${feed('https://a.example/1', 'One')}</outline>
      ${feed('https://a.example/2', 'Two &lt;b&gt; &quot;q&quot;')}</outline>${feed('https://a.example/3?x=1&amp;y=2', 'Three', 'category="Chips,Policy"')}`
    await importOpml(opml(nested))
    const kept = async () =>
      (await app.deps.store.sources.list()).map(({ url, name, folder, topics }) => ({
        ...{ url, name, folder, topics },
      }))
    const before = await kept()
    expect(before.map(({ folder }) => folder).sort()).toEqual(['News', 'News / Local', null].sort())
    const { shown } = await dose(app, 'source export')
    await clear()
    const { skipped, exit } = await importOpml(shown)
    expect([skipped, exit]).toEqual([[], 0])
    expect(await kept()).toEqual(before)
    expect((await dose(app, 'source export')).shown).toBe(shown)
  })

  test('five thousand feeds come in and go out whole', async () => {
    await clear()
    const many = Array.from({ length: 5_000 }, (_, i) =>
      feed(`https://site-${i}.example/feed.xml`, `Site ${i}`),
    )
    const { added, skipped } = await importOpml(opml(many.join('\n')))
    expect([added, skipped]).toEqual([5_000, []])
    const { shown } = await dose(app, 'source export')
    expect(shown.match(/xmlUrl="/g)).toHaveLength(5_000)
    expect(await importOpml(shown)).toMatchObject({ added: 0, exit: 0 })
  })

  test('--check reads each and leaves out what is no feed, with the reason', async () => {
    await clear()
    origin.on('/page', (response) => response.end('<!doctype html><html><body>Hello</body></html>'))
    origin.on('/slow', (response) => response.end(FEED))
    const paths = ['/feed', '/gone', '/missing', '/page', '/endless', '/slow', '/br']
    const body = opml(paths.map((path) => feed(origin.url(path), path)).join(''))
    const slow = withSlow(app, origin.url('/slow'))
    const { added, skipped, exit } = await importOpml(body, { check: true }, slow)
    expect([added, exit]).toEqual([2, 1])
    expect(
      skipped.map(({ url, reason }) => `${url.replace(origin.url(''), '')} ${reason}`).toSorted(),
    ).toEqual([
      expect.stringMatching(/^\/endless SOURCE_TOO_LARGE/),
      expect.stringMatching(/^\/gone 410/),
      expect.stringMatching(/^\/missing 404/),
      expect.stringMatching(/^\/page this is a page, no feed/),
      expect.stringMatching(/^\/slow SOURCE_UNREADABLE .*inspect took too long/),
    ])
    expect(await find(origin.url('/feed'))).toBeDefined()
  })
})
