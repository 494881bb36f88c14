import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Instant } from '../../src/model.ts'
import { intakeOf } from '../../src/serve.ts'
import { createServer } from '../../src/web/server.ts'
import { reconcile } from '../../src/workers/reconcile.ts'
import { startWorkers } from '../../src/workers/run.ts'
import { handTo, WAKE } from '../../src/workers/stage.ts'
import { isReachable } from '../../src/workers/websub.ts'
import { dose } from '../commands/source/dose.ts'
import { type Hub, startHub } from '../support/hub.ts'
import { keepLog } from '../support/log.ts'
import { type Origin, startOrigin } from '../support/origin.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

const PUBLIC_URL = 'https://dose.example'
const FRESH_FOLDER_MS = 60_000
const DAY_MS = 86_400_000
const { log, lines } = keepLog()

let app: TestApp
let origin: Origin
let hub: Hub
let server: Awaited<ReturnType<typeof createServer>>
/** Moved on by the tests: leases last for days. */
let ahead = 0
const clock = { now: (): Instant => new Date(Date.now() + ahead).toISOString() }

beforeAll(async () => {
  origin = await startOrigin()
  const settings = { ALLOW_PRIVATE_HOSTS: '127.0.0.1', PUBLIC_URL }
  app = await openTestApp(settings, { log, clock })
  const { deps } = app
  const intake = intakeOf(deps)
  const secrets = { adminPassword: 'a long walk', apiToken: 'token-of-a-test-0123456789' }
  server = await createServer({ deps, intake, operations: [], ...secrets, outbox: null })
  const local = await server.listen({ host: '127.0.0.1', port: 0 })
  hub = await startHub((callback) => callback.replace(PUBLIC_URL, local))
  startWorkers(deps, ['fetch', 'ingest', 'subscribe', 'reconcile'])
}, FRESH_FOLDER_MS)
afterAll(async () => {
  await hub?.close()
  await server?.close()
  await app?.close()
  await origin?.close()
})

const feed = (path: string, ...titles: string[]) => `<?xml version="1.0"?>
  <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Tide ${path}</title>
  <link>${origin.url('/')}</link><atom:link rel="hub" href="${hub.url}"/>
  <atom:link rel="self" href="${origin.url(path)}"/>
  ${titles.map((t) => `<item><title>${t}</title><link>${origin.url(`${path}/${t}`)}</link></item>`).join('')}
  </channel></rss>`

async function add(path: string, options: object = {}) {
  origin.on(path, (response) => response.end(feed(path, 'first')))
  const { rows } = await dose(app, 'source add', { target: origin.url(path), ...options })
  const id = String(rows[0]?.id)
  await dose(app, 'source fetch', { target: id })
  return { id, topic: origin.url(path) }
}

const row = (id: string) => app.deps.store.hubs.get(id)
const titles = async (id: string) =>
  (
    await app.deps.store.db
      .selectFrom('article')
      .select('title')
      .where('source_id', '=', id)
      .orderBy('title')
      .execute()
  ).map(({ title }) => title)

/** Lets the clock's stage look for what is due. */
const tick = () => handTo(reconcile, [WAKE], 'test', app.deps.queues)
const until = (id: string, state: string | undefined) =>
  expect.poll(async () => (await row(id))?.state, { timeout: 20_000 }).toBe(state)

async function subscribed(path: string) {
  const source = await add(path)
  await tick()
  await until(source.id, 'active')
  await expect.poll(() => hub.subscriptions.has(source.topic), { timeout: 20_000 }).toBe(true)
  return source
}

describe('a feed with a hub', () => {
  test('is subscribed to, verified, and what the hub delivers becomes articles', async () => {
    const { id, topic } = await subscribed('/tide')
    const form = hub.asked.find((one) => one.get('hub.topic') === topic)
    expect(form?.get('hub.mode')).toBe('subscribe')
    expect(form?.get('hub.callback')).toMatch(new RegExp(`^${PUBLIC_URL}/websub/${id}/[\\w-]{43}$`))
    expect(form?.get('hub.secret')).toMatch(/^[0-9a-f]{64}$/)
    expect(await hub.deliver(topic, feed('/tide', 'first', 'second'))).toBe(202)
    await expect.poll(() => titles(id), { timeout: 20_000 }).toEqual(['first', 'second'])
    const shown = (await dose(app, 'source list')).rows.find((source) => source.id === id)
    expect(shown?.hub).toMatchObject({ url: hub.url, state: 'active', error: null })
    expect(shown?.hub).not.toMatchObject({ deliveredAt: null })
    const documents = await app.deps.store.db
      .selectFrom('document')
      .select(['ref', 'version'])
      .where('source_id', '=', id)
      .execute()
    expect(documents).toEqual([{ ref: topic, version: 2 }])
  })

  test.each(['sha1', 'sha384', 'sha512'])('takes %s', async (algorithm) => {
    const { id, topic } = await subscribed(`/${algorithm}`)
    expect(await hub.deliver(topic, feed(`/${algorithm}`, algorithm), { algorithm })).toBe(202)
    await expect.poll(() => titles(id), { timeout: 20_000 }).toContain(algorithm)
  })

  test('what is not signed by the hub is answered alike and ignored', async () => {
    const { id, topic } = await subscribed('/forged')
    const body = feed('/forged', 'forged')
    const forged = [
      null,
      '',
      'sha256=',
      `sha256=${'0'.repeat(64)}`,
      `sha256=${createHmac('sha256', 'guess').update(body).digest('hex')}`,
      `md5=${createHmac('md5', 'guess').update(body).digest('hex')}`,
    ]
    for (const header of forged) expect(await hub.deliver(topic, body, { header })).toBe(202)
    const { version } = await app.deps.store.db
      .selectFrom('document')
      .select('version')
      .where('source_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(version).toBe(1)
    expect((await row(id))?.delivered_at).toBeNull()
    expect(lines.filter((line) => line.includes('was not signed'))).toHaveLength(forged.length)
  })

  test('nobody else can make us subscribe, unsubscribe, or take something in', async () => {
    const { id, topic } = await subscribed('/mine')
    const callback = hub.subscriptions.get(topic)?.callback ?? ''
    const before = hub.verified.length
    await hub.verify('unsubscribe', topic, callback)
    await hub.verify('subscribe', 'https://other.example/', callback)
    await hub.verify(
      'subscribe',
      topic,
      callback.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    )
    await hub.verify('subscribe', topic, `${PUBLIC_URL}/websub/${id}/x`)
    await hub.verify('publish', topic, callback)
    expect(hub.verified.slice(before)).toEqual([404, 404, 404, 404, 404])
    expect((await row(id))?.state).toBe('active')
    const url = `/websub/${id}/guessed`
    expect((await server.inject({ method: 'POST', url, payload: 'x' })).statusCode).toBe(404)
  })

  /** Announces a body of the largest size and sends none of it. */
  function announce(url: string) {
    const { port } = server.server.address() as AddressInfo
    const headers = { 'content-length': 15 * 1_024 * 1_024 }
    const asked = request({ host: '127.0.0.1', port, path: url, method: 'POST', headers })
    asked.on('error', () => undefined)
    asked.flushHeaders()
    return { asked, answer: once(asked, 'response') as Promise<[IncomingMessage]> }
  }

  test('the body of somebody else is not read', async () => {
    const { id } = await subscribed('/unread')
    for (const [url, status] of [
      [`/websub/${id}/guessed`, 404],
      ['/websub/nobody/guessed', 404],
    ] as const) {
      const { asked, answer } = announce(url)
      expect((await answer)[0].statusCode).toBe(status)
      asked.destroy()
    }
  })

  test('only so many bytes are read at once, and whoever is gone leaves room', async () => {
    const { id, topic } = await subscribed('/crowd')
    const url = hub.subscriptions.get(topic)?.callback.replace(PUBLIC_URL, '') ?? ''
    const crowd = Array.from({ length: 5 }, () => announce(url))
    const [late] = await Promise.race(crowd.map(({ answer }) => answer))
    expect(late).toMatchObject({ statusCode: 503, headers: { 'retry-after': '60' } })
    const beside = await subscribed('/beside')
    expect(await hub.deliver(beside.topic, feed('/beside', 'x'))).toBe(202)
    for (const { asked } of crowd) asked.destroy()
    const signed = () => hub.deliver(topic, feed('/crowd', 'first', 'second'))
    await expect.poll(signed, { timeout: 20_000 }).toBe(202)
    await expect.poll(() => titles(id), { timeout: 20_000 }).toContain('second')
  })

  test('of all sources together no more is read than four of the largest', async () => {
    const urls: string[] = []
    for (const n of [1, 2, 3, 4, 5]) {
      const { topic } = await subscribed(`/many-${n}`)
      urls.push(hub.subscriptions.get(topic)?.callback.replace(PUBLIC_URL, '') ?? '')
    }
    const crowd = urls.map(announce)
    const [late] = await Promise.race(crowd.map(({ answer }) => answer))
    expect(late.statusCode).toBe(503)
    for (const { asked } of crowd) asked.destroy()
  })

  test('a lease is renewed before it ends, and a hub that is silent is asked again', async () => {
    const { id, topic } = await subscribed('/lease')
    const times = () => hub.asked.filter((one) => one.get('hub.topic') === topic).length
    const lease = (await row(id))?.lease_ends_at ?? ''
    await tick()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(times()).toBe(1)
    ahead += 8 * DAY_MS
    hub.status = 503
    await tick()
    await expect.poll(async () => (await row(id))?.error, { timeout: 20_000 }).toMatch(/503/)
    expect((await row(id))?.state).toBe('active')
    hub.status = 202
    ahead += DAY_MS / 24
    await tick()
    await expect
      .poll(async () => (await row(id))?.lease_ends_at, { timeout: 20_000 })
      .not.toBe(lease)
    expect(await row(id)).toMatchObject({ state: 'active', tries: 0, error: null })
    expect(Date.parse((await row(id))?.lease_ends_at ?? '')).toBeGreaterThan(Date.parse(lease))
  })

  test('is polled more rarely, and is polled all the same', async () => {
    const { id } = await subscribed('/rare')
    await dose(app, 'source fetch', { target: id })
    const source = await app.deps.store.sources.get(id)
    const wait = Date.parse(source?.next_fetch_at ?? '') - Date.parse(clock.now())
    expect(wait).toBeGreaterThan(DAY_MS / 6)
    expect(wait).toBeLessThanOrEqual(DAY_MS)
  })

  test('a hub that verifies before it answers is not asked once more', async () => {
    hub.verifies = 'first'
    const { id } = await subscribed('/eager')
    hub.verifies = true
    const renewal = Date.parse((await row(id))?.next_at ?? '') - Date.parse(clock.now())
    expect(await row(id)).toMatchObject({ state: 'active', tries: 0, error: null })
    expect(renewal).toBeGreaterThan(6 * DAY_MS)
  })

  test('a refusal is kept with its reason, and asked again another day', async () => {
    hub.verifies = false
    const { id, topic } = await add('/denied')
    await tick()
    const form = () => hub.asked.find((one) => one.get('hub.topic') === topic)
    await expect.poll(form, { timeout: 20_000 }).toBeDefined()
    const callback = form()?.get('hub.callback') ?? ''
    await hub.verify('denied', topic, callback, { 'hub.reason': 'not for you' })
    expect(await row(id)).toMatchObject({ state: 'refused', error: 'the hub says no: not for you' })
    hub.verifies = true
    ahead += 2 * DAY_MS
    await tick()
    await until(id, 'active')
  })

  test('is unsubscribed from when its source is removed', async () => {
    const { id, topic } = await subscribed('/leaving')
    const callback = hub.subscriptions.get(topic)?.callback ?? ''
    await dose(app, 'source remove', { target: id })
    expect((await row(id))?.state).toBe('leaving')
    const local = callback.replace(PUBLIC_URL, '')
    const late = await server.inject({ method: 'POST', url: local, payload: 'x' })
    expect(late.statusCode).toBe(410)
    await tick()
    await until(id, undefined)
    await expect.poll(() => hub.subscriptions.has(topic), { timeout: 20_000 }).toBe(false)
    expect(hub.asked.at(-1)?.get('hub.mode')).toBe('unsubscribe')
  })

  test('behind a log-in is asked of no hub', async () => {
    const { id } = await add('/members', { auth: 'ada:walrus' })
    expect(await row(id)).toBeUndefined()
  })

  test('named in the Link header is known without reading the feed', async () => {
    const link = `<${hub.url}>; rel="hub", <https://tide.example/own>; rel="self"`
    origin.on('/headed', (response) =>
      response.writeHead(200, { link }).end(feed('/headed').replace(/<atom:link[^>]*>/g, '')),
    )
    const { rows } = await dose(app, 'source add', { target: origin.url('/headed') })
    await dose(app, 'source fetch', { target: String(rows[0]?.id) })
    expect(await row(String(rows[0]?.id))).toMatchObject({
      hub: hub.url,
      topic: 'https://tide.example/own',
    })
  })
})

test('no callback and no secret of a hub stands in a log', () => {
  expect(lines.length).toBeGreaterThan(10)
  const secrets = hub.asked.flatMap((form) => [
    form.get('hub.callback')?.split('/').at(-1) ?? '-',
    form.get('hub.secret') ?? '-',
  ])
  const text = lines.join('\n')
  expect(secrets.filter((secret) => secret !== '-' && text.includes(secret))).toEqual([])
  expect(text).not.toContain('walrus')
})

test.each([
  { url: 'https://dose.example', is: true },
  { url: 'https://dose.example/news', is: true },
  { url: 'http://dose.example', is: false },
  { url: 'https://localhost', is: false },
  { url: 'https://192.0.2.1', is: false },
  { url: 'https://[2001:db8::1]', is: false },
  { url: 'https://nas.local', is: false },
  { url: undefined, is: false },
])('hubs can reach $url: $is', ({ url, is }) => {
  expect(isReachable(url)).toBe(is)
})
