/**
 * How long an idle worker takes to pick a job up, in the set-up the settings choose:
 *
 *     node bench/speed/wakeup.ts
 *     DATABASE_URL=postgres://… node bench/speed/wakeup.ts
 *     DATABASE_URL=postgres://… REDIS_URL=redis://… node bench/speed/wakeup.ts
 *
 * Wanted: p95 under 50 ms. Polling would show as seconds.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/io/database.ts'
import { openQueues } from '../../src/io/queues.ts'

const JOBS = 200
/** Long enough for the worker to have gone back to waiting. */
const IDLE_MS = 30

const folder = mkdtempSync(join(tmpdir(), 'dose-wakeup-'))
const { config } = loadConfig({ ...process.env, DATA_DIR: folder })
const database = await openDatabase(config, 'bench', (error) => {
  throw error
})
const queues = await openQueues({
  stages: ['bench-wakeup'],
  pool: database.queues,
  redisUrl: config.REDIS_URL,
  isPermanent: () => true,
  onError: (error) => console.error(error),
})

let begun = Promise.withResolvers<void>()
queues.work('bench-wakeup', 1, async () => begun.resolve())
const times: number[] = []
for (let i = 0; i <= JOBS; i++) {
  await sleep(IDLE_MS)
  begun = Promise.withResolvers()
  const added = performance.now()
  await queues.add('bench-wakeup', [{ id: `job${i}`, version: 1, trace: 'bench' }])
  await begun.promise
  if (i > 0) times.push(performance.now() - added) // the first also starts the worker
}
await queues.close()
await database.close()
rmSync(folder, { recursive: true, force: true })

times.sort((a, b) => a - b)
const percentile = (share: number) =>
  (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN).toFixed(1)
const setup = `${database.kind === 'pglite' ? 'PGlite' : 'PostgreSQL'}, queues on ${queues.kind}`
console.log(
  `${setup}: ${JOBS} jobs, p50 ${percentile(0.5)} ms, p95 ${percentile(0.95)} ms, max ${percentile(1)} ms`,
)
