import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorkers } from '../../src/workers/run.ts'
import { dose } from '../commands/source/dose.ts'
import { keepLog } from '../support/log.ts'
import { FEED, type Origin, startOrigin } from '../support/origin.ts'
import { startProxy } from '../support/proxy.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

const { log, lines } = keepLog()

let app: TestApp
let origin: Origin
beforeAll(async () => {
  origin = await startOrigin()
  app = await openTestApp({ ALLOW_PRIVATE_HOSTS: '127.0.0.1' }, { log })
  startWorkers(app.deps, ['fetch', 'ingest', 'page'])
})
afterAll(async () => {
  await app?.close()
  await origin?.close()
})

const titles = async (sourceId: unknown) => {
  const { store } = app.deps
  const rows = await store.db
    .selectFrom('article')
    .select(['title', 'url', 'excerpt_only', 'undated'])
    .where('source_id', '=', String(sourceId))
    .orderBy('url')
    .execute()
  return rows
}

/** Reads a source through the queues; its id. */
async function add(target: string, options: object = {}) {
  const { rows } = await dose(app, 'source add', { target, ...options })
  await dose(app, 'source fetch', { target: String(rows[0]?.id) })
  return rows[0]?.id
}

const list = (...items: string[]) =>
  `<html><head><title>Quay</title></head><body>${items.join('')}</body></html>`
const entry = (n: number) => `<li class="news"><a href="/quay/${n}">Notice ${n}</a></li>`

test('a list page becomes articles without text; what is no longer listed stays', async () => {
  origin.on('/quay', (response) =>
    response.end(list(entry(1), entry(2), '<a class="next" href="/quay?p=2">more</a>')),
  )
  origin.on('/quay?p=2', (response) => response.end(list(entry(2), entry(3))))
  const target = origin.url('/quay')
  const id = await add(target, { item: 'li.news', next: 'a.next' })
  const expected = [1, 2, 3].map((n) => ({
    title: `Notice ${n}`,
    url: origin.url(`/quay/${n}`),
    excerpt_only: true,
    undated: true,
  }))
  expect(await titles(id)).toMatchObject(expected)
  origin.on('/quay', (response) => response.end(list(entry(4))))
  await dose(app, 'source fetch', { target })
  expect((await titles(id)).map(({ title }) => title)).toEqual([
    ...['Notice 1', 'Notice 2', 'Notice 3', 'Notice 4'],
  ])
  const shown = (await dose(app, 'source list')).rows.find((row) => row.id === id)
  expect(shown).toMatchObject({
    kind: 'list',
    list: { item: 'li.news', next: 'a.next', limit: 30 },
  })
})

test('the pages of a list are read, with their dates: what is old there is back-fill', async () => {
  const words = 'The harbour master said that the quay stays closed until the crane is mended. '
  const body = Array.from({ length: 6 }, (_, i) => `<p>${i}. ${words.repeat(3)}</p>`).join('')
  const article = (title: string, at: Date) => `<html><head><title>${title}</title>
    <meta property="article:published_time" content="${at.toISOString()}"></head>
    <body><article><h1>${title}</h1>${body}</article></body></html>`
  const recent = new Date(Date.now() - 3_600_000)
  const old = new Date(Date.now() - 9 * 86_400_000)
  origin.on('/closed', (response) => response.end(article('Quay stays closed', recent)))
  origin.on('/crane', (response) => response.end(article('Crane is broken', old)))
  const link = (path: string, words: string) =>
    `<li class="news"><a href="${path}">${words}</a></li>`
  const links = [link('/closed', 'Quay stays closed'), link('/crane', 'Crane is broken')]
  origin.on('/harbour', (response) => response.end(list(...links)))
  await add(origin.url('/harbour'), { item: '.news' })
  const find = (path: string) => app.deps.store.articles.find(origin.url(path))
  await expect
    .poll(async () => (await find('/closed'))?.excerpt_only, { timeout: 20_000 })
    .toBe(false)
  await expect
    .poll(async () => (await find('/crane'))?.excerpt_only, { timeout: 20_000 })
    .toBe(false)
  expect(await find('/closed')).toMatchObject({ undated: false, backfill: false })
  expect(await find('/crane')).toMatchObject({ published_at: old.toISOString(), backfill: true })
})

test('a selector that finds nothing any more is the error of the source', async () => {
  origin.on('/rebuilt', (response) => response.end(list(entry(1))))
  const target = origin.url('/rebuilt')
  await add(target, { item: '.news' })
  origin.on('/rebuilt', (response) => response.end(list('<p>All new</p>')))
  const { rows, exit } = await dose(app, 'source fetch', { target })
  expect(exit).toBe(1)
  expect(rows[0]?.error).toMatch(/SOURCE_UNREADABLE .*--item "\.news" finds nothing/)
  await dose(app, 'source set', { target, item: 'p' })
  expect((await dose(app, 'source fetch', { target })).rows[0]?.error).toMatch(/no link with words/)
})

test('robots.txt keeps us from a list', async () => {
  const strict = await startOrigin()
  strict.on('/robots.txt', (response) => response.end('User-agent: *\nDisallow: /list'))
  strict.on('/list', (response) => response.end(list(entry(1))))
  const refused = dose(app, 'source add', { target: strict.url('/list'), item: '.news' })
  await expect(refused).rejects.toThrow(/robots/)
  expect(strict.requests.map(({ path }) => path)).not.toContain('/list')
  await strict.close()
})

test('log-ins go to the origin of their source and nowhere else, and stand in no log', async () => {
  const other = await startOrigin()
  origin.on('/private', (response, request) => {
    const right = request.headers.authorization === `Basic ${btoa('ada:walrus')}`
    response.writeHead(right ? 200 : 401).end(right ? FEED : '')
  })
  origin.on('/away', (response) => response.writeHead(302, { location: other.url('/feed') }).end())
  origin.on('/broken-in', (response) => response.destroy())
  const target = origin.url('/private')
  await expect(dose(app, 'source add', { target })).rejects.toThrow(/401/)
  const id = await add(target.replace('http://', 'http://ada:walrus@'))
  expect(await titles(id)).toHaveLength(1)
  expect(origin.requests.at(-1)?.headers.authorization).toBeDefined()
  await add(origin.url('/away'), { cookie: 'key=walrus' })
  expect(origin.requests.at(-1)?.headers.cookie).toBe('key=walrus')
  expect(other.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined])
  await add(origin.url('/broken-in'), { noCheck: true, header: 'X-Key: walrus' })
  expect(origin.requests.at(-1)?.headers['x-key']).toBe('walrus')
  const proxy = await startProxy(origin.port)
  const through = proxy.url.replace('//', '//ada:walrus@')
  const feed = 'http://news.example/feed'
  await add(feed, { proxy: through })
  expect(proxy.asked.map(({ target }) => target)).toEqual([feed, feed])
  expect(proxy.asked[0]?.credentials).toBe(`Basic ${btoa('ada:walrus')}`)
  await proxy.close()
  await other.close()
  expect(lines.filter((line) => line.startsWith('source read')).length).toBeGreaterThan(0)
  expect(lines.filter((line) => line.startsWith('source not read')).length).toBeGreaterThan(0)
  expect(lines.join('\n')).not.toMatch(/walrus|YWRhOndhbHJ1cw/)
})
