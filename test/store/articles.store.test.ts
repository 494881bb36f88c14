import { afterEach, expect, test } from 'vitest'
import { addSource, fetchAll, ingest, ingestAll, makeDraft, makeHarvest } from '../support/rows.ts'
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

/** Of a page that was read. */
const TAKEN = {
  kind: 'taken',
  text: 'The whole text.',
  author: null,
  publishedAt: null,
  language: null,
  image: null,
  etag: null,
  lastModified: null,
} as const

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

test('a document that comes anew while its articles give way to twins waits for them, and they for it', async () => {
  app = await openTestApp()
  const { store } = app.deps
  const source = await addSource(app, 'news')
  const numbers = Array.from({ length: 6 }, (_, i) => i)
  const twin = (n: number) => `https://news.example/whole/${n}`
  for (const n of numbers)
    await ingest(app, source, { url: twin(n), title: `Whole ${n}`, text: 'Whole.' }, AT)
  const teaser = (words: string, n: number) =>
    makeDraft({ url: `${URL}/${n}`, title: `${words} ${n}`, text: words, excerptOnly: true }, AT)
  const teasers = (words: string) => numbers.map((n) => teaser(words, n))
  const first = await ingestAll(app, source, 'feed', teasers('Teaser'), AT)
  const outcome = (n: number) => ({ ...TAKEN, canonicalUrl: twin(n) })
  const anew = teasers('New teaser')
  const key = await fetchAll(app, source, 'feed', anew, AT)
  const [again] = await Promise.all([
    store.articles.ingest(key, makeHarvest(source, anew)),
    ...first.articles.map((key, n) => store.pages.settle(key, outcome(n), AT)),
  ])
  expect(again.articles.length + (again.counts.duplicate ?? 0)).toBe(6)
})
