import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Source } from '../../src/store/sources.ts'
import { fetch } from '../../src/workers/fetch.ts'
import { ingest } from '../../src/workers/ingest.ts'
import { FEED, type Origin, startOrigin } from '../support/origin.ts'
import { empty, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { withSlow } from '../support/slow.ts'

const START = Date.parse('2026-11-25T10:00:00.000Z')
const HOUR = 3_600

let origin: Origin
let other: Origin
let app: TestApp
/** Seconds since START, on the app's clock. */
let seconds = 0

beforeAll(async () => {
  origin = await startOrigin()
  other = await startOrigin()
  const now = () => new Date(START + seconds * 1_000).toISOString()
  app = await openTestApp({ ALLOW_PRIVATE_HOSTS: '127.0.0.1' }, { clock: { now } })
})
afterAll(() => Promise.all([origin.close(), other.close(), app.close()]))
beforeEach(async () => {
  seconds = 0
  for (const { requests } of [origin, other]) requests.length = 0
  await empty(app)
})

async function addFeed(url: string): Promise<string> {
  const { store, clock } = app.deps
  const source = { kind: 'feed', url, name: url, topics: [], intervalSeconds: HOUR } as const
  return (await store.sources.add(source, clock.now())).id
}

/** The stage, once; then an hour passes. */
async function visit(id: string): Promise<Source> {
  const documents = await fetch.run({ id, version: 0 }, stageContext(app))
  for (const key of documents) await ingest.run(key, stageContext(app))
  const source = await app.deps.store.sources.get(id)
  if (!source) throw new Error(`${id} is gone`)
  seconds += HOUR
  return source
}

const ledgerOf = (id: string) => app.deps.store.sources.ledger(id)
const waitOf = ({ next_fetch_at }: Source) =>
  (Date.parse(next_fetch_at) - START) / 1_000 - (seconds - HOUR)
const audited = async () =>
  (await app.deps.store.db.selectFrom('audit_entry').selectAll().orderBy('at').execute()).map(
    ({ actor, action, object }) => ({ actor, action, object }),
  )

describe('a feed that has not changed', () => {
  test('is asked with its validators, costs no body, and the ledger says so', async () => {
    const id = await addFeed(origin.url('/versioned'))
    await visit(id)
    expect(await visit(id)).toMatchObject({ failures: 0, last_status: 304, etag: '"v1"' })
    expect(origin.requests[0]?.headers).not.toHaveProperty('if-none-match')
    expect(origin.requests[1]?.headers).toHaveProperty('if-none-match', '"v1"')
    const [second, first] = await ledgerOf(id)
    expect(first).toMatchObject({ answer: 'fetched', status: 200, conditional: false, requests: 1 })
    expect(first?.bytes).toBe(FEED.length)
    expect(second).toMatchObject({ answer: 'unchanged', status: 304, conditional: true, bytes: 0 })
  })

  test('keeps its validators through a failure', async () => {
    const id = await addFeed(origin.url('/versioned'))
    await visit(id)
    origin.on('/versioned', (response) => response.writeHead(500).end(), 1)
    expect(await visit(id)).toMatchObject({ failures: 1, etag: '"v1"' })
    expect(await visit(id)).toMatchObject({ failures: 0, failing_since: null, last_status: 304 })
  })
})

describe('a feed that has moved for good', () => {
  const moveTo = (url: string) =>
    origin.on('/old', (response) => response.writeHead(301, { location: url }).end())

  test('is asked at its new address after three visits, and stays what it was', async () => {
    moveTo(origin.url('/feed'))
    const id = await addFeed(origin.url('/old'))
    for (let times = 1; times < 3; times++)
      expect(await visit(id)).toMatchObject({ url: origin.url('/old'), moved_times: times })
    const articles = await app.deps.store.articles.count()
    expect(await visit(id)).toMatchObject({ url: origin.url('/feed'), moved_times: 0 })
    origin.requests.length = 0
    const changed = FEED.replace(
      '</channel>',
      '<item><title>More</title><link>https://kelpwire.example/2</link></item></channel>',
    )
    origin.on('/feed', (response) => response.writeHead(200).end(changed), 1)
    await visit(id)
    expect(origin.requests.map(({ path }) => path)).toEqual(['/feed'])
    expect(await app.deps.store.articles.count()).toBe(articles + 1)
    expect(await audited()).toEqual([{ actor: 'fetch', action: 'source moved', object: id }])
    // Its first address still names it, and adding that again adds nothing.
    expect(await app.deps.store.sources.find(origin.url('/old'))).toMatchObject({ id })
    expect(await addFeed(origin.url('/old'))).toBe(id)
    expect(await app.deps.store.sources.list()).toHaveLength(1)
  })

  test.each([
    { name: 'a passing redirect', path: '/elsewhere-today' },
    { name: 'a passing redirect behind one for good', path: '/moved-then-302' },
  ])('$name moves it no further than it may', async ({ path }) => {
    const id = await addFeed(origin.url(path))
    for (let i = 0; i < 4; i++) await visit(id)
    const { url } = await visit(id)
    expect(url).toBe(origin.url('/elsewhere-today'))
  })

  test('a target that changes is believed only when it stays', async () => {
    const id = await addFeed(origin.url('/old'))
    for (const to of ['/feed', '/gzip', '/feed', '/feed']) {
      moveTo(origin.url(to))
      expect(await visit(id)).toMatchObject({ url: origin.url('/old') })
    }
    expect(await visit(id)).toMatchObject({ url: origin.url('/feed') })
  })

  test('to where another source is, leaves both as they are', async () => {
    moveTo(origin.url('/feed'))
    await addFeed(origin.url('/feed'))
    const id = await addFeed(origin.url('/old'))
    for (let i = 0; i < 4; i++) await visit(id)
    expect(await visit(id)).toMatchObject({ url: origin.url('/old') })
  })

  test('to another host does not take a log-in there', async () => {
    moveTo(other.url('/feed'))
    const id = await addFeed(origin.url('/old'))
    const { store, clock } = app.deps
    const access = { headers: { authorization: 'Bearer s3cret' }, proxy: null }
    const secrets = await store.access.seal(id, access)
    await store.sources.change(id, { secrets }, clock.now())
    for (let i = 0; i < 4; i++) await visit(id)
    expect(await visit(id)).toMatchObject({ url: origin.url('/old'), moved_to: other.url('/feed') })
    expect(origin.requests[0]?.headers).toHaveProperty('authorization', 'Bearer s3cret')
    for (const { headers } of other.requests) expect(headers).not.toHaveProperty('authorization')
    expect(JSON.stringify(await ledgerOf(id))).not.toContain('s3cret')
  })
})

describe('a feed that is gone', () => {
  test('is retired, says why, and may be revived', async () => {
    const id = await addFeed(origin.url('/gone'))
    expect(await visit(id)).toMatchObject({
      state: 'gone',
      last_status: 410,
      last_error: expect.stringContaining('410 Gone'),
    })
    await visit(id)
    expect(origin.requests).toHaveLength(1)
    expect(await audited()).toEqual([{ actor: 'fetch', action: 'source retired', object: id }])
    const { store, clock } = app.deps
    await store.sources.change(id, { state: 'active' }, clock.now())
    origin.on('/gone', (response) => response.writeHead(200).end(FEED), 1)
    expect(await visit(id)).toMatchObject({ state: 'active', failures: 0, last_error: null })
  })
})

describe('a host that wants silence', () => {
  test('gets it from all its sources, and that is no failure of theirs', async () => {
    const [busy, feed] = [await addFeed(origin.url('/busy')), await addFeed(origin.url('/feed'))]
    expect(await visit(busy)).toMatchObject({ failures: 1, last_status: 429 })
    const waiting = await visit(feed)
    expect(waiting).toMatchObject({ failures: 0, last_error: null, fetches: 1 })
    expect(origin.requests.map(({ path }) => path)).toEqual(['/busy'])
    expect(waitOf(waiting)).toBeGreaterThan(60)
    expect(waitOf(waiting)).toBeLessThan(140)
    expect(await ledgerOf(feed)).toMatchObject([
      { answer: 'postponed', requests: 0, note: expect.stringContaining('silence') },
    ])
  })

  test('with a date, is asked when that has come', async () => {
    const id = await addFeed(origin.url('/down'))
    const source = await visit(id)
    expect(source).toMatchObject({ failures: 1, last_status: 503 })
    expect(waitOf(source)).toBeGreaterThanOrEqual(HOUR)
    expect(waitOf(source)).toBeLessThanOrEqual(1.1 * HOUR)
    expect(source.next_reason).toMatch(/failed once|left alone/)
  })
})

describe('a feed that fails', () => {
  test.each(['/broken', '/missing', '/loop', '/redirect-metadata', '/announced', '/cut-short'])(
    '%s is asked less and less often, but once a day for ever',
    async (path) => {
      const id = await addFeed(origin.url(path))
      const waits: number[] = []
      for (let i = 1; i <= 7; i++) {
        const source = await visit(id)
        expect(source).toMatchObject({ state: 'active', failures: i })
        expect(source.failing_since).toBe(new Date(START).toISOString())
        waits.push(waitOf(source))
      }
      expect(waits).toEqual([...waits].sort((a, b) => a - b))
      expect(waits[0]).toBeLessThanOrEqual(1.1 * HOUR)
      expect(waits.at(-1)).toBe(24 * HOUR)
      const [line] = await ledgerOf(id)
      expect(line?.note).toBeTruthy()
    },
  )

  test('leaves no more than twenty lines in the ledger', async () => {
    const id = await addFeed(origin.url('/missing'))
    for (let i = 0; i < 23; i++) await visit(id)
    const lines = await ledgerOf(id)
    expect(lines).toHaveLength(20)
    expect(lines[0]?.at).toBe(new Date(START + 22 * HOUR * 1_000).toISOString())
  })
})

describe('a page where a feed was', () => {
  const PAGE = `<!doctype html><html><head><title>Kelp Wire has a new home</title>
    <link rel="alternate" type="application/rss+xml" href="/feed" title="All news">
    <link rel="alternate" type="application/atom+xml" href="/comments.atom" title="Comments">
    </head><body><p>Everything of ours has moved. ${'We are glad that you read us. '.repeat(20)}</p></body></html>`
  const answer = (body: string, type: string, times?: number) =>
    origin.on(
      '/moved-away',
      (response) => response.writeHead(200, { 'content-type': type }).end(body),
      times,
    )

  test('is no article; the feeds it names are proposed, and none is taken', async () => {
    answer(FEED, 'application/rss+xml')
    const id = await addFeed(origin.url('/moved-away'))
    await visit(id)
    const articles = await app.deps.store.articles.count()
    answer(PAGE, 'text/html')
    await visit(id)
    for (let i = 0; i < 2; i++)
      expect(await visit(id)).toMatchObject({
        url: origin.url('/moved-away'),
        proposed: [
          { url: origin.url('/feed'), title: 'All news' },
          { url: origin.url('/comments.atom'), title: 'Comments' },
        ],
        last_error: expect.stringContaining(`it names ${origin.url('/feed')}`),
        failing_since: new Date(START + HOUR * 1_000).toISOString(),
      })
    expect(await app.deps.store.articles.count()).toBe(articles)
    answer(`${FEED}<!-- back -->`, 'application/rss+xml')
    await visit(id)
    expect(await visit(id)).toMatchObject({ proposed: [], last_error: null, failing_since: null })
  })
})

test('how often a feed publishes decides how often it is asked', async () => {
  const items = [1, 3, 5, 7].map((hours) => {
    const at = new Date(START - hours * HOUR * 1_000).toUTCString()
    return `<item><title>News ${hours}</title><link>https://kelpwire.example/n${hours}</link>
      <pubDate>${at}</pubDate></item>`
  })
  const feed = FEED.replace('</channel>', `<ttl>30</ttl>${items.join('')}</channel>`)
  origin.on('/often', (response) => response.writeHead(200, { etag: '"1"' }).end(feed))
  const id = await addFeed(origin.url('/often'))
  expect((await visit(id)).next_reason).toContain('not known yet')
  const second = await visit(id)
  expect(second.next_reason).toBe('its articles come every 2 h')
  expect(waitOf(second)).toBeGreaterThanOrEqual(HOUR)
  expect(waitOf(second)).toBeLessThanOrEqual(1.1 * HOUR)
  expect(second).toMatchObject({ pacing: { ttlMinutes: 30 }, gap_seconds: 2 * HOUR })
})

test('what its host asks for is kept, and shown', async () => {
  origin.on('/slowly', (response) =>
    response.writeHead(200, { 'cache-control': 'max-age=18000' }).end(FEED),
  )
  const source = await visit(await addFeed(origin.url('/slowly')))
  expect(waitOf(source)).toBeGreaterThanOrEqual(5 * HOUR)
  expect(source.next_reason).toContain('how long the answer may be kept')
})

test('a feed that takes too long to read is rejected at once: it would the next time, too', async () => {
  const url = origin.url('/feed')
  const id = await addFeed(url)
  const [key] = await fetch.run({ id, version: 0 }, stageContext(app))
  if (!key) throw new Error('nothing was fetched')
  expect(await ingest.run(key, stageContext(withSlow(app, url)))).toEqual([])
  expect(await app.deps.store.documents.rejections(id)).toMatchObject([
    {
      outcome: 'rejected',
      reason: expect.stringMatching(/^SOURCE_UNREADABLE .*\/feed: .*too long/),
    },
  ])
})
