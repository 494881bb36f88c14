import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../support/setup.ts'
import { doseOn } from '../dose.ts'
import { dose } from './dose.ts'

const TARGET = 'https://kelpwire.example/feed.xml'
const PASSWORD = 'walrus-on-the-ice'

let app: TestApp
let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'dose-set-'))
  app = await openTestApp()
  await dose(app, 'source add', { target: TARGET, name: 'Kelp', noCheck: true })
})
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true })
  await app?.close()
})

const stored = async () => {
  const source = await app.deps.store.sources.find(TARGET)
  if (!source) throw new Error('not stored')
  return source
}
const access = async () => app.deps.store.access.of(await stored())
const set = (input: object) => dose(app, 'source set', { target: 'Kelp', ...input })

describe('source set', () => {
  test('changes what it is told and prints it; the second time nothing', async () => {
    const change = { topics: 'Chips', authority: '80', interval: '2h' }
    const { rows, shown } = await set(change)
    expect(rows[0]?.changed).toEqual({
      topics: { from: [], to: ['Chips'] },
      authority: { from: 50, to: 80 },
      interval: { from: 'auto', to: 7_200 },
    })
    expect(shown).toContain('authority: 50 → 80')
    expect(await stored()).toMatchObject({ topics: ['Chips'], interval_seconds: 7_200 })
    expect((await set(change)).rows[0]?.changed).toEqual({})
    expect((await set({ topics: 'none' })).rows[0]?.changed).toMatchObject({ topics: { to: [] } })
  })

  test('an interval that is the usual one is fixed all the same, until it is left to the source', async () => {
    await set({ interval: 'auto' })
    await set({ interval: '1h' })
    expect(await stored()).toMatchObject({ interval_seconds: 3_600, interval_fixed: true })
    expect((await set({ interval: 3_600 })).rows[0]?.changed).toEqual({})
    await set({ interval: 'auto' })
    expect(await stored()).toMatchObject({ interval_fixed: false })
  })

  test('a source that was gone is read again, its failures forgotten', async () => {
    const { id } = await stored()
    const { store, clock } = app.deps
    await store.sources.change(id, { state: 'gone' }, clock.now())
    await store.db.updateTable('source').set({ failures: 1, last_error: '410 Gone' }).execute()
    expect((await set({ state: 'active' })).rows[0]?.changed).toEqual({
      state: { from: 'gone', to: 'active' },
    })
    expect(await stored()).toMatchObject({ state: 'active', failures: 0, last_error: null })
    await set({ state: 'paused' })
    expect((await store.sources.due('2999-01-01T00:00:00.000Z')).map((due) => due.id)).toEqual([])
  })

  test('tells the audit log what was changed', async () => {
    await set({ authority: '33' })
    const entry = await app.deps.store.db
      .selectFrom('audit_entry')
      .selectAll()
      .where('action', '=', 'source set')
      .orderBy('at', 'desc')
      .executeTakeFirst()
    expect(entry).toMatchObject({ object: 'Kelp', detail: { changed: { authority: { to: 33 } } } })
  })

  test.each([
    { input: { interval: '5s' }, says: /5m to 1d/ },
    { input: { name: 'a\0b' }, says: /NUL/ },
    { input: { target: '\0' }, says: /NUL/ },
    { input: { authority: '101' }, says: /0 to 100/ },
    { input: { auth: 'no colon' }, says: /USER:PASSWORD/ },
    { input: { header: 'no colon' }, says: /Name: value/ },
    { input: { header: 'Host: elsewhere.example' }, says: /cannot be set/ },
    { input: { header: 'X-Key: a\u0007b' }, says: /Name: value/ },
    { input: { cookie: 'a=b\nc=d' }, says: /one line/ },
    { input: { proxy: 'socks5://p.example' }, says: /https?:\/\/HOST:PORT/ },
    { input: { auth: '@/no/such/file' }, says: /no such file/ },
  ])('$input is refused', async ({ input, says }) => {
    await expect(set(input)).rejects.toThrow(says)
  })
})

test('a name that several bear names none of them', async () => {
  const twins = ['https://twin.example/a.xml', 'https://twin.example/b.xml']
  for (const target of twins) await dose(app, 'source add', { target, name: 'Twin', noCheck: true })
  for (const name of ['source set', 'source remove', 'takedown add']) {
    const asked = dose(app, name, { target: 'Twin', reason: 'a letter' })
    await expect(asked).rejects.toThrow(
      /2 sources bear that name.*\(https:\/\/twin\.example\/a\.xml\)/,
    )
  }
  const { rows } = await dose(app, 'source set', { target: twins[1], name: 'Twain' })
  expect(rows[0]).toMatchObject({ changed: { name: { to: 'Twain' } } })
  expect((await dose(app, 'source remove', { target: 'Twin' })).exit).toBe(0)
  expect(await app.deps.store.sources.find(twins[1] ?? '')).toBeDefined()
})

test('a name that is also that of a folder in the way names neither', async () => {
  const target = 'config/sample-news'
  const feed = { target: 'https://dam.example/feed.xml', name: 'config', noCheck: true }
  await dose(app, 'source add', { ...feed, name: target })
  await dose(app, 'source add', { target, name: 'Clippings', noCheck: true })
  for (const name of ['source remove', 'takedown add'])
    await expect(dose(app, name, { target, reason: 'a letter' })).rejects.toThrow(/2 sources/)
  for (const one of [feed.target, 'Clippings'])
    expect((await dose(app, 'source remove', { target: one })).exit).toBe(0)
})

test('a relative path means what it does where it is typed, not where the server stands', async () => {
  const target = 'config/sample-news'
  const names = ['show', 'set', 'fetch', 'filter', 'rights', 'remove'].map(
    (verb) => `source ${verb}`,
  )
  await dose(app, 'source add', { target, noCheck: true })
  for (const name of [...names, 'takedown add'])
    for (const path of [undefined, '/srv/b/sample-news']) {
      const asked = doseOn(app)(name, { target, path, reason: 'a letter' })
      await expect(asked).rejects.toThrow(/^NOT_FOUND .*source config/)
    }
  for (const name of ['source show', 'takedown add', 'source remove'])
    expect((await dose(app, name, { target, reason: 'a letter' })).exit).toBe(0)
})

describe('secrets of a source', () => {
  test('are read from a file, merged, and taken away one by one', async () => {
    const file = join(dir, 'login')
    writeFileSync(file, `ada:${PASSWORD}\n`)
    const { rows, shown } = await set({ auth: `@${file}`, header: 'X-Key: k1\nX-Plan: gold' })
    expect(rows[0]?.changed).toEqual({
      access: { from: [], to: ['log-in', 'header x-key', 'header x-plan'] },
    })
    expect(shown).not.toContain(PASSWORD)
    await set({ cookie: 'session=9', proxy: 'http://user:pw@proxy.example:3128' })
    expect(await access()).toEqual({
      headers: {
        authorization: `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}`,
        cookie: 'session=9',
        'x-key': 'k1',
        'x-plan': 'gold',
      },
      proxy: 'http://user:pw@proxy.example:3128/',
    })
    expect((await set({ auth: `ada:${PASSWORD}` })).rows[0]?.changed).toEqual({})
    await set({ header: 'none', cookie: 'none' })
    expect(Object.keys((await access()).headers)).toEqual(['authorization'])
  })

  test('in a URL leave it, and it is known without them', async () => {
    const login = 'https://reader:p%40ss@members.example/rss?x=1'
    const { rows } = await dose(app, 'source add', {
      target: login,
      name: 'Members',
      noCheck: true,
    })
    expect(rows[0]).toMatchObject({ url: 'https://members.example/rss?x=1', added: true })
    const source = await app.deps.store.sources.find('https://members.example/rss?x=1')
    if (!source) throw new Error('not stored')
    expect((await app.deps.store.access.of(source)).headers).toEqual({
      authorization: `Basic ${Buffer.from('reader:p@ss').toString('base64')}`,
    })
    const again = await dose(app, 'source add', { target: login, noCheck: true })
    expect(again.rows[0]).toMatchObject({ added: false })
  })

  test('stand in no list, no audit entry, no row in the clear, and no back-up', async () => {
    await set({ auth: `ada:${PASSWORD}` })
    const file = join(dir, 'backup.jsonl.gz')
    await dose(app, 'backup', { file })
    const list = await dose(app, 'source list')
    expect(list.rows.find((row) => row.name === 'Kelp')).toMatchObject({ hasAccess: true })
    const audit = await app.deps.store.db.selectFrom('audit_entry').selectAll().execute()
    const kept = [JSON.stringify(list.rows), JSON.stringify(audit), gunzipSync(readFileSync(file))]
    for (const text of kept.map(String)) {
      expect(text).not.toContain(PASSWORD)
      expect(text).not.toContain(Buffer.from(`ada:${PASSWORD}`).toString('base64'))
      expect(text).not.toMatch(/p(%40|@)ss/)
    }
  })

  test('another SECRETS_KEY opens nothing, and says what to do', async () => {
    await set({ auth: `ada:${PASSWORD}` })
    const { secrets, id, url } = await stored()
    const { store } = app.deps
    const other = (await import('../../../src/store/access.ts')).createAccess(
      () => store.settings.signingSecret(),
      'another key of sixteen',
    )
    await expect(other.of({ id, url, secrets })).rejects.toThrow(/SECRETS_UNREADABLE .*source set/)
    await store.sources.change(
      id,
      { secrets: await other.seal(id, await access()) },
      '2026-11-20T00:00:00.000Z',
    )
    await expect(set({ cookie: 'a=b' })).resolves.toMatchObject({ exit: 0 })
    expect(await access()).toEqual({ headers: { cookie: 'a=b' }, proxy: null })
  })
})
