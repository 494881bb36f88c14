import { afterEach, beforeEach, expect, test } from 'vitest'
import { cluster } from '../../src/workers/cluster.ts'
import { WAKE } from '../../src/workers/stage.ts'
import { addSource, ingest, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

const AT = '2026-11-20T06:00:00.000Z'
const BRIDGE =
  'The Tarn bridge reopened on Monday after two years of repairs that cost 48 million crowns.'
const ferry = 'Ferries across the Tarn were empty on Monday as the bridge drew the commuters back.'
const otter = 'Otters were seen on the lower Sael for the first time since 1974, rangers said.'

let app: TestApp
let source: string
beforeEach(async () => {
  app = await openTestApp()
  source = await addSource(app, 'paper')
})
afterEach(async () => {
  await app?.close()
})

/** Stores an article and puts it into a story. @returns its id. */
async function tell(name: string, title: string, text: string, from = source): Promise<string> {
  const told = { url: `https://news.example/${name}`, title, text }
  const { articles } = await ingest(app, from, told, AT)
  await work()
  return articles[0]?.id ?? ''
}
const work = () => cluster.run(WAKE, stageContext(app))

/** The articles of each story, by the last part of their URLs. */
async function stories(): Promise<string[]> {
  const rows = await app.deps.store.stories.partition()
  const groups = Map.groupBy(rows, (row) => row.story_id)
  return [...groups.values()].map((members) =>
    members.map(({ url }) => url.split('/').at(-1)).join(' '),
  )
}

const ask = (
  kind: 'merge' | 'split' | 'pin' | 'undo',
  asked: { stories?: string[]; articles?: string[]; decision?: string },
) => app.deps.store.decisions.ask(kind, asked, AT)

test('a merge is taken up, leads old links on, outlives a restart, and is undone', async () => {
  const { store, clusterThread } = app.deps
  const bridge = await tell('bridge', 'Tarn bridge reopens', BRIDGE)
  const otters = await tell('otters', 'Otters return to the lower Sael', otter)
  expect(await stories()).toEqual(['bridge', 'otters'])

  const decision = await ask('merge', { stories: [otters, bridge] })
  expect((await store.progress()).ticked).toBe(false)
  await work()
  expect(await stories()).toEqual(['bridge otters'])
  expect(await store.decisions.whereTo(bridge)).toBe(otters)
  expect(await store.decisions.get(decision)).toMatchObject({ undone_by: null })

  await clusterThread.run('forget', undefined)
  await tell('ferry', 'Empty ferries at the Tarn bridge', `${BRIDGE} ${ferry}`)
  expect((await stories())[0]).toContain('bridge')
  expect((await stories())[0]).toContain('otters')

  const undone = await ask('undo', { decision })
  await work()
  expect(await store.decisions.get(decision)).toMatchObject({ undone_by: undone })
  expect(await store.decisions.whereTo(bridge)).toBe(bridge)
  expect(await stories()).toContain('otters')
})

test('what was split stays split, and what was pinned stays pinned', async () => {
  const bridge = await tell('bridge', 'Tarn bridge reopens', BRIDGE)
  const second = await tell('second', 'Tarn bridge reopens to traffic', `${BRIDGE} ${ferry}`)
  const otters = await tell('otters', 'Otters return to the lower Sael', otter)
  expect(await stories()).toEqual(['bridge second', 'otters'])
  await ask('split', { stories: [bridge], articles: [second] })
  await work()
  expect(await stories()).toEqual(['bridge', 'otters', 'second'])
  await ask('pin', { articles: [bridge], stories: [otters] })
  await work()
  expect(await stories()).toEqual(['bridge otters', 'second'])
  await work()
  expect(await stories()).toEqual(['bridge otters', 'second'])
})

test('the articles of a removed source are forgotten by the clusterer, at once and after a restart', async () => {
  const { store, clusterThread } = app.deps
  const doomed = await addSource(app, 'doomed')
  await tell('first', 'Tarn bridge reopens', BRIDGE, doomed)
  const copy = await tell('copy', 'Tarn bridge reopens', BRIDGE)
  expect(await stories()).toEqual(['copy first'])
  await store.sources.remove(doomed)
  await work()
  expect(await clusterThread.run('size', undefined)).toBe(1)
  expect((await store.articles.find(copy))?.duplicate_of).toBeNull()
  await clusterThread.run('forget', undefined)
  await tell('third', 'Tarn bridge reopens', BRIDGE)
  expect(await clusterThread.run('size', undefined)).toBe(2)
  const third = await store.articles.find('https://news.example/third')
  expect(third?.duplicate_of).toBe(copy)
})

test('where a source is removed while nobody clusters, rows and memory agree on what it held together', async () => {
  const { store, clusterThread } = app.deps
  const doomed = await addSource(app, 'doomed')
  await tell('first', 'Tarn bridge reopens', BRIDGE, doomed)
  await tell('second', 'Tarn bridge reopens to traffic', `${BRIDGE} ${ferry}`)
  expect(await stories()).toEqual(['first second'])
  await clusterThread.run('forget', undefined)
  await store.sources.remove(doomed)
  await tell('third', 'Tarn bridge reopens to traffic again', `${BRIDGE} ${ferry}`)
  expect(await stories()).toEqual(['second third'])
})
