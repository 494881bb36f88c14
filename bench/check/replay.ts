/**
 * Reads fourteen days of a long stream of real articles, composes each day as it ends, and makes all of them
 * again: of what they were made of, with the articles grouped anew from the log, and with other weights.
 *
 *     node bench/check/replay.ts --data PATH [--from DAY] [--days N] [--workers N]
 *     DATABASE_URL=… REDIS_URL=… SMTP_URL=smtp://127.0.0.1:9 node bench/check/replay.ts --data PATH --workers 2
 *
 * Exit 1 where a day does not come out as it was, to the byte. `all` is a hash of all editions: it is the same
 * whichever set-up and however many processes made them.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../../src/config.ts'
import { openApp } from '../../src/main.ts'
import type { ReplayRequest } from '../../src/store/tables.ts'
import { runDigest } from '../../src/workers/digest-run.ts'
import { type ReplayedDay, replayDays } from '../../src/workers/replay-days.ts'
import { startWorkers } from '../../src/workers/run.ts'
import { DAY, FIRST, fileOf, readLines, squeeze } from '../quality/stream.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    from: { type: 'string', default: '10' },
    days: { type: 'string', default: '14' },
    workers: { type: 'string', default: '1' },
  },
})
if (values.data === undefined)
  throw new Error('usage: replay.ts --data PATH [--from DAY] [--days N] [--workers N]')
const [from, count] = [Number(values.from), Number(values.days)]
const stream = squeeze(readLines(values.data, 'stream', 'articles-12k.jsonl.gz'))

const folder = mkdtempSync(join(tmpdir(), 'dose-replay-'))
const news = join(folder, 'news')
mkdirSync(news)
const environment = { LOG_LEVEL: 'error', ...process.env, DATA_DIR: join(folder, 'data') }
const { config } = loadConfig(environment)
let now = new Date(FIRST + from * DAY).toISOString()
const app = await openApp(config, { command: 'bench', clock: { now: () => now } })
const { store } = app.deps
startWorkers(app.deps)
const others = await Promise.all(Array.from({ length: Number(values.workers) - 1 }, startOther))

/** A process that works beside this one; both go by the time that is told here. */
async function startOther(): Promise<ChildProcess> {
  const worker = fork(join(import.meta.dirname, 'replay-worker.ts'), { env: environment })
  await once(worker, 'message')
  return worker
}

async function setTime(day: number): Promise<void> {
  now = new Date(FIRST + day * DAY).toISOString()
  for (const worker of others) {
    worker.send(now)
    await once(worker, 'message')
  }
}

async function composeDays(): Promise<string[]> {
  await setTime(from)
  const source = { kind: 'folder', url: news, name: 'Stream', topics: [] } as const
  await store.sources.add({ ...source, intervalSeconds: 3_600 }, now)
  await store.digests.put({ name: 'Stream', schedule: '0 0 * * *', timeZone: 'UTC' }, now)
  const digest = await store.digests.find('Stream')
  if (!digest) throw new Error('the digest is not there')
  const ids: string[] = []
  for (let day = from; day < from + count; day++) {
    for (const one of stream.filter(({ at }) => at >= day && at < day + 1))
      writeFileSync(join(news, `${one.line.id}.txt`), fileOf(one))
    await setTime(day + 1 - 1 / 1_440) // the last minute of the day
    const request = { digest, date: null, deliver: false }
    ids.push((await runDigest(request, app.deps, () => undefined)).editionId)
  }
  return ids
}

const AS_IT_WAS: ReplayRequest = {
  ...{ from: '', to: '', weights: {}, grouping: {}, without: [], anew: false },
}

async function timed(name: string, change: Partial<ReplayRequest>, ids: readonly string[]) {
  const began = performance.now()
  const days = await replayDays(ids, { ...AS_IT_WAS, ...change }, app.deps, async () => undefined)
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  const same = days.filter((one) => one.same).length
  console.log(`${name}: ${same} of ${days.length} days the same to the byte, ${seconds} s`)
  return days
}

function tell(name: string, days: readonly ReplayedDay[]): void {
  const mean = (of: (day: ReplayedDay) => number) =>
    (days.reduce((sum, day) => sum + of(day), 0) / days.length).toFixed(2)
  console.log(`\n${name}`)
  console.log('day         common  order  came  went  moved  topics        sources     repeats')
  for (const { date, comparison } of days) {
    const { jaccard, overlap, changes, before, after } = comparison
    const came = changes.filter((one) => one.from === null).length
    const went = changes.filter((one) => one.to === null).length
    const columns = [
      date,
      jaccard.toFixed(2).padStart(7),
      overlap.toFixed(2).padStart(6),
      String(came).padStart(5),
      String(went).padStart(5),
      String(changes.length - came - went).padStart(6),
      `  ${before.topics.toFixed(1)} → ${after.topics.toFixed(1)}`.padEnd(15),
      `${before.sources} → ${after.sources}`.padEnd(11),
      `${before.repeats} → ${after.repeats}`,
    ]
    console.log(columns.join(' '))
  }
  const [common, order] = [mean((d) => d.comparison.jaccard), mean((d) => d.comparison.overlap)]
  console.log(`mean: common ${common}, order ${order}`)
}

const began = performance.now()
const ids = await composeDays()
const seconds = ((performance.now() - began) / 1_000).toFixed(0)
const editions = await Promise.all(ids.map((id) => store.editions.get(id)))
const hashes = editions.map((edition) => edition?.hash ?? '')
const all = createHash('sha256').update(hashes.join('\n')).digest('hex')
const cards = editions.reduce((sum, edition) => sum + (edition?.pool.length ?? 0), 0)
const setup = config.REDIS_URL
  ? 'PostgreSQL and Redis'
  : config.DATABASE_URL
    ? 'PostgreSQL'
    : 'PGlite'
console.log(`${setup}, ${values.workers} processes: ${await store.articles.count()} articles,`)
console.log(`${ids.length} editions, ${cards} cards in ${seconds} s; all ${all.slice(0, 16)}`)
const kept = await timed('as kept', {}, ids)
const anew = await timed('grouped anew from the log', { anew: true }, ids)
tell(
  'heat=0.2, quality=0.6, source=4',
  await timed('other weights', { weights: { heat: 0.2, quality: 0.6, source: 4 } }, ids),
)
tell(
  'joinAt=0.2, mergeAt=0.22',
  await timed('another grouping', { grouping: { joinAt: 0.2, mergeAt: 0.22 } }, ids),
)
for (const worker of others) worker.disconnect()
await app.close()
rmSync(folder, { recursive: true, force: true })
process.exitCode = [...kept, ...anew].every(({ same }) => same) ? 0 : 1
