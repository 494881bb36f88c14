import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readerLinks } from '../../src/delivery/links.ts'
import { drawSampleImage } from '../../src/io/sample-image.ts'
import { POOL } from '../support/edition.ts'
import { HERE, type House, openHouse, THERE } from './house.ts'

const FRESH_FOLDER_MS = 60_000

let house: House
let digestId: string
let ids: string[]
let mail: string

beforeAll(async () => {
  house = await openHouse({ PUBLIC_URL: 'https://dose.example' })
  digestId = (await house.addDigest('Harbour Morning')).id
  ids = []
  for (const date of ['2026-11-18', '2026-11-19', '2026-11-20'])
    ids.push(await house.addEdition(digestId, date))
  mail = await house.addMail('ann@reader.example', '<script>alert(1)</script>')
}, FRESH_FOLDER_MS)
afterAll(() => house?.close())

const get = (url: string, headers: Record<string, string> = {}) =>
  house.server.inject({ url, ...THERE, headers: { ...THERE.headers, ...headers } })
const getHere = (url: string) => house.server.inject({ url, ...HERE })

describe('editions', () => {
  test('the front page shows the latest and names the ones before', async () => {
    const { body, statusCode } = await get('/')
    expect(statusCode).toBe(200)
    expect(body).toContain('Harbour tunnel opens')
    expect(body).toContain(`href="/editions/${ids[2]}"`)
    expect(body).toContain(`href="/editions/${ids[0]}"`)
    expect(body).toContain('href="/feed.xml"')
  })

  test('an edition links to its neighbours', async () => {
    const { body } = await get(`/editions/${ids[1]}`)
    expect(body).toContain(`rel="prev" href="/editions/${ids[0]}"`)
    expect(body).toContain(`rel="next" href="/editions/${ids[2]}"`)
  })

  test('an address that no row can have is not found', async () => {
    for (const url of ['/editions/%00', '/d/%00/', '/stories/a%00'])
      expect((await get(url)).statusCode).toBe(404)
  })

  test('an edition as Markdown opens with its front matter', async () => {
    const { body, headers } = await get(`/editions/${ids[2]}.md`)
    expect(headers['content-type']).toBe('text/markdown; charset=utf-8')
    const head = parse(body.split('---\n')[1] ?? '')
    expect(head).toMatchObject({ number: 3, webUrl: `https://dose.example/editions/${ids[2]}` })
  })

  test('drafts and days without stories are nobody’s to read', async () => {
    const draft = await house.addEdition(digestId, '2026-11-21', null)
    const quiet = await house.addEdition(digestId, '2026-11-22', [])
    for (const id of [draft, quiet]) {
      expect((await get(`/editions/${id}`)).statusCode).toBe(404)
      expect((await get(`/editions/${id}.md`)).statusCode).toBe(404)
      expect((await get('/')).body).not.toContain(id)
      expect((await get('/feed.json')).body).not.toContain(id)
    }
  })

  test('the archive goes back page by page, each edition once', async () => {
    const many = (await house.addDigest('Many')).id
    for (let day = 0; day < 33; day++) {
      const date = new Date(Date.UTC(2026, 8, 1 + day)).toISOString().slice(0, 10)
      await house.addEdition(many, date, POOL.slice(0, 1))
    }
    const seen: string[] = []
    for (let url: string | undefined = '/d/Many/archive'; url; ) {
      const { body } = await get(url)
      seen.push(...[...body.matchAll(/href="\/editions\/(\w+)"/g)].map(([, id]) => id ?? ''))
      url = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replace('&#x3D;', '=')
    }
    expect(seen).toHaveLength(33)
    expect(new Set(seen).size).toBe(33)
    expect((await get('/archive?before=nonsense')).statusCode).toBe(400)
  })

  test('each digest has pages and feeds of its own', async () => {
    const other = (await house.addDigest('Ünder & Über')).id
    const id = await house.addEdition(other, '2026-11-20')
    const home = `/d/${encodeURIComponent('Ünder & Über')}/`
    expect((await get(home)).body).toContain(`href="/editions/${id}"`)
    expect((await get(home)).body).not.toContain(`href="/editions/${ids[2]}"`)
    const feed = JSON.parse((await get(`${home}feed.json`)).body)
    expect(feed.items.map((item: { id: string }) => item.id)).toEqual([
      `https://dose.example/editions/${id}`,
    ])
    const bare = await get(home.slice(0, -1))
    expect([bare.statusCode, bare.headers.location]).toEqual([308, home])
    expect((await get('/d/nothing/')).statusCode).toBe(404)
  })
})

describe('feeds', () => {
  const FEEDS = [
    { url: '/feed.json', type: 'application/feed+json' },
    { url: '/feed.xml', type: 'application/atom+xml' },
    { url: '/rss.xml', type: 'application/rss+xml' },
  ]
  test.each(FEEDS)('$url tells the editions with absolute links', async ({ url, type }) => {
    const { body, headers } = await get(url)
    expect(headers['content-type']).toContain(type)
    expect(body).toContain(`https://dose.example/editions/${ids[2]}`)
    expect(body).toContain('Harbour tunnel opens')
  })

  test('a new edition is in the feed at once', async () => {
    const before = (await get('/feed.json')).body
    const id = await house.addEdition(digestId, '2026-11-25')
    expect(before).not.toContain(id)
    expect((await get('/feed.json')).body).toContain(id)
  })
})

describe('caching', () => {
  test('who has the page already is told so', async () => {
    const first = await get(`/editions/${ids[0]}`)
    expect(first.headers['cache-control']).toBe('public, max-age=60')
    const tag = String(first.headers.etag)
    const again = await get(`/editions/${ids[0]}`, { 'if-none-match': `"x", W/${tag}` })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  test('HEAD tells what GET would', async () => {
    const head = await house.server.inject({ method: 'HEAD', url: '/', ...THERE })
    expect([head.statusCode, head.body]).toEqual([200, ''])
    expect(Number(head.headers['content-length'])).toBeGreaterThan(1_000)
  })

  test('nobody gets a cookie with a public page', async () => {
    for (const url of ['/', '/archive', `/editions/${ids[0]}`, '/feed.xml', '/nothing'])
      expect((await get(url)).headers['set-cookie']).toBeUndefined()
  })

  test('the page with the operator’s links is for this machine alone', async () => {
    const here = await getHere('/')
    expect(here.body).toContain('href="/outbox"')
    expect(here.headers['cache-control']).toBe('private, no-cache')
    expect((await get('/')).body).not.toContain('/outbox')
  })
})

describe('outbox', () => {
  test('lists mails and shows one with its parts', async () => {
    expect((await getHere('/outbox')).body).toContain(`href="${mail}"`)
    const { body } = await getHere(mail)
    expect(body).toContain('ann@reader.example')
    expect(body).toContain(`src="${mail}/html"`)
    const raw = await getHere(`${mail}/raw`)
    expect(raw.headers['content-type']).toBe('message/rfc822')
    expect(raw.body).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  })

  test('the HTML part may run nothing and be framed by our own page only', async () => {
    const { headers } = await getHere(`${mail}/html`)
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'self'; sandbox allow-popups/)
    expect(policy).not.toContain('script')
  })

  test.each(['/outbox/..%2f..%2fetc/passwd', '/outbox/ed-1/..%2f..%2fserver', '/outbox/ed-1/none'])(
    '%s is no mail',
    async (url) => {
      expect((await getHere(url)).statusCode).toBe(404)
      expect((await getHere(`${url}/raw`)).statusCode).toBe(404)
    },
  )
})

describe('unsubscribing', () => {
  const stateOf = async (id: string) => (await house.store.subscribers.subscription(id))?.state

  test('looking changes nothing, however often', async () => {
    const { id, token } = await house.addReader(digestId, 'bea@reader.example')
    for (let n = 0; n < 20; n++) {
      const { statusCode, body } = await get(`/u/${token}`)
      expect(statusCode).toBe(200)
      expect(body).toContain('Unsubscribe from Harbour Morning?')
    }
    const head = await house.server.inject({ method: 'HEAD', url: `/u/${token}`, ...THERE })
    expect(head.statusCode).toBe(200)
    expect(await stateOf(id)).toBe('confirmed')
  })

  test('the page does not tell the address to whoever was forwarded the mail', async () => {
    const { token } = await house.addReader(digestId, 'christine@reader.example')
    expect((await get(`/u/${token}`)).body).not.toContain('christine')
  })

  const BODIES = [
    {
      name: 'one click',
      type: 'application/x-www-form-urlencoded',
      payload: 'List-Unsubscribe=One-Click',
    },
    {
      name: 'one click in parts',
      type: 'multipart/form-data; boundary=b',
      payload:
        '--b\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    },
    { name: 'no body at all', type: '', payload: '' },
  ]
  test.each(BODIES)(
    '$name ends it, with no cookie and no form before',
    async ({ name, type, payload }) => {
      const other = (await house.addDigest('Many')).id
      const email = `${name.replaceAll(' ', '-')}@reader.example`
      const { id, token } = await house.addReader(digestId, email)
      const kept = await house.addReader(other, email)
      for (let n = 0; n < 2; n++) {
        const { statusCode, headers } = await house.server.inject({
          method: 'POST',
          url: `/u/${token}`,
          remoteAddress: THERE.remoteAddress,
          headers: { host: 'dose.example', ...(type && { 'content-type': type }) },
          ...(payload && { payload }),
        })
        expect([statusCode, headers['set-cookie']]).toEqual([200, undefined])
      }
      expect(await stateOf(id)).toBe('unsubscribed')
      expect(await stateOf(kept.id)).toBe('confirmed')
      expect((await get(`/u/${token}`)).body).toContain('You are unsubscribed')
    },
  )

  test('a link that was cut or changed ends nothing and says what to do', async () => {
    const { id, token } = await house.addReader(digestId, 'dora@reader.example')
    const flipped = token.replace(/\../, (start) => (start === '.A' ? '.B' : '.A'))
    const long = ['x'.repeat(400), 'x'.repeat(600), token.repeat(150), '%zz', '%E0%A4%A']
    for (const wrong of [token.slice(0, -4), flipped, `${token}.x`, id, ...long])
      for (const method of ['GET', 'POST'] as const) {
        const headers = { ...THERE.headers, accept: 'text/html' }
        const { statusCode, body } = await house.server.inject({
          method,
          url: `/u/${wrong}`,
          ...THERE,
          headers,
        })
        expect([wrong, statusCode]).toEqual([wrong, 400])
        expect(body).toContain('Open the link in the newest mail again')
        expect(body).not.toContain(wrong)
      }
    expect(await stateOf(id)).toBe('confirmed')
  })
})

test('pages of a digest have its colours, words and logo, and others keep theirs', async () => {
  const { store } = house
  const { id } = await house.addDigest('Pier & Co')
  const edition = await house.addEdition(id, '2026-11-20')
  const { id: reader } = await house.addReader(id, 'pia@reader.example')
  const colours = { light: { accent: '#0b5cad' }, dark: {} }
  const logo = { type: 'image/png', bytes: drawSampleImage('pier') }
  await store.brands.put(id, { colours, logo, intro: 'From the <pier>.', footer: 'The guild.' })
  const { preferencesUrl } = readerLinks('', await store.settings.signingSecret(), 'e', reader)
  const pages = [`/editions/${edition}`, '/d/Pier%20%26%20Co/', preferencesUrl]
  for (const url of pages) {
    const { body, headers } = await get(url)
    expect(body).toContain('<bdi>The guild.</bdi>')
    const css = /stylesheet" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const sheet = await get(css)
    expect(sheet.body).toContain('--accent: #0b5cad;')
    expect(sheet.headers['content-type']).toContain('text/css')
    expect(headers['content-security-policy']).toContain("style-src 'self'")
    const picture = /<img src="(\/d\/[^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect((await get(picture)).rawPayload.equals(logo.bytes)).toBe(true)
  }
  expect((await get(`/editions/${edition}`)).body).toContain('From the &lt;pier&gt;.')
  expect((await get(`/editions/${ids[2]}`)).body).not.toContain('The guild.')
  expect((await get('/d/Harbour%20Morning/logo')).statusCode).toBe(404)
  expect((await get('/d/Nowhere/brand.css')).statusCode).toBe(404)
})
