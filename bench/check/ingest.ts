import { createHash } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { loadConfig } from '../../src/config.ts'
import { openApp } from '../../src/main.ts'
import type { Digest } from '../../src/model.ts'
import { runDigest } from '../../src/workers/digest-run.ts'
import { startWorkers } from '../../src/workers/run.ts'

/**
 * `node bench/check/ingest.ts FOLDER`: reads a folder into DATA_DIR, as often as it takes, and
 * prints one JSON line: counts, a fingerprint of the stories, seconds, memory and loop delay.
 */
const folder = process.argv[2] ?? ''
const SAMPLE_MS = 100

const { config } = loadConfig(process.env)
const app = await openApp(config, { command: 'check' })
const { store, clock } = app.deps
const { id } = await store.sources.add(
  { kind: 'folder', url: folder, name: 'Checked', topics: [], intervalSeconds: 300 },
  clock.now(),
)
await store.digests.put({ name: 'Checked', schedule: '0 7 * * *', timeZone: 'UTC' }, clock.now())
const digest = (await store.digests.find('Checked')) as Digest
startWorkers(app.deps)

const delay = monitorEventLoopDelay({ resolution: 10 })
let peakBytes = 0
const timer = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage().rss)
}, SAMPLE_MS)
delay.enable()
const start = performance.now()
await runDigest({ digest, date: '2000-01-01', deliver: false }, app.deps, () => undefined)
const seconds = (performance.now() - start) / 1_000
delay.disable()
clearInterval(timer)

const partition = await store.stories.partition()
const counts = await store.documents.counts(id)
const rejections = await store.documents.rejections(id)
await app.close()
console.log(
  JSON.stringify({
    counts,
    articles: partition.length,
    stories: new Set(partition.map(({ story_id }) => story_id)).size,
    doubled: partition.length - new Set(partition.map(({ url }) => url)).size,
    fingerprint: createHash('sha256')
      .update(JSON.stringify(partition.map(({ url, story_id }) => [url, story_id])))
      .digest('hex')
      .slice(0, 12),
    unexplained: rejections.filter(({ reason }) => reason === '').length,
    seconds: Number(seconds.toFixed(1)),
    peakMb: Math.round(peakBytes / 1e6),
    loopDelayP99Ms: Number((delay.percentile(99) / 1e6).toFixed(1)),
  }),
)
