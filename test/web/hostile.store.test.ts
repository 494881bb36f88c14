import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRenderer } from '../../src/edition/render.ts'
import type { Card } from '../../src/model.ts'
import { hashKey } from '../../src/store/keys.ts'
import { createServer } from '../../src/web/server.ts'
import { POOL } from '../support/edition.ts'
import { browse } from './browser.ts'
import { type House, OUTSIDE, openHouse, PASSWORD, THERE } from './house.ts'

/** An attacker's checklist, beside the doors of access.store.test.ts. */

const FRESH_FOLDER_MS = 60_000
const EVIL = '"><script>evil()</script><img src=x onerror=evil()>\'{{evil}}'

let house: House
beforeAll(async () => {
  house = await openHouse({}, true)
  await plant()
}, FRESH_FOLDER_MS)
afterAll(() => house?.close())

const stranger = () => browse(house.server, OUTSIDE)

/** A browser signed in as the admin, without the toil of signing in. */
async function admin() {
  const { accounts, sessions } = house.store
  const key = crypto.randomUUID()
  const { id = '' } = (await accounts.find('admin')) ?? {}
  await sessions.start(id, { hash: hashKey(key), address: OUTSIDE, agent: EVIL }, now())
  const browser = stranger()
  browser.jar.set('dose_session', key)
  return browser
}

const now = () => house.app.deps.clock.now()

type Document = { readonly paths: Readonly<Record<string, object>> }
const routes = async (method: 'get' | 'post') => {
  const { paths } = (await stranger().get('/openapi.json')).json() as Document
  return Object.keys(paths).filter((path) => method in (paths[path] ?? {}))
}

/** Writes script wherever somebody else's words are kept. */
async function plant() {
  const { store, app } = house
  const { runs, sources, audit, accounts } = store
  const kind = 'feed' as const
  const url = `https://paper.example/?q=${encodeURIComponent(EVIL)}`
  const { id } = await sources.add(
    { kind, url, name: EVIL, topics: [EVIL], intervalSeconds: 3_600 },
    now(),
  )
  const run = { stage: 'fetch', id, version: 1, attempt: 1, trace: EVIL }
  await runs.start(run, now(), now())
  const lines = [{ at: now(), level: 'warn', says: EVIL }] as const
  await runs.finish(run, { state: 'failed', errorClass: EVIL, error: EVIL, lines }, now())
  await audit.write({ name: EVIL, address: EVIL }, EVIL, EVIL, { [EVIL]: EVIL }, now())
  await accounts.add(`x${EVIL}`, 'viewer', now())
  await app.deps.queues.add('fetch', [{ id, version: 1, trace: EVIL }])
  const digest = await house.addDigest(EVIL)
  const pool = POOL.map((card): Card => ({ ...card, headline: EVIL, topic: EVIL }))
  await house.addEdition(digest.id, '2026-11-20', pool)
  await house.addReader(digest.id, 'ann@reader.example')
  await house.addMail('ann@reader.example', '<script>evil()</script>')
}

/** What a browser would run, in a page, whatever its policy says. */
const RUNS = /<script>evil|<img src=x|onerror=evil\(\)>/

describe('stored script', () => {
  test('runs on no page, and every page has a policy that would not let it', async () => {
    const browser = await admin()
    const paths = await routes('get')
    const html = []
    for (const path of paths.filter((one) => !one.includes('{') && one !== '/admin/live')) {
      const { statusCode, headers, body } = await browser.get(path)
      expect([path, statusCode < 500]).toEqual([path, true])
      if (!String(headers['content-type']).startsWith('text/html')) continue
      html.push(path)
      expect([path, RUNS.exec(body)?.[0]]).toEqual([path, undefined])
      const policy = String(headers['content-security-policy'])
      expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'")])
      expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    }
    expect(html.length).toBeGreaterThan(15)
  })

  test('of editions and entries stays text', async () => {
    const browser = await admin()
    const [line] = await house.store.archive.list({ limit: 1 })
    const [entry] = await house.store.audit.list({ limit: 1, search: 'evil' })
    const [run] = await house.store.runList.page({ stage: 'fetch' }, null, 1)
    const name = encodeURIComponent(EVIL)
    const urls = [
      `/admin/runs/run/fetch/${run?.rowId}/1`,
      ...[`/editions/${line?.id}`, `/d/${name}/`, `/d/${name}/archive`],
      ...[`/admin/audit/${entry?.id}`, `/admin/xray?q=${name}`, `/admin/audit?q=${name}`],
    ]
    for (const url of urls) {
      const { statusCode, body } = await browser.get(url)
      expect([url, statusCode, RUNS.exec(body)?.[0]]).toEqual([url, 200, undefined])
    }
  })

  test('in an address is not said again', async () => {
    const evil = encodeURIComponent(EVIL)
    for (const url of [`/${evil}`, `/editions/${evil}`, `/admin/login?next=${evil}`, `/u/${evil}`])
      expect((await stranger().get(url)).body).not.toMatch(RUNS)
  })
})

describe('a change that another site’s page asks for', () => {
  test('is refused on every route of the dashboard, with or without its cookies', async () => {
    const browser = await admin()
    const changing = (await routes('post')).filter((path) => path.startsWith('/admin'))
    expect(changing.length).toBeGreaterThan(6)
    for (const path of changing) {
      const url = path.replace('{noun}/{verb}', 'user/list').replace(/\{\w+\}/g, 'x')
      const forged = { statusCode: (await browser.post(url, { token: 'x' })).statusCode, path }
      expect(forged).toEqual({ statusCode: 403, path })
      if (path.includes('login') || path.includes('welcome')) continue
      const { statusCode } = await browser.post(url, {}, { 'sec-fetch-site': 'same-site' })
      expect({ statusCode, path }).toEqual({ statusCode: 403, path })
    }
  })

  test('no more than one that comes with a token of somebody else’s form', async () => {
    const [victim, attacker] = [await admin(), await admin()]
    const form = await attacker.get('/admin/zone')
    const token = /name="token" value="([^"]+)"/.exec(form.body)?.[1] ?? ''
    expect((await victim.post('/admin/zone', { token, zone: 'Asia/Tokyo' })).statusCode).toBe(403)
  })
})

test('a session that was planted before is worth nothing after signing in', async () => {
  const victim = stranger()
  victim.jar.set('dose_session', 'planted')
  expect((await victim.signIn('admin', PASSWORD)).statusCode).toBe(303)
  expect(victim.jar.get('dose_session')).not.toBe('planted')
  const attacker = stranger()
  attacker.jar.set('dose_session', 'planted')
  expect((await attacker.get('/admin/runs')).headers.location).toMatch('/admin/login')

  const before = String(victim.jar.get('dose_session'))
  await victim.signIn('admin', PASSWORD)
  attacker.jar.set('dose_session', before)
  expect((await attacker.get('/admin/runs')).headers.location).toMatch('/admin/login')
})

describe('redirects', () => {
  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/admin\r\nx: y'])(
    'no form leads to %j',
    async (target) => {
      const browser = await admin()
      const sent = await browser.submit('/admin/zone', '/admin/zone', {
        zone: 'UTC',
        _back: target,
      })
      expect([sent.statusCode, sent.headers.location]).toEqual([303, '/admin'])
    },
  )

  test('hold no line of their own', async () => {
    for (const url of ['/d/x%0d%0aset-cookie:a=b', '/admin/x%0d%0ax:y', '/d/%5c%5cevil.example']) {
      const { headers, cookies } = await stranger().get(url)
      expect([url, headers.x, cookies]).toEqual([url, undefined, []])
      expect(headers.location ?? '').toMatch(/^(?:\/(?![/\\])[^\r\n]*)?$/)
    }
  })

  test('and links keep to our own address whatever a request says it is', async () => {
    const lies = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    for (const url of ['/', '/feed.json', '/openapi.json', '/admin/login', '/admin'])
      expect(
        JSON.stringify(
          await stranger()
            .get(url, lies)
            .then(({ body, headers }) => [body, headers]),
        ),
      ).not.toContain('evil.example')
  })
})

describe('tricks with paths', () => {
  test.each([
    ...['//admin', '/%61dmin/house', '/ADMIN/house', '/admin/../admin/house', '/./admin/house'],
    ...['/admin/house/', '/admin//house', '/admin/house;a=b', '/admin/house%00', '/admin%2fhouse'],
    ...['/x/../admin/house', '/admin/queues/../house', '/admin/login/../house'],
  ])('%s shows a stranger nothing', async (path) => {
    const { statusCode, body } = await stranger().get(path)
    expect(statusCode).toBeGreaterThanOrEqual(300)
    expect(statusCode).toBeLessThan(500)
    expect(body).not.toContain('Keyboard')
  })

  test.each([
    ...['/outbox/..%2f..%2f/x/raw', '/outbox/x/..%2f..%2fserver.json/raw'],
    ...['/admin/assets/..%2f..%2fpackage.json', '/admin/queues/static/..%2f..%2fpackage.json'],
    ...['/admin/queues/static/%2e%2e/%2e%2e/package.json', '/i/x/..%2f..%2fetc%2fpasswd'],
  ])('%s leads to no file', async (path) => {
    const { statusCode, body } = await (await admin()).get(path)
    expect(statusCode).toBeGreaterThanOrEqual(300)
    expect(statusCode).toBeLessThan(500)
    expect(body).not.toMatch(/"dependencies"|root:|"token"/)
  })
})

describe('bodies', () => {
  const FORM = 'application/x-www-form-urlencoded'
  const JSON_TYPE = 'application/json'
  const long = 'x'.repeat(40 * 1_024)
  test.each([
    { name: 'too large a form', url: '/admin/login', type: FORM, body: `user=${long}`, is: 413 },
    { name: 'too large a sign-up', url: '/subscribe', type: FORM, body: `email=${long}`, is: 413 },
    { name: 'another type', url: '/admin/login', type: 'text/xml', body: '<a/>', is: 415 },
    { name: 'JSON where a form is due', url: '/admin/login', type: JSON_TYPE, body: '{', is: 400 },
    { name: 'no text at all', url: '/admin/login', type: FORM, body: '%00%ff%', is: 403 },
    {
      name: 'a poisoned object',
      url: '/admin/login',
      type: JSON_TYPE,
      body: '{"__proto__":1}',
      is: 400,
    },
    {
      name: 'a field a thousand times',
      url: '/link',
      type: FORM,
      body: 'email=a&'.repeat(1_000),
      is: 400,
    },
    { name: 'depth', url: '/admin/login', type: JSON_TYPE, body: '['.repeat(9_000), is: 400 },
  ])('$name is refused with $is', async ({ url, type, body, is }) => {
    const { statusCode } = await house.server.inject({
      ...{ method: 'POST', url, remoteAddress: OUTSIDE, payload: body },
      headers: { ...THERE.headers, 'content-type': type },
    })
    expect(statusCode).toBe(is)
  })
})

test('below a path all of it stays there: links, forms, redirects, cookies, feeds, the queues', async () => {
  const { app, options } = house
  const base = '/news'
  const publicUrl = 'https://host.example/news'
  const server = await createServer({
    ...options,
    operations: [],
    deps: {
      ...app.deps,
      config: { ...app.deps.config, PUBLIC_URL: publicUrl },
      publicUrl: () => publicUrl,
      renderer: createRenderer(app.deps.templates.all, base),
    },
  })
  try {
    const browser = browse(server, OUTSIDE, 'host.example')
    const led = await browser.get('/news/admin')
    expect(led.headers.location).toBe('/news/admin/login?next=%2Fadmin')
    const signedIn = await browser.submit('/news/admin/login', '/news/admin/login', {
      ...{ user: 'admin', password: PASSWORD, next: '/admin/zone' },
    })
    expect(signedIn.headers.location).toBe('/news/admin/zone')
    const session = signedIn.cookies.find(({ name }) => name.endsWith('dose_session'))
    expect(session).toMatchObject({ name: '__Secure-dose_session', path: base, secure: true })
    for (const { name, path } of led.cookies) expect([name, path]).toEqual([name, '/news/admin'])

    const pages = ['/', '/archive', '/link', '/admin', '/admin/zone', '/admin/access']
    for (const page of [...pages, '/admin/audit', '/admin/account', '/admin/queues', '/outbox']) {
      const { statusCode, body } = await browser.get(base + page)
      expect([page, statusCode]).toEqual([page, 200])
      const links = [...body.matchAll(/\s(?:href|src|action|formaction)=["'](\/[^"']*)/g)]
      expect([
        page,
        links.map(([, url]) => url).filter((url) => !url?.startsWith('/news/')),
      ]).toEqual([page, []])
    }
    expect((await browser.get('/news/feed.xml')).body).toContain(`${publicUrl}/editions/`)
    expect((await browser.get('/archive')).statusCode).toBe(200) // a proxy that takes it off
    expect((await browser.get('/news/robots.txt')).body).toContain('Disallow: /news/admin')
  } finally {
    await server.close()
  }
})
