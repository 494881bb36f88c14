import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { USER_ROLES, type UserRole } from '../../src/model.ts'
import { hashKey } from '../../src/store/keys.ts'
import { createServer } from '../../src/web/server.ts'
import { setup } from '../support/setup.ts'
import { HERE, type House, OUTSIDE, openHouse, PASSWORD, THERE } from './house.ts'

const FRESH_FOLDER_MS = 60_000
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const OTHERS = ['stranger', 'here'] as const
const TOKENS = USER_ROLES.map((role) => `${role} token` as const)
/** Everybody who may ask: with a session or a token of each role, or with nothing. */
const VISITORS = [...OTHERS, ...USER_ROLES, ...TOKENS]
type Visitor = (typeof VISITORS)[number]

/** Whom a door lets in: those named, and whoever has a higher role. */
type Door =
  | 'everybody'
  | UserRole
  | `${UserRole} token`
  | 'here or operator'
  | 'here or viewer token'

/** Who gets past the door of each route; a route that is not listed here fails the test. */
const EVERYBODY = 'everybody'
const DOORS: Readonly<Record<string, Door>> = {
  'get /': EVERYBODY,
  'get /archive': EVERYBODY,
  'get /feed.json': EVERYBODY,
  'get /feed.xml': EVERYBODY,
  'get /rss.xml': EVERYBODY,
  'get /d/{name}/': EVERYBODY,
  'get /d/{name}/archive': EVERYBODY,
  'get /d/{name}/feed.json': EVERYBODY,
  'get /d/{name}/feed.xml': EVERYBODY,
  'get /d/{name}/rss.xml': EVERYBODY,
  'get /d/{name}/brand.css': EVERYBODY,
  'get /d/{name}/logo': EVERYBODY,
  'get /editions/{id}': EVERYBODY,
  'get /editions/{id}.md': EVERYBODY,
  'get /i/{signature}/{encoded}': EVERYBODY,
  'get /search': EVERYBODY,
  'get /d/{name}/search': EVERYBODY,
  'get /topics/{topic}': EVERYBODY,
  'get /stories/{id}': EVERYBODY,
  'get /u/{token}': EVERYBODY,
  'post /u/{token}': EVERYBODY,
  'get /subscribe': EVERYBODY,
  'post /subscribe': EVERYBODY,
  'get /d/{name}/subscribe': EVERYBODY,
  'post /d/{name}/subscribe': EVERYBODY,
  'get /confirm/{token}': EVERYBODY,
  'post /confirm/{token}': EVERYBODY,
  'get /link': EVERYBODY,
  'post /link': EVERYBODY,
  'get /p/{token}': EVERYBODY,
  'post /p/{token}': EVERYBODY,
  'post /p/{token}/link': EVERYBODY,
  'get /me/{token}': EVERYBODY,
  'post /me/{token}': EVERYBODY,
  'post /me/{token}/move': EVERYBODY,
  'get /me/{token}/data.json': EVERYBODY,
  'post /me/{token}/leave': EVERYBODY,
  'post /me/{token}/forget': EVERYBODY,
  'get /move/{token}': EVERYBODY,
  'post /move/{token}': EVERYBODY,
  'get /c/{token}': EVERYBODY,
  'get /l/{token}': EVERYBODY,
  'post /l/{token}': EVERYBODY,
  'post /l/{token}/mute': EVERYBODY,
  'get /v/{token}': EVERYBODY,
  'get /outbox': 'here or operator',
  'get /outbox/{editionId}/{deliveryId}': 'here or operator',
  'get /outbox/{editionId}/{deliveryId}/html': 'here or operator',
  'get /outbox/{editionId}/{deliveryId}/raw': 'here or operator',
  'get /admin': 'viewer',
  'get /admin/login': EVERYBODY,
  'post /admin/login': EVERYBODY,
  'get /admin/oidc': EVERYBODY,
  'get /admin/oidc/callback': EVERYBODY,
  'get /admin/welcome/{key}': EVERYBODY,
  'post /admin/welcome/{key}': EVERYBODY,
  'post /admin/logout': 'viewer',
  'get /admin/audit': 'viewer',
  'get /admin/audit/{id}': 'viewer',
  'get /admin/access': 'admin',
  'get /admin/access/sessions': 'admin',
  'get /admin/access/tokens': 'admin',
  'get /admin/account': 'viewer',
  'get /admin/account/codes': 'viewer',
  'post /admin/account/password': 'viewer',
  'post /admin/account/codes': 'viewer',
  'post /admin/account/codes/start': 'viewer',
  'post /admin/account/codes/end': 'viewer',
  'post /admin/account/sessions/end': 'viewer',
  'get /admin/runs': 'viewer',
  'get /admin/stories': 'viewer',
  'get /admin/stories/{id}': 'viewer',
  'get /admin/editions': 'viewer',
  'get /admin/editions/{id}': 'viewer',
  'get /admin/editions/next/{id}': 'viewer',
  'get /admin/editions/next/{id}/changes': 'viewer',
  'get /admin/editions/next/{id}/mail': 'viewer',
  'get /admin/replays': 'viewer',
  'get /admin/replays/{id}': 'viewer',
  'get /admin/readers': 'viewer',
  'get /admin/deliveries': 'viewer',
  'get /admin/deliveries/why': 'viewer',
  'get /admin/xray': 'viewer',
  'get /admin/alerts': 'viewer',
  'get /admin/house': 'viewer',
  'get /admin/schedules': 'viewer',
  'get /admin/sources': 'viewer',
  'get /admin/sources/feeds.opml': 'viewer',
  'get /admin/sources/{id}': 'viewer',
  'get /admin/runs/list': 'viewer',
  'get /admin/runs/stage/{stage}': 'viewer',
  'get /admin/runs/run/{stage}/{row}/{version}': 'viewer',
  'get /admin/runs/way/{id}': 'viewer',
  'get /admin/zone': 'viewer',
  'post /admin/zone': 'viewer',
  'get /admin/live': 'viewer',
  'get /admin/assets/{file}': 'viewer',
  'post /admin/do/{noun}/{verb}': 'viewer',
  'get /healthz': EVERYBODY,
  'get /metrics': 'here or viewer token',
  'get /openapi.json': EVERYBODY,
  'get /robots.txt': EVERYBODY,
  'get /favicon.ico': EVERYBODY,
  'get /websub/{source}/{key}': EVERYBODY,
  'post /websub/{source}/{key}': EVERYBODY,
  'post /api/articles': 'operator token',
  'post /api/bounces': 'operator token',
  'post /api/echo/say': 'viewer token',
  'post /api/echo/lose': 'operator token',
  'post /api/echo/break': 'operator token',
}

/** Of the queue dashboard, which brings its own routes. */
const BOARD = [
  { method: 'GET', url: '/admin/queues' },
  { method: 'GET', url: '/admin/queues/' },
  { method: 'GET', url: '/admin/queues/queue/fetch' },
  { method: 'GET', url: '/admin/queues/api/queues' },
  { method: 'GET', url: '/admin/queues/static/favicon.ico' },
  { method: 'PUT', url: '/admin/queues/api/queues/fetch/pause' },
  { method: 'GET', url: '/admin/nothing' },
] as const

/** Does the door open to this visitor? */
function isOpen(door: Door, visitor: Visitor): boolean {
  if (door === 'everybody') return true
  if (visitor === 'here') return door.startsWith('here')
  const [role, ...token] = door.replace('here or ', '').split(' ')
  const [own, ...ownToken] = visitor.split(' ')
  return (
    token.length === ownToken.length &&
    USER_ROLES.includes(own as UserRole) &&
    USER_ROLES.indexOf(own as UserRole) >= USER_ROLES.indexOf(role as UserRole)
  )
}

let house: House
beforeAll(async () => {
  house = await openHouse()
}, FRESH_FOLDER_MS)
afterAll(() => house?.close())

/** What each brings along. */
const brings: Partial<Record<Visitor, Record<string, string>>> = {}
beforeAll(async () => {
  const { accounts, sessions, tokens } = house.store
  const now = house.app.deps.clock.now()
  for (const role of USER_ROLES) {
    const name = `the ${role}`
    await accounts.add(name, role, now)
    const { id = '' } = (await accounts.find(name)) ?? {}
    await sessions.start(id, { hash: hashKey(role), address: OUTSIDE, agent: '' }, now)
    brings[role] = { cookie: `dose_session=${role}` }
    await tokens.add(hashKey(`${role}-token`), { name, role, nouns: null, endsAt: null }, now)
    brings[`${role} token`] = { authorization: `Bearer ${role}-token` }
  }
})

const ask = (visitor: Visitor, method: string, url: string, headers: Record<string, string> = {}) =>
  house.server.inject({
    method: method as 'GET',
    url,
    remoteAddress: visitor === 'here' ? HERE.remoteAddress : OUTSIDE,
    headers: { ...(visitor === 'here' ? HERE : THERE).headers, ...brings[visitor], ...headers },
  })

describe('doors', () => {
  test('every route is listed', async () => {
    const document = (await ask('stranger', 'GET', '/openapi.json')).json()
    const routes = Object.entries(document.paths as Record<string, object>).flatMap(
      ([path, ways]) => Object.keys(ways).map((method) => `${method} ${path}`),
    )
    expect(routes.toSorted()).toEqual(Object.keys(DOORS).toSorted())
  })

  /**
   * Where anybody may come, it is enough that a stranger may. Who is let in does not depend on where
   * the rows are: everybody knocks in one set-up, the first who may and the last who may not in all.
   */
  function visitorsAt(door: Door): readonly Visitor[] {
    if (door === 'everybody') return ['stranger']
    if (setup === 'redis') return VISITORS
    const first = VISITORS.findIndex((visitor) => isOpen(door, visitor))
    return VISITORS.slice(Math.max(0, first - 1), first + 1)
  }

  async function admits(visitor: Visitor, method: string, url: string): Promise<boolean> {
    const { statusCode, headers, body } = await ask(visitor, method, url)
    const refused = statusCode === 403 && JSON.parse(body).error.code === 'role'
    const led = headers.location?.toString().startsWith('/admin/login') ?? false
    return !(statusCode === 401 || refused || led)
  }

  test.each(Object.entries(DOORS))('%s opens to %s', async (route, door) => {
    const [method = '', path = ''] = route.split(' ')
    const url = path.replace(/\{\w+\}/g, 'x')
    for (const visitor of visitorsAt(door))
      expect([visitor, await admits(visitor, method.toUpperCase(), url)]).toEqual([
        visitor,
        isOpen(door, visitor),
      ])
  })

  test.each(BOARD)('$method $url opens to viewers, or operators where it changes', async (way) => {
    const door = way.method === 'GET' ? 'viewer' : 'operator'
    for (const visitor of visitorsAt(door))
      expect([visitor, await admits(visitor, way.method, way.url)]).toEqual([
        visitor,
        isOpen(door, visitor),
      ])
  })

  test('the raw queues are there in each set-up, and what is changed in them is audited', async () => {
    const { queues, store, clock } = house.app.deps
    await queues.add('letter', [{ id: 'raw', version: 1, trace: 't' }])
    const url = '/admin/queues/api/queues'
    const { queues: shown } = (await ask('viewer', 'GET', `${url}?activeQueue=letter`)).json()
    expect(shown.find(({ name }: { name: string }) => name === 'letter')).toMatchObject({
      counts: { waiting: 1 },
      jobs: [{ id: 'letter-raw-1', data: { id: 'raw' } }],
    })
    const emptied = await ask('operator', 'PUT', `${url}/letter/letter-raw-1/clean`)
    expect(emptied.statusCode).toBeLessThan(300)
    expect(await queues.counts('letter')).toMatchObject({ waiting: 0 })
    const [noted] = await store.audit.list({ action: 'queue raw', limit: 1 })
    expect(noted).toMatchObject({ actor: 'the operator', address: OUTSIDE })
    expect(noted?.object).toBe('/api/queues/letter/letter-raw-1/clean')
    expect(noted?.at.slice(0, 10)).toBe(clock.now().slice(0, 10))
  })

  const FOR_SOME = [
    { noun: 'article', method: 'POST', url: '/api/articles' },
    { noun: 'delivery', method: 'POST', url: '/api/bounces' },
    { noun: 'house', method: 'GET', url: '/metrics' },
  ]
  test.each(FOR_SOME)('a token for some nouns opens $url where $noun is one', async (way) => {
    const { tokens } = house.store
    const now = house.app.deps.clock.now()
    for (const noun of [way.noun, 'backup']) {
      const name = `${way.noun}-for-${noun}`
      await tokens.add(hashKey(name), { name, role: 'operator', nouns: [noun], endsAt: null }, now)
      const headers = { authorization: `Bearer ${name}` }
      const { statusCode } = await ask('stranger', way.method, way.url, headers)
      expect([noun, statusCode === 403]).toEqual([noun, noun === 'backup'])
    }
  })

  const DISGUISES = [
    { name: 'through a proxy that is not trusted', headers: { 'x-forwarded-for': '198.51.100.1' } },
    { name: 'through one that tells less', headers: { 'x-forwarded-host': 'dose.example' } },
    { name: 'under a name that another site points here', headers: { host: 'evil.example' } },
  ]
  test.each(DISGUISES)('$name, this machine is not this machine', async ({ headers }) => {
    expect((await ask('here', 'GET', '/outbox', headers)).statusCode).toBe(401)
    expect((await ask('here', 'GET', '/metrics', headers)).statusCode).toBe(401)
  })

  test('nor is it through a proxy that tells nothing and speaks as nginx does', async () => {
    const url = new URL(await house.server.listen({ host: '127.0.0.1', port: 0 }))
    const answerTo = async (version: string) => {
      const socket = connect(Number(url.port), url.hostname)
      socket.write(`GET /outbox HTTP/${version}\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`)
      return (await text(socket)).split(' ', 2)[1]
    }
    expect([await answerTo('1.0'), await answerTo('1.1')]).toEqual(['401', '200'])
  })

  test('people are led to the login, scripts are told', async () => {
    const led = await ask('stranger', 'GET', '/admin/runs?a=1', { accept: 'text/html' })
    expect([led.statusCode, led.headers.location]).toEqual([
      303,
      '/admin/login?next=%2Fadmin%2Fruns%3Fa%3D1',
    ])
    const told = await ask('stranger', 'GET', '/admin/runs')
    expect([told.statusCode, told.headers['www-authenticate']]).toEqual([
      401,
      'Basic realm="Daily Dose"',
    ])
  })
})

describe('signing in', () => {
  type Form = { token: string; cookie: string }
  const openForm = async (next = ''): Promise<Form> => {
    const { body, cookies } = await ask(
      'stranger',
      'GET',
      `/admin/login?next=${encodeURIComponent(next)}`,
    )
    const cookie = cookies
      .map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
      .join('; ')
    return { token: /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '', cookie }
  }
  const submit = ({ token, cookie }: Form, fields: Record<string, string>, from = OUTSIDE) =>
    house.server.inject({
      method: 'POST',
      url: '/admin/login',
      remoteAddress: from,
      headers: {
        host: 'dose.example',
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams({ user: 'admin', token, ...fields }).toString(),
    })
  const sessionOf = (response: Awaited<ReturnType<typeof submit>>) =>
    response.cookies.find(({ name }) => name === 'dose_session')

  test('the right password opens the dashboard, with a new session each time', async () => {
    const answers = []
    for (let n = 0; n < 2; n++)
      answers.push(await submit(await openForm(), { password: PASSWORD, next: '/admin/runs' }))
    const [first, second] = answers.map(sessionOf)
    expect(answers[0]?.headers.location).toBe('/admin/runs')
    expect(first).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    expect(first?.value).not.toBe(second?.value)
    const cookie = `dose_session=${encodeURIComponent(first?.value ?? '')}`
    const page = await ask('stranger', 'GET', '/admin/runs', { cookie })
    expect(page.statusCode).toBe(200)
    for (const stage of ['fetch', 'cluster', 'deliver'])
      expect(page.body).toContain(`>${stage}</a>`)
    const changed = cookie.replace(/dose_session=./, (start) =>
      start.endsWith('9') ? 'dose_session=8' : 'dose_session=9',
    )
    expect((await ask('stranger', 'GET', '/admin/runs', { cookie: changed })).statusCode).toBe(401)
  })

  const ELSEWHERE = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/admin/../..//evil.example\n',
    '/d/x/',
  ]
  test.each(ELSEWHERE)('a login does not lead to %j', async (next) => {
    const { headers } = await submit(await openForm(next), { password: PASSWORD, next })
    expect(headers.location).toBe('/admin')
  })

  test('the form of another site signs nobody in', async () => {
    const form = await openForm()
    for (const forged of [
      { ...form, token: 'x' },
      { ...form, cookie: '' },
      { token: '', cookie: '' },
    ]) {
      const answer = await submit(forged, { password: PASSWORD })
      expect([answer.statusCode, sessionOf(answer)]).toEqual([403, undefined])
    }
  })

  test('a name that no row can hold is nobody’s', async () => {
    expect((await submit(await openForm(), { user: 'a\0b', password: 'x' })).statusCode).toBe(401)
  })

  test('signing out ends the session', async () => {
    const session = sessionOf(await submit(await openForm(), { password: PASSWORD }))
    const signedIn = `dose_session=${encodeURIComponent(session?.value ?? '')}`
    const page = await ask('stranger', 'GET', '/admin/runs', { cookie: signedIn })
    const token = /name="token" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const form = page.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
    const headers = {
      cookie: [signedIn, ...form].join('; '),
      'content-type': 'application/x-www-form-urlencoded',
    }
    const send = (body: string) =>
      house.server.inject({
        method: 'POST',
        url: '/admin/logout',
        ...THERE,
        headers: { ...THERE.headers, ...headers },
        payload: body,
      })
    expect((await send('')).statusCode).toBe(403)
    const out = await send(`token=${encodeURIComponent(token)}`)
    expect(out.cookies.find(({ name }) => name === 'dose_session')?.value).toBe('')
  })

  test('another site’s page changes nothing with a password the browser remembers', async () => {
    const pause = '/admin/queues/api/queues/fetch/pause'
    expect((await ask('admin', 'PUT', pause, { origin: 'https://evil.example' })).statusCode).toBe(
      403,
    )
    expect((await ask('admin', 'PUT', pause, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(
      403,
    )
    expect((await ask('admin', 'PUT', pause, { 'sec-fetch-site': 'same-origin' })).statusCode).toBe(
      200,
    )
    await ask('admin', 'PUT', pause.replace('pause', 'resume'))
  })

  const WAYS = [
    {
      way: 'form',
      from: '198.51.100.7',
      guess: async () => submit(await openForm(), { password: 'wrong' }, '198.51.100.7'),
    },
    {
      way: 'Basic',
      from: '198.51.100.8',
      guess: () => asFrom('198.51.100.8', '/admin', basic('admin', 'wrong')),
    },
    {
      way: 'token',
      from: '198.51.100.9',
      guess: () => asFrom('198.51.100.9', '/metrics', 'Bearer wrong'),
    },
    {
      way: 'one household',
      from: '2001:db8::7',
      guess: (n: number) => asFrom(`2001:db8::${n}`, '/admin', basic('admin', 'x')),
    },
  ]
  const asFrom = (remoteAddress: string, url: string, authorization: string) =>
    house.server.inject({ url, remoteAddress, headers: { host: 'dose.example', authorization } })

  test.each(WAYS)(
    'guessing by $way is stopped, also when the guess is right',
    async ({ guess, from }) => {
      const statuses = []
      for (let n = 1; n <= 12; n++) statuses.push((await guess(n)).statusCode)
      expect(statuses.slice(0, 9)).toEqual(Array(9).fill(401))
      expect(statuses.slice(10)).toEqual([429, 429])
      expect((await asFrom(from, '/admin/runs', basic('admin', PASSWORD))).statusCode).toBe(429)
      expect((await asFrom('192.0.2.1', '/admin/runs', basic('admin', PASSWORD))).statusCode).toBe(
        200,
      )
    },
  )
})

describe('behind a proxy that is trusted', () => {
  test(
    'its word counts: addresses, where they are some, and cookies for https only',
    async () => {
      const trusting = await openHouse({
        TRUST_PROXY: '192.0.2.0/24',
        PUBLIC_URL: 'https://dose.example',
      })
      try {
        const { cookies, headers } = await trusting.server.inject({
          url: '/admin/login',
          remoteAddress: '192.0.2.5',
          headers: {
            host: 'dose.example',
            'x-forwarded-proto': 'https',
            'x-forwarded-for': '127.0.0.1',
          },
        })
        expect(cookies[0]).toMatchObject({ secure: true, httpOnly: true })
        expect(headers['strict-transport-security']).toBe('max-age=15552000')
        for (const said of ['198.51.100.1', `${'x'.repeat(4_000)}`, '198.51.100.1:443'])
          await trusting.server.inject({
            ...{ url: '/metrics', remoteAddress: '192.0.2.5' },
            headers: { authorization: 'Bearer wrong', 'x-forwarded-for': said },
          })
        const failed = await trusting.store.audit.list({ action: 'session refuse', limit: 9 })
        expect(failed.map(({ address, detail }) => [address, detail.tries]).toSorted()).toEqual([
          ['198.51.100.1', 1],
          ['unknown', 2],
        ])
      } finally {
        await trusting.close()
      }
    },
    FRESH_FOLDER_MS,
  )

  test('a setting that names no address is refused', async () => {
    const faulty = {
      ...house.app.deps,
      config: { ...house.app.deps.config, TRUST_PROXY: ['nginx'] },
    }
    await expect(createServer({ ...house.options, deps: faulty, operations: [] })).rejects.toThrow(
      /CONFIG_INVALID TRUST_PROXY: nginx/,
    )
  })
})

test('a failure tells its number, not its stack', async () => {
  const { db } = house.store
  const broken = {
    ...house.app.deps,
    store: {
      ...house.store,
      db,
      digests: { ...house.store.digests, list: () => Promise.reject(new Error('secret place')) },
    },
  }
  const server = await createServer({ ...house.options, deps: broken, operations: [] })
  const { statusCode, body } = await server.inject({ url: '/', ...THERE })
  expect(statusCode).toBe(500)
  expect(body).toMatch(/"request":"req-/)
  expect(body).not.toMatch(/secret place|\.ts:/)
  await server.close()
})
