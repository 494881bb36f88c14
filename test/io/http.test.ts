import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHttp, type Http, type HttpOptions } from '../../src/io/http.ts'
import { FEED, type Origin, startOrigin, startRawOrigin } from '../support/origin.ts'

const MB = 1_024 * 1_024
const AGENT = 'DailyDose/0.0 (+https://dose.example/contact)'

let origin: Origin
const open: Http[] = []

beforeAll(async () => {
  origin = await startOrigin()
})
afterAll(() => origin.close())
beforeEach(() => {
  origin.requests.length = 0
  origin.written = 0
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()))
})

function client(options: Partial<HttpOptions> = {}): Http {
  const http = createHttp({ allowPrivateHosts: ['127.0.0.1'], userAgent: AGENT, ...options })
  open.push(http)
  return http
}

const get = (path: string, options?: Partial<HttpOptions>) =>
  client(options).get({ url: origin.url(path) })

describe('answers', () => {
  test('a feed arrives whole, asked for with an honest name', async () => {
    const result = await get('/feed')
    expect(result).toMatchObject({
      kind: 'fetched',
      url: origin.url('/feed'),
      contentType: 'application/rss+xml; charset=utf-8',
      movedTo: null,
      etag: null,
      maxAgeSeconds: null,
    })
    expect(textOf(result)).toBe(FEED)
    expect(origin.requests[0]?.headers).toMatchObject({
      'user-agent': AGENT,
      'accept-encoding': 'gzip, deflate, br',
    })
  })

  test('the second time only what changed is sent', async () => {
    const http = client()
    const first = await http.get({ url: origin.url('/versioned') })
    if (first.kind !== 'fetched') throw new Error(`unexpected ${first.kind}`)
    const second = await http.get({ url: origin.url('/versioned'), validators: first })
    expect(second).toMatchObject({ kind: 'unchanged', etag: '"v1"' })
    expect(origin.requests[1]?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Fri, 20 Nov 2026 06:00:00 GMT',
    })
  })

  test('a 304 without validators keeps the ones we sent', async () => {
    const sent = { etag: '"v7"', lastModified: null }
    const result = await client().get({ url: origin.url('/unchanged-bare'), validators: sent })
    expect(result).toMatchObject({ kind: 'unchanged', ...sent })
  })

  test.each([
    { path: '/gone', result: { kind: 'gone' } },
    { path: '/missing', result: { kind: 'failed', status: 404, reason: '404 Not Found' } },
    { path: '/broken', result: { kind: 'failed', status: 500, retryAfterSeconds: null } },
    { path: '/busy', result: { kind: 'failed', status: 429, retryAfterSeconds: 120 } },
    { path: '/unchanged-bare', result: { kind: 'failed', status: 304 } },
    { path: '/fresh', result: { kind: 'fetched', maxAgeSeconds: 900 } },
  ])('$path → $result.kind', async ({ path, result }) => {
    expect(await get(path)).toMatchObject(result)
  })

  test('Retry-After as a date is counted from now', async () => {
    const result = await get('/down')
    if (result.kind !== 'failed') throw new Error(`unexpected ${result.kind}`)
    expect(result.retryAfterSeconds).toBeGreaterThan(3_500)
    expect(result.retryAfterSeconds).toBeLessThanOrEqual(3_600)
  })

  test.each(['/gzip', '/gzip-cut', '/deflate', '/deflate-raw', '/br', '/coding-unknown'])(
    '%s is read as the text it holds',
    async (path) => {
      expect(textOf(await get(path))).toBe(FEED)
    },
  )
})

describe('redirects', () => {
  test.each([
    { path: '/moved', movedTo: '/feed', requests: 2 },
    { path: '/moved-308', movedTo: '/feed', requests: 3 },
    { path: '/elsewhere-today', movedTo: null, requests: 2 },
    { path: '/moved-then-302', movedTo: '/elsewhere-today', requests: 3 },
  ])('$path leads to the feed; moved for good to: $movedTo', async (told) => {
    const { path, movedTo, requests } = told
    expect(await get(path)).toMatchObject({
      kind: 'fetched',
      url: origin.url('/feed'),
      movedTo: movedTo === null ? null : origin.url(movedTo),
      requests,
    })
  })

  test('a loop ends after five redirects', async () => {
    await expect(get('/loop')).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining('more than 5 redirects'),
    })
    expect(origin.requests).toHaveLength(6)
  })

  test('a password in the URL is told to its own origin only, and shown nowhere', async () => {
    const other = await startOrigin()
    origin.on('/to-other', (response) => {
      response.writeHead(302, { location: other.url('/missing') }).end()
    })
    const url = origin.url('/to-other').replace('//', '//reader:s3cret@')
    const result = await client().get({ url })
    await other.close()
    expect(JSON.stringify(result)).not.toContain('s3cret')
    const sent = `Basic ${Buffer.from('reader:s3cret').toString('base64')}`
    expect(origin.requests[0]?.headers.authorization).toBe(sent)
    expect(other.requests[0]?.headers.authorization).toBeUndefined()
    await expect(client({ allowPrivateHosts: [] }).get({ url })).rejects.toThrow(
      /^(?!.*s3cret).*private address/,
    )
  })
})

describe('private addresses', () => {
  test.each([
    { name: 'loopback', url: 'http://127.0.0.1/' },
    { name: 'loopback, another', url: 'http://127.9.9.9/' },
    { name: 'decimal', url: 'http://2130706433/' },
    { name: 'octal', url: 'http://017700000001/' },
    { name: 'hexadecimal', url: 'http://0x7f.0x1/' },
    { name: 'this host', url: 'http://0.0.0.0/' },
    { name: 'IPv6 loopback', url: 'http://[::1]/' },
    { name: 'IPv4 mapped', url: 'http://[::ffff:127.0.0.1]/' },
    { name: 'IPv4 mapped, hexadecimal', url: 'http://[::ffff:7f00:1]/' },
    { name: 'IPv4 compatible', url: 'http://[::127.0.0.1]/' },
    { name: 'NAT64', url: 'http://[64:ff9b::10.0.0.1]/' },
    { name: '6to4', url: 'http://[2002:7f00:1::]/' },
    { name: 'ten', url: 'http://10.0.0.1/' },
    { name: '172.16', url: 'http://172.31.255.1/' },
    { name: '192.168', url: 'https://192.168.1.1/' },
    { name: 'link-local', url: 'http://169.254.1.1/' },
    { name: 'metadata', url: 'http://169.254.169.254/latest/' },
    { name: 'metadata on a public address', url: 'http://168.63.129.16/' },
    { name: 'metadata, IPv6', url: 'http://[fd00:ec2::254]/' },
    { name: 'CGNAT', url: 'http://100.100.100.200/' },
    { name: 'multicast', url: 'http://224.0.0.1/' },
    { name: 'broadcast', url: 'http://255.255.255.255/' },
    { name: 'IPv6 link-local', url: 'http://[fe80::1]/' },
    { name: 'IPv6 multicast', url: 'http://[ff02::1]/' },
    { name: 'not routed', url: 'http://[4000::1]/' },
  ])('$name: $url is refused', async ({ url }) => {
    const http = client({ allowPrivateHosts: [] })
    await expect(http.get({ url })).rejects.toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringContaining('ALLOW_PRIVATE_HOSTS'),
    })
  })

  test('our own origin is refused by address and by name, and never hears of it', async () => {
    const http = client({ allowPrivateHosts: [] })
    for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST']) {
      await expect(http.get({ url: `http://${host}:${origin.port}/feed` })).rejects.toMatchObject({
        code: 'SOURCE_REFUSED',
      })
    }
    expect(origin.requests).toHaveLength(0)
  })

  test('a public name that resolves to a private address is refused', async () => {
    const http = client({
      allowPrivateHosts: [],
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    })
    await expect(http.get({ url: `http://news.example:${origin.port}/feed` })).rejects.toThrow(
      'news.example resolves to the private address 127.0.0.1',
    )
    expect(origin.requests).toHaveLength(0)
  })

  test('a name that changes its address after the first answer is looked up, and refused, again', async () => {
    let looked = 0
    const http = client({
      lookup: async () => [{ address: looked++ === 0 ? '127.0.0.1' : '10.0.0.7', family: 4 }],
    })
    origin.on('/once', (response) => {
      response.writeHead(302, { location: '/feed', connection: 'close' }).end()
    })
    await expect(http.get({ url: `http://news.example:${origin.port}/once` })).rejects.toThrow(
      'news.example resolves to the private address 10.0.0.7',
    )
    expect(origin.requests).toHaveLength(1)
  })

  test.each([
    { name: 'an address', allow: ['127.0.0.1'] },
    { name: 'a block', allow: ['127.0.0.0/8'] },
    { name: 'a host name', allow: ['News.Example'] },
  ])('$name in the setting opens the door', async ({ allow }) => {
    const http = client({
      allowPrivateHosts: allow,
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    })
    const result = await http.get({ url: `http://news.example:${origin.port}/feed` })
    expect(result.kind).toBe('fetched')
  })

  test('a redirect to a private address is refused, and the message shows the way there', async () => {
    await expect(get('/redirect-metadata')).rejects.toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringContaining(
        `${origin.url('/redirect-metadata')} → http://169.254.169.254/latest/meta-data/`,
      ),
    })
  })

  test.each(['10.0.0.0/64', 'http://intranet', 'host:8080', ''])(
    'the setting "%s" is rejected at start',
    (entry) => {
      expect(() => client({ allowPrivateHosts: [entry] })).toThrow('CONFIG_INVALID')
    },
  )
})

describe('limits', () => {
  const small = { headersMs: 150, totalMs: 300 }

  test.each([
    { path: '/silent', what: 'no answer within 0.15 s' },
    { path: '/drip', what: 'not complete within 0.3 s' },
    { path: '/cut-short', what: 'closed before the answer was complete', limits: {} },
    { path: '/redirect-nowhere', what: 'which is no URL' },
  ])('$path: $what', async ({ path, what, limits = small }) => {
    await expect(get(path, { limits })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining(what),
    })
  })

  test.each([
    { path: '/huge', what: 'more than 15 MB sent' },
    { path: '/endless', what: 'more than 15 MB sent' },
    { path: '/announced', what: '300 MB announced, at most 15 MB are read' },
    { path: '/bomb', what: 'more than 15 MB after decompression' },
    { path: '/long-headers', what: 'more than 32 KB of headers' },
  ])('$path: $what', async ({ path, what }) => {
    await expect(get(path)).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
      message: expect.stringContaining(what),
    })
    // What the kernel buffers comes on top of what we read.
    expect(origin.written).toBeLessThan(32 * MB)
  })

  test('a million one-byte chunks are read whole', async () => {
    origin.on('/crumbs', (response) => {
      response.socket?.write(
        `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(MB)}0\r\n\r\n`,
      )
    })
    expect(textOf(await get('/crumbs'))).toHaveLength(MB)
  })

  test.each([
    { name: 'not HTTP', answer: 'SSH-2.0-example\r\n' },
    {
      name: 'informational answers without end',
      answer: 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(9),
    },
  ])('$name is an unreachable source', async ({ answer }) => {
    const raw = await startRawOrigin(answer)
    await expect(client({ limits: small }).get({ url: raw.url })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining(raw.url),
    })
    raw.close()
  })
})

describe('what cannot be asked', () => {
  test.each([
    { url: 'not a url', code: 'SOURCE_REFUSED', what: '"not a url": not a URL' },
    { url: 'file:///etc/hosts', code: 'SOURCE_REFUSED', what: 'only http and https' },
    { url: 'http://127.0.0.1:1/', code: 'SOURCE_UNREACHABLE', what: 'connection refused' },
  ])('$url: $what', async ({ url, code, what }) => {
    await expect(client().get({ url })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(what),
    })
  })

  test('a redirect to another scheme', async () => {
    await expect(get('/redirect-ftp')).rejects.toThrow('only http and https are fetched, not ftp:')
  })

  test('a name nobody knows', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))
    await expect(client({ lookup }).get({ url: 'http://nowhere.example/' })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringContaining('no such host'),
    })
  })

  test('the caller may stop it, with its own reason', async () => {
    const stop = new AbortController()
    const answer = client().get({ url: origin.url('/silent'), signal: stop.signal })
    stop.abort(new Error('shutting down'))
    await expect(answer).rejects.toThrow('shutting down')
  })
})

function textOf(result: Awaited<ReturnType<Http['get']>>): string {
  if (result.kind !== 'fetched') throw new Error(`unexpected ${result.kind}`)
  return Buffer.from(result.bytes).toString('utf8')
}
