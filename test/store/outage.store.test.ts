import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Row } from '../../src/commands/command.ts'
import { health } from '../../src/commands/source/health.ts'
import { show } from '../../src/commands/source/show.ts'
import { addSource, empty, ingest } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

const NOW = '2026-11-25T10:00:00.000Z'
const daysAgo = (days: number) => new Date(Date.parse(NOW) - days * 86_400_000).toISOString()

let app: TestApp
beforeAll(async () => {
  app = await openTestApp({}, { clock: { now: () => NOW } })
})
afterEach(() => empty(app))
afterAll(() => app.close())

/** A story of that day, told by these sources. */
async function tell(story: string, sources: readonly string[], days: number): Promise<void> {
  const { db } = app.deps.store
  const at = daysAgo(days)
  const seen = { first_seen_at: at, last_seen_at: at }
  await db
    .insertInto('story')
    .values({ id: story, version: 1, ...seen })
    .execute()
  for (const source of sources) {
    const url = `https://${source}.example/${story}`
    await ingest(app, source, { url, title: story, text: `${story} by ${source}.` }, at)
    const article = await app.deps.store.articles.find(url)
    const member = { article_id: article?.id ?? '', story_id: story, duplicate_of: null }
    await db.insertInto('member').values(member).execute()
  }
}

async function rowsOf(command: typeof show, input: object): Promise<Row[]> {
  const rows: Row[] = []
  const context = {
    deps: app.deps,
    out: (row: Row) => rows.push(row),
    note: () => {},
    record: () => {},
    undo: () => {},
    actor: { name: 'anna', role: 'viewer' as const, nouns: null, address: null },
    alone: false,
  }
  await command.run(input as never, context)
  return rows
}

test('an outage costs the share of its peers’ stories that the source used to take part in', async () => {
  const [quiet, peer, stranger] = [
    await addSource(app, 'quiet'),
    await addSource(app, 'peer'),
    await addSource(app, 'stranger'),
  ]
  for (let i = 0; i < 4; i++) await tell(`both-${i}`, [quiet, peer], 10 + i)
  for (let i = 0; i < 4; i++) await tell(`peer-${i}`, [peer], 20 + i)
  await tell('strange', [stranger], 15)
  // Since three days: six stories of the peer, one of somebody it never shared one with.
  for (let i = 0; i < 6; i++) await tell(`since-${i}`, [peer], 1 + i / 10)
  await tell('strange-since', [stranger], 1)
  const { store } = app.deps
  const since = daysAgo(3)
  expect(await store.sources.outage(quiet, since, NOW)).toEqual({
    since,
    articles: 0, // four in thirty days are less than half a one in three
    stories: 3, // half of six
  })
  expect(await store.sources.outage(stranger, since, NOW)).toMatchObject({ stories: 0 })

  await store.db
    .updateTable('source')
    .set({ failures: 4, failing_since: since, last_error: '500 Internal Server Error' })
    .where('id', '=', quiet)
    .execute()
  const unwell = await rowsOf(health, { all: false })
  expect(unwell).toMatchObject([{ id: quiet, health: 'failing', since, outage: { stories: 3 } }])
  expect(health.show?.(unwell[0] as Row)).toContain('3 stories lost a source, 0 articles missed')
  expect(await rowsOf(health, { all: true })).toHaveLength(3)
  const [shown] = await rowsOf(show, { target: quiet })
  expect(show.show?.(shown as Row)).toContain('health\tfailing: 500 Internal Server Error')
  expect(show.show?.(shown as Row)).toContain(`failing since\t${since}\t3 stories lost a source`)
})
