import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import * as article from '../src/commands/article.ts'
import { runCommand } from '../src/commands/operation.ts'
import * as source from '../src/commands/source/show.ts'
import { startWorkers } from '../src/workers/run.ts'
import { openTestApp } from './support/setup.ts'

test('what was odd about a feed stays with it, and whoever asks about it or an article of it is told', async () => {
  const app = await openTestApp()
  const { store, clock, queues } = app.deps
  const url = 'https://mill.example/feed.xml'
  const feed = { kind: 'feed' as const, url, name: 'Mill', topics: [], intervalSeconds: 3_600 }
  const { id } = await store.sources.add(feed, clock.now())
  const bytes = Buffer.from(
    '<rss><channel><item><title>A</title><link>https://mill.example/a</link></\ud800\u0001b></item>',
  )
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await store.documents.put(id, [{ ref: url, url, contentType: null, bytes, sha256 }], clock.now())
  startWorkers(app.deps)
  const keys = await store.documents.pending(id)
  await queues.add(
    'ingest',
    keys.map((key) => ({ ...key, trace: 'test' })),
  )
  await expect
    .poll(() => store.articles.find('https://mill.example/a'), { timeout: 20_000 })
    .toBeDefined()

  const rows: object[] = []
  const emit = { row: (row: object) => rows.push({ ...row }), note: () => undefined }
  await runCommand(article.why, { key: 'https://mill.example/a' }, app.deps, emit, true)
  expect(rows).toContainEqual(
    expect.objectContaining({
      step: 'warning',
      detail: 'the document ends before its last element does',
    }),
  )

  const shown: object[] = []
  const see = { row: (row: object) => shown.push(row), note: () => undefined }
  await runCommand(source.show, { target: 'Mill' }, app.deps, see, true)
  const warnings = expect.arrayContaining(['the document ends before its last element does'])
  expect(shown).toMatchObject([{ warnings }])
  await app.close()
})
