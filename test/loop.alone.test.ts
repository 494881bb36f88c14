import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { startWorkers } from '../src/workers/run.ts'
import { addDigest, addFolder, newsFolder, run } from './support/news.ts'
import { openTestApp } from './support/setup.ts'

const FILES = 1_500
const HOSTS = 100
const P99_MS = 50
const MS_IN_NS = 1e6

/**
 * No measure of speed: a bound on how long anything may hold up the web server and BullMQ's lock
 * renewal (design, section 2). It runs when nothing else does.
 */
test('the event loop stays free while 1,500 files are ingested', async () => {
  const app = await openTestApp()
  startWorkers(app.deps)
  const at = new Date(Date.now() - 3_600_000).toISOString()
  const notes = Array.from({ length: FILES }, (_, i) => ({
    file: `note-${i}.md`,
    domain: `town-${i % HOSTS}.example`,
    title: `Council ${i} votes on bridge ${i * 7}`,
    body: `The council of town ${i} voted on bridge ${i * 7}. It costs ${i * 13} crowns. `.repeat(
      8,
    ),
  }))
  await addFolder(app, newsFolder(notes, at))
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await run(app, await addDigest(app))
  delay.disable()
  const articles = await app.deps.store.articles.count()
  await app.close()
  expect(articles).toBe(FILES)
  expect(delay.percentile(99) / MS_IN_NS).toBeLessThanOrEqual(P99_MS)
}, 240_000)
