import { afterEach, describe, expect, test } from 'vitest'
import { fetch } from '../../src/workers/fetch.ts'
import { page } from '../../src/workers/page.ts'
import { startWorkers } from '../../src/workers/run.ts'
import { handTo } from '../../src/workers/stage.ts'
import { addDigest, addFolder, newsFolder, run } from '../support/news.ts'
import type { Origin } from '../support/origin.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import {
  pageOf,
  paragraphsOf,
  serveTeasers,
  setFeed,
  TEASERS,
  type Teaser,
} from '../support/teasers.ts'

const [WEIR, KELP] = TEASERS as [Teaser, Teaser]
const WHOLE = paragraphsOf(WEIR).join('\n\n')

let app: TestApp
let origin: Origin
afterEach(async () => {
  await app?.close()
  await origin?.close()
})

async function open(teasers: readonly Teaser[] = [WEIR]): Promise<string> {
  app = await openTestApp({ ALLOW_PRIVATE_HOSTS: '127.0.0.1' })
  const { store, clock } = app.deps
  origin = await serveTeasers(teasers, clock.now())
  const source = { kind: 'feed', url: origin.url('/feed'), name: 'Tarn Post', topics: [] } as const
  return (await store.sources.add({ ...source, intervalSeconds: 3_600 }, clock.now())).id
}

/** Reads everything and waits until it is in stories. */
async function read(): Promise<void> {
  await run(app, await addDigest(app), { deliver: false })
}

async function articleAt(path: string) {
  const found = await app.deps.store.articles.find(origin.url(path))
  const article = await app.deps.store.articles.get(found?.id ?? '')
  if (!article) throw new Error(`no article at ${path}`)
  return { ...article, published: found?.published }
}

/** Until it is so; queues take their time on a busy machine. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 30_000 })

const pageRow = async (path: string) => app.deps.store.pages.get((await articleAt(path)).id)
const asked = (path: string) => origin.requests.filter((request) => request.path === path).length

/** Answers a page with another status, type or body. */
function answer(path: string, status: number, body = '', headers: Record<string, string> = {}) {
  origin.on(path, (response) =>
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body),
  )
}

describe('a feed of teasers', () => {
  test('reaches the stories with the text of the pages, each asked for once', async () => {
    await open([WEIR, KELP])
    startWorkers(app.deps)
    await read()
    const article = await articleAt('/weir')
    expect(article).toMatchObject({ text: WHOLE, excerptOnly: false, author: 'Ann Reed' })
    expect(article).toMatchObject({ title: WEIR.title, language: 'en' })
    expect(await pageRow('/weir')).toMatchObject({ state: 'taken', reason: null })
    expect([asked('/weir'), asked('/kelp'), asked('/robots.txt')]).toEqual([1, 1, 1])
    const entries = await app.deps.store.log.read(0, 100)
    const versions = entries.filter(({ kind }) => kind !== 'tick').map(({ version }) => version)
    expect(versions).toEqual([2, 2])
  })

  test('read again, its pages are left alone until it tells something new', async () => {
    const id = await open()
    const { queues, clock, store } = app.deps
    answer('/weir', 200, pageOf(WEIR), { etag: '"w1"' })
    startWorkers(app.deps)
    await read()
    setFeed(origin, [WEIR, KELP], clock.now())
    await handTo(fetch, [{ id, version: 8 }], 'again', queues)
    await eventually(
      async () => (await store.pages.get((await articleAt('/kelp')).id))?.state,
    ).toBe('taken')
    expect(asked('/weir')).toBe(1)

    origin.on('/weir', (response, request) => {
      expect(request.headers['if-none-match']).toBe('"w1"')
      response.writeHead(304).end()
    })
    setFeed(origin, [{ ...WEIR, teaser: 'Updated: the weir is gone…' }, KELP], clock.now())
    await handTo(fetch, [{ id, version: 9 }], 'again', queues)
    await eventually(() => asked('/weir')).toBe(2)
    await eventually(async () => (await pageRow('/weir'))?.state).toBe('taken')
    expect(await articleAt('/weir')).toMatchObject({
      text: WHOLE,
      excerptOnly: false,
      excerpt: 'Updated: the weir is gone…',
    })
  })
})

const LOCKED = '{"@type":"NewsArticle","isAccessibleForFree":false}'
const REFUSED: readonly {
  readonly name: string
  readonly status?: number
  readonly body?: string
  readonly headers?: Record<string, string>
  readonly reason: RegExp
}[] = [
  {
    name: 'locked',
    body: pageOf(WEIR, `<script type="application/ld+json">${LOCKED}</script>`),
    reason: /paywall/,
  },
  {
    name: 'no-copy',
    body: pageOf(WEIR, '<meta name="robots" content="noarchive">'),
    reason: /no copy/,
  },
  { name: 'no-copy-header', headers: { 'x-robots-tag': 'noarchive' }, reason: /no copy/ },
  { name: 'missing', status: 404, reason: /404/ },
  { name: 'gone', status: 410, reason: /410/ },
  {
    name: 'consent',
    body: pageOf({ ...KELP, title: 'Before you go on: cookies' }),
    reason: /something else/,
  },
  { name: 'pdf', headers: { 'content-type': 'application/pdf' }, reason: /pdf/ },
  { name: 'empty', body: '<html><body></body></html>', reason: /no text/ },
]

describe('the text of the feed stays', () => {
  test('where the page is closed, gone, or another; each is asked for once', async () => {
    const teasers = REFUSED.map(({ name }) => ({ ...WEIR, path: `/${name}` }))
    await open(teasers)
    for (const { name, status = 200, body = pageOf(WEIR), headers } of REFUSED)
      answer(`/${name}`, status, body, headers)
    startWorkers(app.deps)
    await read()
    for (const { name, reason } of REFUSED) {
      expect(await articleAt(`/${name}`)).toMatchObject({ excerptOnly: true, version: 1 })
      const row = { state: 'kept', reason: expect.stringMatching(reason) }
      expect(await pageRow(`/${name}`)).toMatchObject(row)
      expect(asked(`/${name}`)).toBe(1)
    }
  })

  test('robots.txt says no: the page is not asked for, and the article goes on', async () => {
    await open()
    answer('/robots.txt', 200, 'User-agent: *\nDisallow: /weir', { 'content-type': 'text/plain' })
    startWorkers(app.deps)
    await read()
    expect(asked('/weir')).toBe(0)
    expect(await pageRow('/weir')).toMatchObject({ state: 'wanted', tries: 1 })
    expect((await articleAt('/weir')).seq).not.toBeNull()
  })

  test('a host in trouble is asked again later, and what it brings then is a revision', async () => {
    await open()
    answer('/weir', 503)
    startWorkers(app.deps)
    await read()
    const before = await articleAt('/weir')
    expect(before).toMatchObject({ excerptOnly: true, version: 1 })
    const row = await pageRow('/weir')
    expect(row).toMatchObject({ state: 'wanted', tries: 1, reason: expect.stringMatching(/503/) })

    answer('/weir', 200, pageOf(WEIR))
    await app.deps.store.db.updateTable('page').set({ next_at: app.deps.clock.now() }).execute()
    await handTo(page, [{ id: before.id, version: 1 }], 'later', app.deps.queues)
    await eventually(async () => (await articleAt('/weir')).text).toBe(WHOLE)
    await eventually(async () =>
      (await app.deps.store.log.read(0, 100)).map(({ kind }) => kind),
    ).toContain('revision')
  })

  test('switched off, or back-fill: no request at all', async () => {
    const old = { ...KELP, at: '2026-01-05T00:00:00Z' }
    const id = await open([WEIR, old])
    await app.deps.store.sources.change(id, { fullText: 'never' }, app.deps.clock.now())
    startWorkers(app.deps)
    await read()
    expect([asked('/weir'), asked('/kelp')]).toEqual([0, 0])
    await app.deps.store.sources.change(id, { fullText: 'auto' }, app.deps.clock.now())
    setFeed(
      origin,
      [
        { ...WEIR, teaser: 'New…' },
        { ...old, teaser: 'Old…' },
      ],
      app.deps.clock.now(),
    )
    await handTo(fetch, [{ id, version: 9 }], 'again', app.deps.queues)
    await eventually(() => asked('/weir')).toBe(1)
    expect(asked('/kelp')).toBe(0)
  })
})

test('a folder of excerpts asks for no page, unless it is told to', async () => {
  await open([])
  const { store, clock } = app.deps
  const at = new Date(Date.parse(clock.now()) - 60_000).toISOString()
  const excerpt = ({ path, title }: Teaser) => ({
    file: `${path.slice(1)}.md`,
    title,
    body: '',
    more: `excerpt: "In short."\noriginalUrl: "${origin.url(path)}"`,
  })
  await addFolder(app, newsFolder([excerpt(WEIR)], at))
  const told = await addFolder(app, newsFolder([excerpt(KELP)], at))
  await store.sources.change(told, { fullText: 'always' }, clock.now())
  startWorkers(app.deps)
  await read()
  expect([asked('/weir'), asked('/kelp')]).toEqual([0, 1])
  expect(await articleAt('/kelp')).toMatchObject({ text: paragraphsOf(KELP).join('\n\n') })
  expect(await articleAt('/weir')).toMatchObject({ text: 'In short.', excerptOnly: true })
})

test('two addresses of one page are one article', async () => {
  const twin = { ...WEIR, path: '/weir?from=front' }
  const id = await open([WEIR])
  answer(twin.path, 200, pageOf(WEIR, `<link rel="canonical" href="${origin.url('/weir')}">`))
  startWorkers(app.deps)
  await read()
  setFeed(origin, [WEIR, twin], app.deps.clock.now())
  await handTo(fetch, [{ id, version: 9 }], 'again', app.deps.queues)
  await eventually(async () => (await pageRow(twin.path))?.state).toBe('duplicate')
  expect((await articleAt(twin.path)).published).toBe(false)
  expect((await articleAt('/weir')).published).toBe(true)

  setFeed(origin, [WEIR, { ...twin, teaser: 'Once more…' }], app.deps.clock.now())
  await handTo(fetch, [{ id, version: 10 }], 'again', app.deps.queues)
  const { store } = app.deps
  await eventually(async () => (await store.documents.counts(id)).duplicate).toBe(1)
  expect(asked(twin.path)).toBe(1)
  expect((await articleAt(twin.path)).published).toBe(false)
})

test('run twice, and again after the text was taken, it leaves the same rows', async () => {
  const id = await open()
  const { store, queues } = app.deps
  startWorkers(app.deps, ['fetch', 'ingest'])
  await handTo(fetch, [{ id, version: 1 }], 'once', queues)
  await eventually(async () => await store.articles.count()).toBe(1)
  const key = { id: (await articleAt('/weir')).id, version: 1 }
  const context = {
    ...app.deps,
    attempt: 1,
    lastAttempt: false,
    trace: 't',
    signal: AbortSignal.timeout(60_000),
  }
  expect(await page.pick?.([key], app.deps)).toEqual([key])
  const keys = await Promise.all([page.run(key, context), page.run(key, context)])
  expect(keys).toEqual([[{ ...key, version: 2 }], [{ ...key, version: 2 }]])
  expect(await page.run(key, context)).toEqual([{ ...key, version: 2 }])
  expect(await page.pick?.([key], app.deps)).toEqual([])
  expect(await articleAt('/weir')).toMatchObject({ version: 2, text: WHOLE })
})
