import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { doseOn } from '../commands/dose.ts'
import { CLIENT, startProvider } from '../support/provider.ts'
import { browse } from './browser.ts'
import { type House, openHouse, PASSWORD } from './house.ts'

const FRESH_FOLDER_MS = 60_000
const SITE = 'http://dose.example'

let house: House
let provider: Awaited<ReturnType<typeof startProvider>>
let dose: ReturnType<typeof doseOn>
beforeAll(async () => {
  provider = await startProvider(`${SITE}/admin/oidc/callback`)
  house = await openHouse({
    PUBLIC_URL: SITE,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_ROLES: 'groups=readers:viewer,groups=desk:editor,groups=ops:operator',
  })
  dose = doseOn(house.app)
}, FRESH_FOLDER_MS)
afterAll(async () => {
  await house?.close()
  await provider?.close()
})

let visitors = 0
const visitor = () => browse(house.server, `198.51.100.${++visitors}`)
type Visitor = ReturnType<typeof visitor>

/** As far as the way back from the provider, which is not taken yet. */
async function ask(browser: Visitor, name: string, next = '') {
  const sent = await browser.get(`/admin/oidc${next}`)
  const back = new URL(await provider.signIn(String(sent.headers.location), name))
  return `${back.pathname}${back.search}`
}

const enter = async (browser: Visitor, name: string, next = '') =>
  browser.get(await ask(browser, name, next))

const mayLook = async (browser: Visitor) => (await browser.get('/admin/runs')).statusCode === 200
const accounts = async () => (await dose('user list')).rows.map(({ name, role }) => [name, role])

test('a provider that is down spoils its own button only, until it is back', async () => {
  const anna = visitor()
  const failed = await anna.get('/admin/oidc')
  expect([failed.statusCode, failed.body]).toEqual([
    502,
    expect.stringContaining('cannot be asked'),
  ])
  expect((await visitor().signIn('admin', PASSWORD)).statusCode).toBe(303)
  provider.up()
  expect((await anna.get('/admin/oidc')).statusCode).toBe(303)
})

describe('signing in with a provider', () => {
  test('leads where one wanted to go, with the highest role of the groups', async () => {
    provider.groups.anna = ['readers', 'ops', 'choir']
    const anna = visitor()
    const login = await anna.get('/admin/login?next=/admin/runs')
    expect(login.body).toContain('href="/admin/oidc?next&#x3D;%2Fadmin%2Fruns"')
    const entered = await enter(anna, 'anna', '?next=/admin/runs')
    expect([entered.statusCode, entered.headers.location]).toEqual([303, '/admin/runs'])
    expect(await mayLook(anna)).toBe(true)
    expect(await accounts()).toContainEqual(['anna', 'operator'])
    const [noted] = await house.store.audit.list({ actor: 'anna', limit: 1 })
    const detail = { role: 'operator', issuer: provider.issuer, subject: 'anna' }
    expect(noted).toMatchObject({
      action: 'session start',
      address: `198.51.100.${visitors}`,
      detail,
    })
    expect((await anna.get('/admin/account')).body).toContain(`You sign in with ${provider.issuer}`)
  })

  test('asks with PKCE, a state and a nonce, and leads to no foreign page', async () => {
    const sent = await visitor().get('/admin/oidc?next=https://evil.example/')
    const asked = new URL(String(sent.headers.location)).searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      ...{
        response_type: 'code',
        code_challenge_method: 'S256',
        scope: 'openid profile email groups',
      },
      ...{ state: expect.stringMatching(/.{40}/), nonce: expect.stringMatching(/.{40}/) },
    })
    expect(String(sent.headers['set-cookie'])).toMatch(
      /dose_round=.*Max-Age=600.*HttpOnly.*SameSite=Lax/,
    )
    const entered = await enter(visitor(), 'anna', '?next=https://evil.example/')
    expect(entered.headers.location).toBe('/admin')
  })

  test('ends the session this browser had before', async () => {
    const [anna, thief] = [visitor(), visitor()]
    await anna.signIn('admin', PASSWORD)
    for (const [name, value] of anna.jar) thief.jar.set(name, value)
    expect(await mayLook(thief)).toBe(true)
    await enter(anna, 'anna')
    expect([await mayLook(anna), await mayLook(thief)]).toEqual([true, false])
  })

  test('takes the role from the groups each time, and another one ends sessions', async () => {
    provider.groups.bert = ['ops']
    const [here, there] = [visitor(), visitor()]
    await enter(here, 'bert')
    provider.groups.bert = ['readers']
    await enter(there, 'bert')
    expect([await mayLook(here), await mayLook(there)]).toEqual([false, true])
    expect(await accounts()).toContainEqual(['bert', 'viewer'])
  })

  test('takes over no account of that name', async () => {
    await dose('user add', { name: 'cora', role: 'viewer' })
    Object.assign(provider.groups, { cora: ['desk'], admin: ['desk'] })
    await enter(visitor(), 'cora')
    await enter(visitor(), 'admin')
    const all = await accounts()
    expect(all).toContainEqual(['cora', 'viewer'])
    expect(all).toContainEqual(['admin', 'admin'])
    expect(all).toContainEqual([expect.stringMatching(/^cora-[0-9a-f]{8}$/), 'editor'])
    expect(all).toContainEqual([expect.stringMatching(/^admin-[0-9a-f]{8}$/), 'editor'])
  })

  test('leaves role and password to the provider', async () => {
    await expect(dose('user set', { name: 'anna', role: 'admin' })).rejects.toThrow(/OIDC_ROLES/)
    await expect(dose('user reset', { name: 'anna' })).rejects.toThrow(/keeps the password/)
    expect((await visitor().signIn('anna', '')).statusCode).toBe(401)
  })
})

describe('nobody is let in', () => {
  test('whose groups have no role; the page says what to ask for', async () => {
    const dora = visitor()
    const refused = await enter(dora, 'dora')
    expect([refused.statusCode, refused.body]).toEqual([403, expect.stringContaining('OIDC_ROLES')])
    expect(refused.body).toContain('knows you as dora')
    const [noted] = await house.store.audit.list({ action: 'session refuse', limit: 1 })
    expect(noted).toMatchObject({ object: 'provider', detail: { kind: 'unmatched', name: 'dora' } })
    expect(await mayLook(dora)).toBe(false)
    expect((await accounts()).map(([name]) => name)).not.toContain('dora')
  })

  test('whose groups had one: what was open is closed', async () => {
    provider.groups.emil = ['ops']
    const [emil, again] = [visitor(), visitor()]
    await enter(emil, 'emil')
    expect(await mayLook(emil)).toBe(true)
    provider.groups.emil = []
    expect((await enter(again, 'emil')).statusCode).toBe(403)
    expect(await mayLook(emil)).toBe(false)
  })

  test('with a state of another browser, or none', async () => {
    const [anna, thief] = [visitor(), visitor()]
    const back = await ask(anna, 'anna')
    expect((await visitor().get(back)).statusCode).toBe(400)
    await thief.get('/admin/oidc')
    const forged = await thief.get(back)
    expect([forged.statusCode, forged.body]).toEqual([
      400,
      expect.stringContaining('another browser'),
    ])
    expect(await mayLook(thief)).toBe(false)
    expect((await anna.get('/admin/oidc/callback')).statusCode).toBe(400)
  })

  test('with an answer that was used, even where the cookie is brought back', async () => {
    const anna = visitor()
    const back = await ask(anna, 'anna')
    const kept = anna.jar.get('dose_round') ?? ''
    expect((await anna.get(back)).statusCode).toBe(303)
    expect((await anna.get(back)).statusCode).toBe(400)
    const thief = visitor()
    thief.jar.set('dose_round', kept)
    expect((await thief.get(back)).statusCode).toBe(400)
    expect(await mayLook(thief)).toBe(false)
  })

  test('with a cookie that somebody changed', async () => {
    const anna = visitor()
    const back = await ask(anna, 'anna')
    const kept = anna.jar.get('dose_round') ?? ''
    anna.jar.set('dose_round', kept.replace('"next":"/admin"', '"next":"/outbox"'))
    expect((await anna.get(back)).statusCode).toBe(400)
  })

  test('where the provider says no', async () => {
    const anna = visitor()
    const sent = new URL(String((await anna.get('/admin/oidc')).headers.location))
    const answer = {
      error: 'access_denied',
      state: sent.searchParams.get('state') ?? '',
      iss: provider.issuer,
    }
    const refused = await anna.get(`/admin/oidc/callback?${new URLSearchParams(answer)}`)
    expect([refused.statusCode, refused.body]).toEqual([
      403,
      expect.stringContaining('did not let you in'),
    ])
  })
})
