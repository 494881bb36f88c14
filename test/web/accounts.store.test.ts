import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { USER_ROLES } from '../../src/model.ts'
import { doseOn } from '../commands/dose.ts'
import { browse } from './browser.ts'
import { type House, openHouse } from './house.ts'

const FRESH_FOLDER_MS = 60_000
const LONG = 'four grey herons by the weir'

let house: House
let dose: ReturnType<typeof doseOn>
beforeAll(async () => {
  house = await openHouse()
  dose = doseOn(house.app)
}, FRESH_FOLDER_MS)
afterAll(() => house?.close())

let visitors = 0
const visitor = () => browse(house.server, `198.51.100.${++visitors}`)
const pathOf = (link: unknown) => new URL(String(link)).pathname

/** An account whose owner has chosen a password, and a browser signed in with it. */
async function enter(name: string, role = 'viewer') {
  const { rows } = await dose('user add', { name, role })
  const link = pathOf(rows[0]?.link)
  const browser = visitor()
  await browser.submit(link, link, { password: LONG, again: LONG })
  return browser
}

const mayLook = async (browser: ReturnType<typeof visitor>) =>
  (await browser.get('/admin/runs')).statusCode === 200

describe('accounts', () => {
  test('begin with a link that works once', async () => {
    const { rows, shown } = await dose('user add', { name: 'Anna', role: 'editor' })
    expect(shown[0]).toContain('anna (editor) chooses a password here')
    const link = pathOf(rows[0]?.link)
    const anna = visitor()
    expect((await anna.get(link)).body).toContain('Welcome, anna')
    const short = await anna.submit(link, link, { password: 'tea', again: 'tea' })
    expect([short.statusCode, short.body]).toEqual([400, expect.stringContaining('too short')])
    const differ = await anna.submit(link, link, { password: LONG, again: `${LONG}!` })
    expect(differ.body).toContain('differ')
    const chosen = await anna.submit(link, link, { password: LONG, again: LONG })
    expect([chosen.statusCode, chosen.headers.location]).toEqual([303, '/admin'])
    expect(await mayLook(anna)).toBe(true)
    expect((await visitor().get(link)).statusCode).toBe(404)
    const again = visitor()
    expect((await again.signIn('ANNA', LONG)).statusCode).toBe(303)
    const [signedIn] = await house.store.audit.list({ actor: 'anna', limit: 1 })
    expect(signedIn).toMatchObject({ action: 'session start', address: `198.51.100.${visitors}` })
    expect(await mayLook(again)).toBe(true)
  })

  test('a name that is taken, or is none, is refused', async () => {
    await expect(dose('user add', { name: 'admin' })).rejects.toThrow(/USAGE user admin is there/)
    await expect(dose('user add', { name: '<b>x' })).rejects.toThrow(/letters, digits/)
    await expect(dose('user set', { name: 'nobody', role: 'admin' })).rejects.toThrow(/NOT_FOUND/)
  })

  test('a new role ends the sessions, and a removed account is gone', async () => {
    const bert = await enter('bert')
    await dose('user set', { name: 'bert', role: 'operator' })
    expect(await mayLook(bert)).toBe(false)
    await bert.signIn('bert', LONG)
    expect(await mayLook(bert)).toBe(true)
    await dose('user remove', { name: 'bert' })
    expect(await mayLook(bert)).toBe(false)
    expect((await bert.signIn('bert', LONG)).statusCode).toBe(401)
  })

  test('a reset takes the password away and makes a new link', async () => {
    const cora = await enter('cora')
    const { rows } = await dose('user reset', { name: 'cora' })
    expect(await mayLook(cora)).toBe(false)
    expect((await cora.signIn('cora', LONG)).statusCode).toBe(401)
    const link = pathOf(rows[0]?.link)
    const other = 'a kettle, a boat, some rope'
    await cora.submit(link, link, { password: other, again: other })
    expect(await mayLook(cora)).toBe(true)
  })

  test('sessions are listed and can be ended', async () => {
    const dora = await enter('dora')
    const list = (await dose('session list')).rows.filter(({ name }) => name === 'dora')
    expect(list).toEqual([expect.objectContaining({ address: `198.51.100.${visitors}` })])
    await dose('session end', { id: list[0]?.id })
    expect(await mayLook(dora)).toBe(false)
  })

  test('what is listed holds no secret', async () => {
    const lists = await Promise.all(
      ['user list', 'session list', 'token list'].map((one) => dose(one)),
    )
    expect(JSON.stringify(lists)).not.toMatch(/scrypt|password|secret|"hash"/)
  })
})

describe('tokens', () => {
  const call = (token: unknown, path: string) =>
    house.server.inject({
      ...{ method: 'POST' as const, url: path, remoteAddress: '198.51.100.200', payload: {} },
      headers: { host: 'dose.example', authorization: `Bearer ${token}` },
    })
  const make = async (input: object) => (await dose('token add', input)).rows[0]?.token

  test.each(USER_ROLES)('of the role %s may do what the role may', async (role) => {
    const token = await make({ name: `as ${role}`, role })
    const may = USER_ROLES.indexOf(role) >= USER_ROLES.indexOf('operator')
    expect((await call(token, '/api/echo/lose')).statusCode).toBe(may ? 404 : 403)
    expect((await call(token, '/api/echo/say')).statusCode).toBe(400) // no word was given
  })

  test('is told once, known by what it was last used for, and worthless when removed', async () => {
    const token = await make({ name: 'figures' })
    expect(token).toMatch(/^dose_[\w-]{43}$/)
    await expect(make({ name: 'figures' })).rejects.toThrow(/USAGE token figures is there/)
    const metrics = () =>
      house.server.inject({
        ...{ url: '/metrics', remoteAddress: '198.51.100.201' },
        headers: { host: 'dose.example', authorization: `Bearer ${token}` },
      })
    expect((await metrics()).statusCode).toBe(200)
    const row = (await dose('token list')).rows.find(({ name }) => name === 'figures')
    expect(row).toMatchObject({ role: 'viewer', nouns: null, usedAt: expect.any(String) })
    await dose('token remove', { name: 'figures' })
    expect((await metrics()).statusCode).toBe(401)
  })

  test('is not made for nouns that no command has', async () => {
    await expect(make({ name: 'typo', nouns: 'source,stroy' })).rejects.toThrow(
      /USAGE --nouns: no such noun: stroy; there are .*story/,
    )
    expect(await make({ name: 'right', nouns: 'source, backup' })).toMatch(/^dose_/)
  })

  test('that has ended lets nobody in', async () => {
    const token = await make({ name: 'for a day', role: 'admin', days: 1 })
    const { db, tokens } = house.store
    expect((await call(token, '/api/echo/lose')).statusCode).toBe(404)
    await db.updateTable('api_token').set({ ends_at: '2026-01-01T00:00:00.000Z' }).execute()
    expect((await call(token, '/api/echo/lose')).statusCode).toBe(401)
    for (const { name } of await tokens.list()) await tokens.remove(name)
  })
})

test('the audit log tells who did what, page by page, and never a secret', async () => {
  await enter('eve')
  await dose('user set', { name: 'eve', role: 'editor' })
  const { rows } = await dose('audit list', { object: 'eve' })
  expect(rows.map(({ action, actor, address }) => [action, actor, address])).toEqual([
    ['user set', 'command line', null],
    ['user welcome', 'eve', `198.51.100.${visitors}`],
    ['user add', 'command line', null],
  ])
  expect(rows[0]?.detail).toMatchObject({
    changed: { role: { from: 'viewer', to: 'editor' } },
    undo: { name: 'user set', input: { name: 'eve', role: 'viewer' } },
  })
  const [first] = (await dose('audit list', { object: 'eve', limit: 1 })).rows
  const rest = await dose('audit list', { object: 'eve', after: first?.id, action: 'user' })
  expect(rest.rows.map(({ action }) => action)).toEqual(['user welcome', 'user add'])
  expect((await dose('audit list', { since: '2100-01-01T00:00:00Z' })).rows).toEqual([])
  const all = JSON.stringify((await dose('audit list', { limit: 1000 })).rows)
  expect(all).not.toMatch(/dose_[\w-]{43}|welcome\/|herons/)
})

test('what a command names as its way back takes the change back', async () => {
  const { store, app, addDigest } = house
  const url = 'https://paper.example/feed.xml'
  const source = { kind: 'feed', url, name: 'Paper', topics: [], intervalSeconds: 3_600 } as const
  const { id } = await store.sources.add(source, app.deps.clock.now())
  await addDigest('Noon')
  const before = [await store.sources.get(id), (await store.digests.find('Noon'))?.open]
  await dose('source set', { target: id, name: 'Gazette', topics: 'science', authority: 80 })
  await dose('source set', { target: id, interval: '2h', state: 'paused' })
  await dose('digest open', { name: 'Noon' })
  for (const { detail } of (await dose('audit list', { limit: 3 })).rows) {
    const { undo } = detail as { undo: { name: string; input: object } }
    await dose(undo.name, undo.input)
  }
  const after = [await store.sources.get(id), (await store.digests.find('Noon'))?.open]
  const told = (source: unknown) => {
    const { name, topics, authority, interval_fixed, state } = source as Record<string, unknown>
    return { name, topics, authority, interval_fixed, state }
  }
  expect([told(after[0]), after[1]]).toEqual([told(before[0]), before[1]])
})

test('the audit log counts failed sign-ins by place and means, and tells no name', async () => {
  const { server, store } = house
  const guesser = visitor()
  const from = `198.51.100.${visitors}`
  for (const name of ['admin', 'nobody']) await guesser.signIn(name, 'a guess')
  const headers = { host: 'dose.example', authorization: 'Bearer a guess' }
  await server.inject({ url: '/metrics', remoteAddress: from, headers })
  const { rows } = await dose('audit list', { action: 'session refuse' })
  const here = rows.filter(({ address }) => address === from)
  expect(here.map(({ actor, object, detail }) => [actor, object, detail])).toEqual([
    ['somebody', 'token', { tries: 1, last: expect.any(String) }],
    ['somebody', 'password', { tries: 2, last: expect.any(String) }],
  ])
  const changed = await store.audit.newest()
  const now = '2030-01-01T00:00:00.000Z'
  const entry = { at: now, actor: 'somebody', action: 'session refuse', object: 'x', detail: '{}' }
  const crowd = Array.from({ length: 100 }, (_, n) => ({ ...entry, id: `f${n}` }))
  await store.db.insertInto('audit_entry').values(crowd).execute()
  for (const net of ['a', 'b']) await store.audit.refuse('password', net, {}, now)
  const flood = await dose('audit list', { action: 'session refuse', since: now, limit: 1000 })
  expect(flood.rows).toHaveLength(101)
  expect(flood.rows.find(({ object }) => object === 'password')?.detail).toMatchObject({ tries: 2 })
  expect(await store.audit.newest()).toBe(changed) // what editors decided is as it was
})
