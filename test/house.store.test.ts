import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keep, show } from '../src/commands/house.ts'
import { runCommand } from '../src/commands/operation.ts'
import type { Digest } from '../src/model.ts'
import { fetch } from '../src/workers/fetch.ts'
import { lookAround } from '../src/workers/housework.ts'
import { pushArticles } from '../src/workers/push.ts'
import { reconcile } from '../src/workers/reconcile.ts'
import { keepRoom, roomsOf } from '../src/workers/rooms.ts'
import { WAKE } from '../src/workers/stage.ts'
import { sweep } from '../src/workers/sweep.ts'
import { doseOn } from './commands/dose.ts'
import { addDigest } from './support/news.ts'
import { addSource, freezeEdition, ingest, stageContext } from './support/rows.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

let app: TestApp
let digest: Digest
/** Days since the first, on the app's clock. */
let days = 0
const now = () => new Date(Date.UTC(2026, 10, 20 + days, 9)).toISOString()

beforeAll(async () => {
  app = await openTestApp({}, { clock: { now } })
  digest = await addDigest(app)
})
afterAll(() => app.close())

async function run(command: Parameters<typeof runCommand>[0], input: object) {
  const rows: Record<string, unknown>[] = []
  const emit = { row: (row: object) => void rows.push({ ...row }), note: () => undefined }
  await runCommand(command, input, app.deps, emit, true)
  return rows
}

const textOf = async (id: string) => (await app.deps.store.articles.get(id))?.text

test('old texts go but for those an edition told; an edition without deliveries goes to nobody again', async () => {
  const { store } = app.deps
  const source = await addSource(app, 'valley')
  const at = '2026-11-20T05:00:00.000Z'
  for (const word of ['told', 'quiet'])
    await ingest(
      app,
      source,
      { url: `https://valley.example/${word}`, title: word, text: `All about the ${word} one.` },
      at,
    )
  const ids = new Map<string, string>()
  for (const word of ['told', 'quiet'])
    ids.set(word, (await store.articles.find(`https://valley.example/${word}`))?.id ?? '')
  const [told = '', quiet = ''] = [ids.get('told'), ids.get('quiet')]
  for (const id of [told, quiet]) {
    await store.db
      .insertInto('story')
      .values({ id, version: 1, first_seen_at: at, last_seen_at: at })
      .execute()
    await store.db
      .insertInto('member')
      .values({ article_id: id, story_id: id, duplicate_of: null })
      .execute()
  }
  await store.subscribers.enrol(
    digest.id,
    { email: 'ann@reader.example', emailKey: 'ann@reader.example', consent: 'asked' },
    at,
  )
  const editionId = await freezeEdition(app, digest)
  await store.db
    .insertInto('told')
    .values({ edition_id: editionId, story_id: told, sentences: '[]', articles: '[]' })
    .execute()
  await store.db.updateTable('delivery').set({ state: 'accepted' }).execute()
  await store.editions.settle(editionId)

  await run(keep, { rule: 'texts', days: 90 })
  await run(keep, { rule: 'deliveries', days: 90 })
  days = 80
  expect(await sweep(app.deps)).toEqual({})
  days = 95
  expect(await sweep(app.deps)).toMatchObject({ texts: 1, deliveries: 1 })
  expect(await textOf(told)).toBe('All about the told one.')
  expect(await textOf(quiet)).toBe('')
  await store.editions.plan(editionId, [
    { hour: null, timeZone: null, paces: ['daily'], dueAt: at },
  ])
  expect(await store.deliveries.counts(editionId)).toEqual({})
  expect(await run(show, {})).toContainEqual(
    expect.objectContaining({ kind: 'rule', name: 'texts', days: 90, default: null }),
  )
})

test('all versions of a text go, wherever a page of them ends', async () => {
  const { store } = app.deps
  const source = await addSource(app, 'hills')
  const url = 'https://hills.example/changing'
  const at = '2026-11-20T05:00:00.000Z'
  for (const text of ['It was so.', 'It was so, and then otherwise.'])
    await ingest(app, source, { url, title: 'Changing', text }, at)
  const { id = '' } = (await store.articles.find(url)) ?? {}
  const versions = () =>
    store.db.selectFrom('article_text').select('text').where('article_id', '=', id).execute()
  expect(await versions()).toHaveLength(2)
  for (let after: string | null = ''; after !== null; )
    after = (await store.house.sweep('texts', '2027-03-01T00:00:00.000Z', 1, after)).next
  expect((await versions()).map(({ text }) => text)).toEqual(['', ''])
})

test('a bound that would break something is refused', async () => {
  await expect(run(keep, { rule: 'texts', days: 10 })).rejects.toThrow(/90 days or more/)
})

test('a folder in which a server has written nothing yet is on the disk above it', async () => {
  const { config, store } = app.deps
  const absent = { ...config, DATA_DIR: join(config.DATA_DIR, 'not', 'yet') }
  const [disk] = await roomsOf({ config: absent, store })
  expect(disk?.freeBytes).toBeGreaterThan(0)
  expect(await lookAround({ ...app.deps, config: absent })).toMatchObject({ stop: null })
})

test('before the disk is full nothing is read, and afterwards it is again', async () => {
  const { store } = app.deps
  const id = await addSource(app, 'coast')
  const room = (mib: number) => [{ name: 'DATA_DIR', freeBytes: mib * 1_024 ** 2 }]
  await keepRoom(room(100), app.deps)
  expect(await fetch.run({ id, version: 1 }, stageContext(app))).toEqual([])
  await reconcile.run(WAKE, stageContext(app))
  expect(await store.sources.get(id)).toMatchObject({ fetches: 0, failures: 0 })
  const article = { source: 'Desk', url: 'https://desk.example/1', title: 'Lights', text: 'On.' }
  expect(await pushArticles([article], app.deps)).toMatchObject({ kind: 'full' })
  await keepRoom(room(600), app.deps)
  expect(await store.house.fetchStop()).toMatchObject({ reason: 'DATA_DIR has 100 MiB left' })
  await keepRoom(room(900), app.deps)
  expect(await pushArticles([article], app.deps)).toMatchObject({ kind: 'accepted' })
})

test('source fetch does not wait for what nobody reads', async () => {
  const { sources, house } = app.deps.store
  const target = await addSource(app, 'quay')
  const read = () => doseOn(app)('source fetch', { target })
  const waiting = expect(read()).rejects.toThrow(/NO_ROOM quay .*DATA_DIR has 100 MiB left/)
  await expect.poll(() => app.deps.queues.counts('fetch')).toMatchObject({ waiting: 1 })
  await house.setFetchStop({ since: now(), reason: 'DATA_DIR has 100 MiB left' })
  await waiting
  await expect(read()).rejects.toThrow('NO_ROOM')
  await house.setFetchStop(null)
  await sources.change(target, { state: 'gone' }, now())
  await expect(read()).rejects.toThrow(/USAGE quay is gone .*--state active/)
})
