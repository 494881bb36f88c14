import { afterEach, expect, test } from 'vitest'
import { cluster } from '../../src/workers/cluster.ts'
import { WAKE } from '../../src/workers/stage.ts'
import { summarise } from '../../src/workers/summarise.ts'
import { addSource, ingest, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp
afterEach(async () => {
  await app?.close()
})

const AT = '2026-11-20T06:00:00.000Z'
const BRIDGE =
  'The Tarn bridge reopened on Monday after two years of repairs that cost 48 million crowns. ' +
  'Engineers replaced 312 cables and every bearing of the bridge, the road office said.'
const bridge = (n: number, text = BRIDGE) => ({
  url: `https://news.example/bridge-${n}`,
  title: 'Tarn bridge reopens after two years',
  text,
})
const otter = {
  url: 'https://news.example/otter',
  title: 'Otters return to the lower Sael',
  text: 'Otters were seen on the lower Sael for the first time since 1974, rangers said.',
}

async function work(): Promise<void> {
  const { store } = app.deps
  await cluster.run(WAKE, stageContext(app))
  for (const key of await store.stories.unsummarised(100))
    await summarise.run(key, stageContext(app))
}

/** So many log entries that the next step stores a snapshot, as after a week of ticks. */
async function lengthenLog(): Promise<void> {
  const { leases, log } = app.deps.store
  const lease = await leases.take('cluster', 'test', 60_000)
  if (!lease) throw new Error('the lease is held')
  const { watermark } = await log.state({})
  const entries = Array.from({ length: 2_000 }, (_, i) => ({
    seq: watermark + 1 + i,
    kind: 'tick' as const,
    article_id: null,
    version: null,
    at: AT,
  }))
  await log.commit(lease, { entries, assignments: [], revised: [], snapshot: null })
  await leases.release(lease)
}

const stories = async () =>
  (await app.deps.store.stories.partition()).map(({ url }) => url.split('/').at(-1))

test.each([
  { name: 'in memory', restart: false },
  { name: 'in a stored snapshot', restart: true },
])('clustering goes on when a source is removed whose articles are $name', async ({ restart }) => {
  app = await openTestApp()
  const { store, clusterThread } = app.deps
  const [kept, doomed] = [await addSource(app, 'kept'), await addSource(app, 'doomed')]
  await ingest(app, doomed, bridge(1), AT)
  await work()
  await lengthenLog()
  await ingest(app, kept, otter, AT)
  await work()
  expect((await store.log.state({})).snapshot).not.toBeNull()

  await store.sources.remove(doomed)
  expect((await store.stories.list(10)).map(({ headline }) => headline)).toEqual([otter.title])
  if (restart) await clusterThread.run('forget', undefined)
  await ingest(app, kept, bridge(2), AT) // a copy of what is gone
  await work()

  expect(await stories()).toEqual(['bridge-2', 'otter'])
  const copy = await store.articles.find('https://news.example/bridge-2')
  expect(copy?.duplicate_of).toBeNull()
  expect((await store.stories.list(10)).map(({ headline }) => headline).sort()).toEqual([
    otter.title,
    bridge(2).title,
  ])
  expect(await store.progress()).toMatchObject({ unlogged: 0, unsummarised: 0, ticked: true })
})

test('a story that loses some of its articles with their source is told from the others', async () => {
  app = await openTestApp()
  const { store } = app.deps
  const [kept, doomed] = [await addSource(app, 'kept'), await addSource(app, 'doomed')]
  await ingest(app, doomed, bridge(1), AT)
  await work()
  await ingest(app, kept, bridge(2), AT)
  await work()
  const [before] = await store.stories.list(10)
  expect(before?.articles).toBe(2)
  await store.sources.remove(doomed)
  await work()
  for (const key of await store.stories.unsummarised(100))
    await summarise.run(key, stageContext(app))
  const story = await store.stories.get(before?.id ?? '')
  const left = await store.articles.find('https://news.example/bridge-2')
  expect(left).toMatchObject({ story_id: before?.id, duplicate_of: null })
  expect(new Set(story?.sentences.map(({ articleId }) => articleId))).toEqual(new Set([left?.id]))
})

test('a repair that moves an article which is gone is stored without it, and the log keeps its entries', async () => {
  app = await openTestApp()
  const { store } = app.deps
  const [kept, doomed] = [await addSource(app, 'kept'), await addSource(app, 'doomed')]
  const gone = (await ingest(app, doomed, bridge(1), AT)).articles[0]?.id ?? ''
  const left = (await ingest(app, kept, otter, AT)).articles[0]?.id ?? ''
  await work()
  const { watermark } = await store.log.state({})
  await store.sources.remove(doomed)
  expect(await store.log.read(0, 100)).toHaveLength(watermark)

  const lease = await store.leases.take('cluster', 'test', 60_000)
  if (!lease) throw new Error('the lease is held')
  const entry = { seq: watermark + 1, kind: 'tick' as const, article_id: null, version: null }
  const assignments = [
    { articleId: gone, storyId: gone, duplicateOf: null },
    { articleId: left, storyId: left, duplicateOf: gone },
  ]
  const step = { entries: [{ ...entry, at: AT }], assignments, revised: [], snapshot: null }
  expect((await store.log.commit(lease, step)).map(({ id }) => id)).toEqual([left])
  expect(await store.stories.get(gone)).toBeUndefined()
})

test('a story whose articles repair moved leads to where they went, until it has one again', async () => {
  app = await openTestApp()
  const { store } = app.deps
  const source = await addSource(app, 'paper')
  const told = [
    bridge(1),
    otter,
    { ...otter, url: 'https://news.example/heron', title: 'Herons breed', text: 'Herons breed.' },
  ]
  const ids: string[] = []
  for (const article of told) {
    ids.push((await ingest(app, source, article, AT)).articles[0]?.id ?? '')
    await work()
  }
  const [first = '', second = '', third = ''] = ids
  const lease = await store.leases.take('cluster', 'test', 60_000)
  if (!lease) throw new Error('the lease is held')
  const { watermark } = await store.log.state({})
  const tick = (seq: number, moves: readonly (readonly [id: string, to: string])[]) =>
    store.log.commit(lease, {
      entries: [{ seq, kind: 'tick', article_id: null, version: null, at: AT }],
      assignments: moves.map(([articleId, storyId]) => ({ articleId, storyId, duplicateOf: null })),
      revised: [],
      snapshot: null,
    })
  await tick(watermark + 1, [
    [second, first],
    [third, first],
  ])
  expect(await store.decisions.whereTo(second)).toBe(first)
  await tick(watermark + 2, [[second, second]])

  // It has an article again, and is itself; the third is where it went.
  expect(await store.decisions.whereTo(second)).toBe(second)
  expect(await store.decisions.whereTo(third)).toBe(first)
  expect(await store.decisions.whereTo(first)).toBe(first)
  expect(await store.decisions.whereTo('never')).toBeNull()
  const noted = await store.db.selectFrom('story_move').selectAll().orderBy('seq').execute()
  expect(noted).toHaveLength(3)
  expect(noted).toEqual(
    expect.arrayContaining([
      { from_id: second, to_id: first, seq: watermark + 1, articles: 1 },
      { from_id: third, to_id: first, seq: watermark + 1, articles: 1 },
      { from_id: first, to_id: second, seq: watermark + 2, articles: 1 },
    ]),
  )
})
