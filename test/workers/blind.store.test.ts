import { afterAll, beforeAll, expect, test } from 'vitest'
import { blindSpotsOf } from '../../src/workers/blind.ts'
import { NEWS, publish, run as runDigest } from '../support/news.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

const DAYS = 7
let app: TestApp
let editionId: string

/** Seven earlier editions like today's, and a source and a topic that only they had. */
beforeAll(async () => {
  app = await openTestApp()
  const { db } = app.deps.store
  const { digest } = await publish(app, NEWS, [])
  editionId = (await runDigest(app, digest)).editionId
  const edition = await db
    .selectFrom('edition')
    .selectAll()
    .where('id', '=', editionId)
    .executeTakeFirstOrThrow()
  const article = await db.selectFrom('article').selectAll().limit(1).executeTakeFirstOrThrow()
  await app.deps.store.sources.add(
    {
      kind: 'feed',
      url: 'https://mill.example/rss',
      name: 'Mill',
      topics: [],
      intervalSeconds: 60,
    },
    app.deps.clock.now(),
  )
  const mill = (await app.deps.store.sources.list()).find(({ name }) => name === 'Mill')
  for (let day = 1; day <= DAYS; day++) {
    const at = new Date(Date.parse(`${edition.date}T00:00:00Z`) - day * 86_400_000)
    const place = -10 * day
    await db
      .insertInto('article')
      .values({
        ...article,
        id: `old${day}`,
        url: `https://mill.example/${day}`,
        source_id: mill?.id ?? '',
        seq: place,
        images: '[]',
        given: JSON.stringify(article.given),
        quality_parts: '[]',
      })
      .execute()
    await db
      .insertInto('edition')
      .values({
        ...edition,
        id: `old${day}`,
        date: at.toISOString().slice(0, 10),
        number: null,
        counters: JSON.stringify(edition.counters),
        pool: JSON.stringify([...edition.pool, { ...edition.pool[0], topic: 'Orchards' }]),
        corrections: '[]',
        log_from: place - 1,
        log_to: place,
      })
      .execute()
  }
})
afterAll(() => app?.close())

test('a topic and a source that are usually there are named, with what is known of why', async () => {
  const { topics, sources } = await blindSpotsOf(editionId, app.deps)
  expect(topics).toEqual([{ name: 'Orchards', present: DAYS, of: DAYS }])
  expect(sources).toEqual([
    { name: 'Mill', present: DAYS, of: DAYS, why: 'it was read and brought nothing new' },
  ])
})

test('a source that fails says since when, and with what', async () => {
  await app.deps.store.db
    .updateTable('source')
    .set({ failures: 3, last_error: 'SOURCE_UNREADABLE', succeeded_at: '2026-11-19T03:10:00.000Z' })
    .where('name', '=', 'Mill')
    .execute()
  const { sources } = await blindSpotsOf(editionId, app.deps)
  expect(sources[0]?.why).toBe('not read since 2026-11-19T03:10Z: SOURCE_UNREADABLE')
})

test('the first of the editions misses nothing, and what is no edition has nothing', async () => {
  expect(await blindSpotsOf(`old${DAYS}`, app.deps)).toEqual({ topics: [], sources: [] })
  expect(await blindSpotsOf('none', app.deps)).toEqual({ topics: [], sources: [] })
})
