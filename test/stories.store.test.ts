import { afterEach, expect, test } from 'vitest'
import { runCommand } from '../src/commands/operation.ts'
import * as takedown from '../src/commands/takedown.ts'
import { intakeOf } from '../src/serve.ts'
import { createServer } from '../src/web/server.ts'
import { NEWS, publish, run } from './support/news.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

let app: TestApp
let close: (() => Promise<unknown>) | null = null
afterEach(async () => {
  await close?.()
  close = null
  await app?.close()
})

const EARLIER = {
  file: 'bridge-0.md',
  title: 'Tarn bridge to reopen after repairs',
  body: 'The Tarn bridge will reopen after two years of repairs, the road office said. Shops on the east bank lost a third of their trade in that time, owners complain.',
  domain: 'bank.example',
}

test('the page of a story tells it by days, every sentence cited, and leads from the edition', async () => {
  app = await openTestApp()
  const { clock, store } = app.deps
  const dayBefore = new Date(Date.parse(clock.now()) - 26 * 3_600_000).toISOString()
  const { digest } = await publish(app, [...NEWS, { ...EARLIER, at: dayBefore }], [])
  const { editionId } = await run(app, digest)
  const edition = await store.editions.get(editionId)
  const id = edition?.pool.find(({ headline }) => headline.includes('bridge'))?.storyId ?? ''
  const deps = app.deps
  const server = await createServer({
    ...{ deps, operations: [], outbox: null, intake: intakeOf(deps) },
    ...{ adminPassword: 'a long walk in the rain', apiToken: 'token-of-a-test-0123456789' },
  })
  close = () => server.close()
  const get = (url: string) => server.inject({ url })

  expect((await get(`/editions/${editionId}`)).body).toContain(`href="/stories/${id}"`)
  const page = await store.stories.page(id)
  expect(page?.timeline).toHaveLength(4)
  expect(page?.sections.length).toBeGreaterThan(0)
  const { statusCode, body } = await get(`/stories/${id}`)
  expect(statusCode).toBe(200)
  const sentences = page?.card.sentences ?? []
  for (const { articleId, text, start, end } of sentences) {
    expect((await store.articles.get(articleId))?.text.slice(start, end)).toBe(text)
    expect(body).toContain(text)
  }
  expect(new Set(sentences.map(({ text }) => text)).size).toBe(sentences.length)
  expect(body.match(/#:~:text/g)?.length).toBeGreaterThanOrEqual(sentences.length)
  for (const { title } of page?.timeline ?? []) expect(body).toContain(title)

  expect((await get('/stories/none')).statusCode).toBe(404)
  await app.deps.store.db
    .insertInto('story_move')
    .values({ from_id: 'old', to_id: id, seq: 1, articles: 1 })
    .execute()
  expect((await get('/stories/old')).body).toBe(body)
  // An article went elsewhere before: the latest move leads, wherever the other story sorts.
  const other = (await store.stories.partition()).find((one) => one.story_id !== id)?.story_id ?? ''
  await app.deps.store.db
    .insertInto('story_move')
    .values([
      { from_id: 'parted', to_id: other, seq: 2, articles: 1 },
      { from_id: 'parted', to_id: id, seq: 3, articles: 4 },
    ])
    .execute()
  expect((await get('/stories/parted')).body).toBe(body)

  const gone = page?.timeline[0]
  const emit = { row: () => undefined, note: () => undefined }
  const input = { target: gone?.url, reason: 'asked for' }
  expect(await runCommand(takedown.add, input, app.deps, emit, true)).toBe(0)
  const after = (await get(`/stories/${id}`)).body
  expect(after).not.toContain(gone?.url)
  for (const { articleId, text } of sentences)
    if (articleId === gone?.articleId) expect(after).not.toContain(text)
})
