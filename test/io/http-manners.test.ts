import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHttp, type Http, type HttpOptions } from '../../src/io/http.ts'
import { type Budget, domainOf, type Want } from '../../src/io/http-budget.ts'
import { type Origin, startOrigin } from '../support/origin.ts'
import { startProxy } from '../support/proxy.ts'

/** Two origins: one name, two ports. */
let origin: Origin
let other: Origin
const open: Http[] = []

beforeAll(async () => {
  origin = await startOrigin()
  other = await startOrigin()
})
afterAll(() => Promise.all([origin.close(), other.close()]))
beforeEach(() => {
  for (const { requests } of [origin, other]) requests.length = 0
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()))
})

function client(options: Partial<HttpOptions> = {}): Http {
  const http = createHttp({
    allowPrivateHosts: ['127.0.0.1'],
    userAgent: 'DailyDose/0.1 (+https://dose.example/contact)',
    ...options,
  })
  open.push(http)
  return http
}

const pathsOf = ({ requests }: Origin) => requests.map(({ path }) => path)

describe('what an answer tells of itself', () => {
  test('status, place, requests, bytes as sent, time', async () => {
    const result = await client().get({ url: origin.url('/to-bomb-less') })
    expect(result).toMatchObject({ kind: 'failed', status: 404, requests: 1, wireBytes: 0 })
    const fetched = await client().get({ url: origin.url('/gzip') })
    if (fetched.kind !== 'fetched') throw new Error(`unexpected ${fetched.kind}`)
    expect(fetched).toMatchObject({ status: 200, url: origin.url('/gzip'), waitedMs: 0 })
    expect(fetched.wireBytes).toBeGreaterThan(0)
    expect(fetched.wireBytes).toBeLessThan(fetched.bytes.length)
    expect(fetched.ms).toBeGreaterThanOrEqual(0)
  })

  test.each([
    { link: '<https://hub.example/>; rel="hub"', hubs: ['https://hub.example/'], self: null },
    {
      link: '</feed>; rel=self, <https://hub.example/a,b>; rel="HUB preload"; title="x"',
      hubs: ['https://hub.example/a,b'],
      self: '/feed',
    },
    { link: '<javascript:alert(1)>; rel=hub, <x; rel=hub', hubs: [], self: null },
  ])('Link: $link', async ({ link, hubs, self }) => {
    origin.on('/linked', (response) => response.writeHead(200, { link }).end('x'))
    const links = { hubs, self: self && origin.url(self) }
    expect(await client().get({ url: origin.url('/linked') })).toMatchObject({ links })
  })

  test('a 410 that only a passing redirect led to is no farewell', async () => {
    origin.on('/to-gone', (response) => response.writeHead(302, { location: '/gone' }).end())
    origin.on('/moved-to-gone', (response) => response.writeHead(301, { location: '/gone' }).end())
    const http = client()
    expect(await http.get({ url: origin.url('/to-gone') })).toMatchObject({ kind: 'failed' })
    expect(await http.get({ url: origin.url('/moved-to-gone') })).toMatchObject({ kind: 'gone' })
  })
})

describe('headers of a source', () => {
  const headers = { Authorization: 'Bearer s3cret', cookie: 'sid=s3cret', Host: 'evil.example' }

  test('go to its own origin, at every hop there, and cannot reframe the message', async () => {
    await client().get({ url: origin.url('/moved'), headers })
    expect(origin.requests).toHaveLength(2)
    for (const request of origin.requests)
      expect(request.headers).toMatchObject({
        authorization: 'Bearer s3cret',
        cookie: 'sid=s3cret',
        host: `127.0.0.1:${origin.port}`,
      })
  })

  test('are dropped where a redirect leads elsewhere, and shown nowhere', async () => {
    origin.on('/away', (response) => {
      response.writeHead(302, { location: other.url('/feed') }).end()
    })
    const result = await client().get({ url: origin.url('/away'), headers })
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(other.requests[0]?.headers).not.toHaveProperty('cookie')
    expect(JSON.stringify(result)).not.toContain('s3cret')
    const bad = { 'x-key': 's3cret\nnewline' }
    await expect(client().get({ url: origin.url('/feed'), headers: bad })).rejects.toThrow(
      /^(?!.*s3cret)/s,
    )
  })

  test.each([
    { accept: 'page', start: 'text/html' },
    { accept: 'image', start: 'image/' },
    { accept: 'feed', start: 'application/rss' },
  ] as const)('a $accept is asked for as such', async ({ accept, start }) => {
    await client().get({ url: origin.url('/feed'), accept })
    expect(origin.requests[0]?.headers.accept).toMatch(new RegExp(`^${start}`))
  })
})

describe('a proxy', () => {
  const lookup = async (host: string) => {
    if (host === 'news.example') return [{ address: '93.184.216.34', family: 4 }]
    if (host === 'rebound.example') return [{ address: '10.0.0.7', family: 4 }]
    throw Object.assign(new Error('x'), { code: 'ENOTFOUND' })
  }

  test('is asked with its own credentials, though its address is private', async () => {
    const proxy = await startProxy(origin.port)
    const http = client({ allowPrivateHosts: [], lookup })
    const url = proxy.url.replace('//', '//me:pr0xy@')
    const request = { url: 'http://news.example/feed', proxy: url }
    expect(await http.get(request)).toMatchObject({ kind: 'fetched', status: 200 })
    const credentials = `Basic ${Buffer.from('me:pr0xy').toString('base64')}`
    expect(proxy.asked).toEqual([{ target: 'http://news.example/feed', credentials }])
    expect(origin.requests[0]?.headers).not.toHaveProperty('proxy-authorization')
    // A name that only the proxy knows.
    const inner = { url: 'http://inside.example/feed', proxy: url }
    expect(await http.get(inner)).toMatchObject({ kind: 'fetched' })
    await proxy.close()
  })

  test('is not asked for what is private, by literal, by name or behind a redirect', async () => {
    const proxy = await startProxy(origin.port)
    const http = client({ allowPrivateHosts: [], lookup })
    const get = (url: string) => http.get({ url, proxy: proxy.url })
    for (const url of ['http://127.0.0.1/', 'http://[::1]/', 'https://rebound.example/'])
      await expect(get(url)).rejects.toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(proxy.asked).toEqual([])
    await expect(get('http://news.example/redirect-metadata')).rejects.toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringContaining('169.254.169.254'),
    })
    expect(proxy.asked).toHaveLength(1)
    await proxy.close()
  })

  test.each(['socks5://127.0.0.1:1080', 'me:pr0xy@proxy'])('%s is refused', async (proxy) => {
    const asked = client().get({ url: origin.url('/feed'), proxy })
    await expect(asked).rejects.toThrow(/^SOURCE_REFUSED (?!.*pr0xy)/)
  })
})

describe('robots.txt', () => {
  const page = (http: Http, path = '/page') =>
    http.get({ url: origin.url(path), accept: 'page', robots: true })
  const withRobots = (status: number, text: string, from = origin) =>
    from.on('/robots.txt', (response) => response.writeHead(status).end(text))

  test('is asked for once, and obeyed', async () => {
    withRobots(200, 'User-agent: DailyDose\nDisallow: /page\n\nUser-agent: *\nDisallow: /feed')
    const http = client()
    expect(await page(http)).toMatchObject({
      kind: 'disallowed',
      url: origin.url('/page'),
      reason: expect.stringContaining('robots.txt'),
    })
    const both = await Promise.all([page(http, '/feed'), page(http, '/gzip')])
    expect(both).toMatchObject([{ kind: 'fetched' }, { kind: 'fetched' }])
    expect(pathsOf(origin).sort()).toEqual(['/feed', '/gzip', '/robots.txt'])
  })

  test('two that want it at once make one request', async () => {
    withRobots(200, '')
    const http = client()
    await Promise.all([page(http, '/feed'), page(http, '/feed'), page(http, '/feed')])
    expect(pathsOf(origin).filter((path) => path === '/robots.txt')).toHaveLength(1)
  })

  test.each([
    { status: 404, kind: 'fetched' },
    { status: 403, kind: 'fetched' },
    { status: 429, kind: 'disallowed' },
    { status: 500, kind: 'disallowed' },
    { status: 503, kind: 'disallowed' },
  ])('with status $status a page is $kind', async ({ status, kind }) => {
    withRobots(status, 'User-agent: *\nDisallow: /')
    expect(await page(client(), '/feed')).toMatchObject({ kind })
  })

  test('that never comes forbids for now', async () => {
    origin.on('/robots.txt', () => {})
    const http = client({ limits: { headersMs: 100 } })
    expect(await page(http, '/feed')).toMatchObject({
      kind: 'disallowed',
      reason: expect.stringContaining('could not be read'),
    })
  })

  test('counts up to 500 KB of it', async () => {
    const head = 'User-agent: *\nDisallow: /feed\n'
    withRobots(200, `${head}${'# talk\n'.repeat(80_000)}Disallow: /gzip`)
    const http = client()
    expect(await page(http, '/feed')).toMatchObject({ kind: 'disallowed' })
    expect(await page(http, '/gzip')).toMatchObject({ kind: 'fetched' })
  })

  test('of another origin is obeyed behind a redirect', async () => {
    withRobots(404, '')
    withRobots(200, 'User-agent: *\nDisallow: /', other)
    origin.on('/away', (response) => {
      response.writeHead(302, { location: other.url('/feed') }).end()
    })
    expect(await page(client(), '/away')).toMatchObject({
      kind: 'disallowed',
      url: other.url('/feed'),
    })
    expect(pathsOf(other)).toEqual(['/robots.txt'])
  })

  test('is of no concern to a feed, which is there to be read by programs', async () => {
    withRobots(200, 'User-agent: *\nDisallow: /')
    expect(await client().get({ url: origin.url('/feed') })).toMatchObject({ kind: 'fetched' })
    expect(pathsOf(origin)).toEqual(['/feed'])
  })
})

describe('a budget', () => {
  /** Counts who holds a turn, and hands out as many as are asked for. */
  function counting() {
    const wants: Want[] = []
    const silenced: [string, number][] = []
    let held = 0
    const budget: Budget = {
      async take(want) {
        wants.push(want)
        held++
        return { waitedMs: 7, end: () => held-- }
      },
      async silence(host, seconds) {
        silenced.push([host, seconds])
      },
    }
    return { budget, wants, silenced, held: () => held }
  }

  test('is asked before every request, redirects and robots.txt included', async () => {
    origin.on('/robots.txt', (response) => {
      response.writeHead(200).end('User-agent: *\nCrawl-delay: 3')
    })
    const { budget, wants, held } = counting()
    const http = client({ budget })
    const result = await http.get({ url: origin.url('/moved'), robots: true })
    expect(result).toMatchObject({ kind: 'fetched', waitedMs: 14 })
    expect(wants).toEqual([
      { domain: '127.0.0.1', host: '127.0.0.1', pauseMs: 0 },
      { domain: '127.0.0.1', host: '127.0.0.1', pauseMs: 3_000 },
      { domain: '127.0.0.1', host: '127.0.0.1', pauseMs: 3_000 },
    ])
    expect(held()).toBe(0)
  })

  test('gets its turn back whatever happens', async () => {
    const { budget, held } = counting()
    const http = client({ budget, limits: { headersMs: 100 } })
    for (const path of ['/silent', '/cut-short', '/loop', '/redirect-metadata', '/announced'])
      await expect(http.get({ url: origin.url(path) })).rejects.toThrow('SOURCE_')
    expect(held()).toBe(0)
  })

  test('hears of a host that wants silence', async () => {
    const { budget, silenced } = counting()
    await client({ budget }).get({ url: origin.url('/busy') })
    await client({ budget }).get({ url: origin.url('/broken') })
    expect(silenced).toEqual([['127.0.0.1', 120]])
  })

  test('hears nothing of the kind where one address alone is put off', async () => {
    const { budget, silenced } = counting()
    const url = origin.url('/missing-today')
    expect(await client({ budget }).get({ url })).toMatchObject({ retryAfterSeconds: 120 })
    expect(silenced).toEqual([])
  })

  test('may say not now: nothing is sent then', async () => {
    const budget: Budget = {
      take: async () => ({ kind: 'postponed', retryAfterSeconds: 90, reason: 'hush' }),
      silence: async () => {},
    }
    const url = origin.url('/feed')
    const result = await client({ budget }).get({ url })
    expect(result).toEqual({ kind: 'postponed', retryAfterSeconds: 90, reason: 'hush', url })
    expect(origin.requests).toEqual([])
  })

  test('that fails is no fault of the host', async () => {
    const budget: Budget = {
      take: () => Promise.reject(new Error('no database')),
      silence: async () => {},
    }
    await expect(client({ budget }).get({ url: origin.url('/feed') })).rejects.toThrow(
      /^no database$/,
    )
  })

  test.each([
    { host: 'feeds.news.example.co.uk', domain: 'example.co.uk' },
    { host: 'WWW.Paper.COM.', domain: 'paper.com' },
    { host: 'me.github.io', domain: 'me.github.io' },
    { host: '127.0.0.1', domain: '127.0.0.1' },
    { host: '[2001:db8::1]', domain: '[2001:db8::1]' },
    { host: 'intranet', domain: 'intranet' },
    { host: 'co.uk', domain: 'co.uk' },
  ])('of $host is that of $domain', ({ host, domain }) => {
    expect(domainOf(host)).toBe(domain)
  })
})

test('of large bodies only four are held at once; small ones go past them', async () => {
  const paths = Array.from({ length: 7 }, (_, i) => `/large-${i}`)
  const waiting: (() => void)[] = []
  let held = 0
  for (const path of paths)
    origin.on(path, (response) => {
      response.write(Buffer.alloc(8_000_000, 'x'))
      // Whoever has read all of it waits for the end, which comes when everybody else has settled.
      const timer = setInterval(() => {
        if (response.writableNeedDrain || response.writableLength > 0) return
        clearInterval(timer)
        held++
        waiting.push(() => response.end())
      }, 5)
    })
  const http = client()
  const large = paths.map((path) => http.get({ url: origin.url(path) }))
  await expect.poll(() => held, { timeout: 10_000 }).toBeGreaterThanOrEqual(4)
  for (let i = 0; i < 5; i++)
    expect(await http.get({ url: origin.url('/gzip') })).toMatchObject({ kind: 'fetched' })
  expect(held).toBe(4)
  const ending = setInterval(() => waiting.shift()?.(), 5)
  const results = await Promise.all(large)
  clearInterval(ending)
  for (const result of results) expect(result).toMatchObject({ wireBytes: 8_000_000 })
})
