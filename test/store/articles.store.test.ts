import { afterEach, expect, test } from 'vitest'
import { addSource, ingest } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp
afterEach(async () => {
  await app?.close()
})

const URL = 'https://news.example/otter'
const AT = '2026-11-20T06:00:00.000Z'
const TOLD = {
  early: { ref: 'a', publishedAt: '2030-01-01T00:00:00.000Z' },
  late: { ref: 'b', publishedAt: '2027-01-01T00:00:00.000Z' },
}

test.each([
  { name: 'one way', order: ['early', 'late'] as const },
  { name: 'the other way', order: ['late', 'early'] as const },
])(
  'who owns an article dated in the future does not depend on the order: $name',
  async ({ order }) => {
    app = await openTestApp()
    const source = await addSource(app, 'news')
    for (const which of order)
      await ingest(
        app,
        source,
        { url: URL, title: which, text: `Told ${which}.`, ...TOLD[which] },
        AT,
      )
    expect(await app.deps.store.articles.find(URL)).toMatchObject({ ref: 'a', published_at: AT })
  },
)
