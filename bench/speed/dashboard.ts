/**
 * How long the web server takes for every page of operators and readers, on a year of rows:
 *
 *     DATABASE_URL=postgres://…/empty node bench/speed/dashboard.ts [--rounds 40] [--only /admin/runs] [--articles N]
 *
 * The database must be an empty one, or one this command has filled before. It gets 1,000,000 articles,
 * 200,000 runs and 100,000 deliveries; the server is another process. Pages come from the server's own table of routes.
 * Wanted: p95 of 100 ms for pages and 300 ms for searches, and 2 % of a core at rest with somebody
 * who looks on. Exit 1 where one is missed.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { loadConfig } from '../../src/config.ts'
import { compareOrders } from '../../src/edition/measure.ts'
import { openApp } from '../../src/main.ts'
import { serve } from '../../src/serve.ts'
import type { Deps } from '../../src/workers/stage.ts'
import { POOL } from '../../test/support/edition.ts'
import { fillRows } from './dashboard-rows.ts'

const PAGE_MS = 100
const SEARCH_MS = 300
const REST_SHARE = 0.02
const REST_MS = 20_000
/** Until what the last page set going has ended. */
const SETTLE_MS = 20_000
const WAITING_JOBS = 2_000
const PASSWORD = 'only-for-this-measure'
const TOKEN = 'only-for-this-measure'

/** Words that are looked for, beside the pages; `{name}` stands for what the store has of it. */
const SEARCHES: readonly string[] = [
  '/search?q=harbour+tunnel',
  '/search?q=harb',
  '/admin/runs/list?q=answered',
  '/admin/audit?q=source',
  '/admin/xray?q={article}',
  '/admin/xray?q={story}&kind=story',
  '/admin/xray?q={edition}',
  '/admin/xray?q={delivery}',
  '/admin/xray?q={reader}',
  '/admin/xray?q={source}',
  '/admin/xray?q=nothing-of-the-kind',
  '/admin/readers?q=reader1234',
  '/admin/readers?state=suppressed',
  '/admin/deliveries?q=firm-12',
  '/admin/deliveries?state=bounced',
  '/admin/deliveries/why?address={reader}&edition={edition}',
  '/admin/stories/{story}?digest={digest_id}',
  '/admin/stories?order=next-{digest_id}',
]
/** What a name in a path stands for, by the part of the path before it. */
const SUBJECT_OF: Readonly<Record<string, string>> = {
  editions: 'edition',
  next: 'digest_id',
  way: 'article',
  stage: 'stage',
  run: 'run',
  replays: 'replay',
  audit: 'audit',
  stories: 'story',
  sources: 'source',
  d: 'digest',
  schedules: 'digest',
  topics: 'topic',
}

/** Answers that are no page: they stream, copy all rows, are files, or are the way through a sign-in. */
const NO_PAGE =
  /\/(?:login|logout|live|opml|outbox|logo|oidc|welcome|assets|websub|i)\b|\/admin\/queues|\.(?:csv|json)$/

const headers = { authorization: `Basic ${btoa(`admin:${PASSWORD}`)}`, accept: 'text/html' }

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    articles: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
    part: { type: 'string' },
  },
})

const folder = mkdtempSync(join(tmpdir(), 'dose-dashboard-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const { config } = loadConfig(
  {
    DATABASE_URL: process.env.DATABASE_URL,
    REDIS_URL: process.env.REDIS_URL,
    DATA_DIR: folder,
    SMTP_URL: 'smtp://127.0.0.1:9',
    ADMIN_PASSWORD: PASSWORD,
    API_TOKEN: TOKEN,
    PORT: '0',
    LOG_LEVEL: 'error',
  },
  devNull,
)

if (values.part === 'server') await runServer()
else process.exitCode = await measure()

async function runServer(): Promise<void> {
  const parts = { web: true, clocks: false, stages: [] }
  const { url } = await serve(config, parts, { command: 'bench' }, () => undefined)
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
  process.send?.({ url })
}

async function measure(): Promise<number> {
  const samples = await prepare()
  const server = fork(import.meta.filename, ['--part', 'server'])
  const [{ url }] = (await once(server, 'message')) as [{ url: string }]
  try {
    const pages = await pagesOf(url, samples)
    let missed = 0
    for (const { path, most } of pages) {
      const times = await request(url, path, Number(values.rounds))
      const word = times.status >= 400 ? 'FAIL' : times.p95 > most ? 'LATE' : 'ok  '
      if (word !== 'ok  ') missed++
      console.log(
        `${word} p50 ${times.p50.toFixed(0).padStart(5)} ms  p95 ${times.p95.toFixed(0).padStart(5)} ms  ${times.status}  ${(times.bytes / 1024).toFixed(0).padStart(5)} KB  ${path}`,
      )
    }
    const share = await restShare(server, url)
    console.log(`at rest with a live listener: ${(share * 100).toFixed(2)} % of a core`)
    return missed > 0 || share > REST_SHARE ? 1 : 0
  } finally {
    server.kill()
  }
}

/** Fills what is empty. @returns for each name in a path an id there is. */
async function prepare(): Promise<Readonly<Record<string, string>>> {
  const app = await openApp(config, { command: 'bench' })
  const { store, clock, queues } = app.deps
  if ((await store.articles.count()) === 0) {
    const digestIds: string[] = []
    for (const name of ['Morning', 'Evening', 'Science']) {
      await store.digests.put({ name, schedule: '0 7 * * *', timeZone: 'UTC' }, clock.now())
      const { id = '' } = (await store.digests.find(name)) ?? {}
      await store.digests.setOpen(id, true)
      digestIds.push(id)
    }
    const articles = Number(values.articles)
    const amounts = { articles, runs: articles / 5, deliveries: articles / 10, sources: 500 }
    await fillRows(store.db, { ...amounts, readers: articles / 50 }, digestIds, POOL)
    const waiting = Array.from({ length: WAITING_JOBS }, (_, n) => `a${n}`)
    await queues.add(
      'summarise',
      waiting.map((id) => ({ id, version: 1, trace: 'bench' })),
    )
  }
  if ((await store.replays.list(1)).length === 0) await keepReplay(app.deps)
  const { rows } = await sql<Record<string, string>>`select
    (select id from dose.source order by id limit 1) as source,
    (select id from dose.story order by last_seen_at desc limit 1) as story,
    (select id from dose.article order by first_seen_at desc limit 1) as article,
    (select id from dose.edition order by date desc limit 1) as edition,
    (select id from dose.delivery order by at desc limit 1) as delivery,
    (select name from dose.digest order by name limit 1) as digest,
    (select id from dose.digest order by name limit 1) as digest_id,
    (select stage from dose.run order by queued_at desc limit 1) as stage,
    (select stage || '/' || row_id || '/' || row_version from dose.run order by queued_at desc limit 1) as run,
    (select id from dose.replay order by created_at desc limit 1) as replay,
    (select id from dose.audit_entry order by at desc limit 1) as audit,
    (select pool->0->>'topic' from dose.edition order by date desc limit 1) as topic,
    (select email from dose.subscriber order by id limit 1) as reader`.execute(store.db)
  await app.close()
  return rows[0] ?? {}
}

/** Of a fortnight, in which half of the stories stood elsewhere. */
async function keepReplay({ store, clock }: Deps): Promise<void> {
  const { id: digestId = '' } = (await store.digests.find('Morning')) ?? {}
  const [from, to] = ['2026-11-01', '2026-11-14']
  const request = { from, to, weights: { heat: 1 }, grouping: {}, without: [], anew: false }
  const id = await store.replays.ask(digestId, request, clock.now())
  const told = POOL.slice(0, 12)
  const again = [...told.filter((_, i) => i % 2), ...POOL.slice(12, 18)]
  const comparison = compareOrders(told, again)
  const days = Array.from({ length: 14 }, (_, i) => ({
    ...{ editionId: `e${i}`, date: `2026-11-${String(i + 1).padStart(2, '0')}`, same: false },
    ...{ hash: 'a', replayedHash: 'b', subject: 'As sent', replayedSubject: 'As replayed' },
    ...{ comparison, sent: told, replayed: again },
  }))
  const { jaccard, overlap } = comparison
  await store.replays.end(id, { result: { days, same: 0, jaccard, overlap } }, clock.now())
}

type Page = { readonly path: string; readonly most: number }

async function pagesOf(url: string, samples: Readonly<Record<string, string>>): Promise<Page[]> {
  const answer = await fetch(`${url}/openapi.json`)
  const { paths } = (await answer.json()) as { paths: Record<string, { get?: object }> }
  const pages = Object.entries(paths)
    .filter(([path, { get }]) => get && !NO_PAGE.test(path) && !path.includes('{token}'))
    .flatMap(([path]) => fillPath(path, samples) ?? [])
  return [
    ...pages.map((path) => ({ path, most: PAGE_MS })),
    ...SEARCHES.map((path) => ({ path: named(path, samples), most: SEARCH_MS })),
  ].filter(({ path }) => path.includes(values.only))
}

/** `null`, and told, where nobody knows what the path leads to. */
function fillPath(path: string, samples: Readonly<Record<string, string>>): string | null {
  const filled = path.replace(
    /([a-z]+)\/\{\w+\}(?:\/\{row\}\/\{version\})?/g,
    (whole, noun: string) => {
      const sample = samples[SUBJECT_OF[noun] ?? '']
      return sample == null ? whole : `${noun}/${encodeURI(sample)}`
    },
  )
  if (!filled.includes('{')) return filled
  console.error(`left out: ${path}`)
  return null
}

/** A page of what is composed says after three seconds that it looks again: what is measured is the page itself. */
async function untilMade(url: string, path: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url + path, { headers, redirect: 'manual' })
    await answer.arrayBuffer()
    if (!answer.headers.has('refresh')) return
  }
}

async function request(url: string, path: string, rounds: number) {
  const times: number[] = []
  let [status, bytes] = [0, 0]
  await untilMade(url, path)
  while (times.length < rounds) {
    const start = performance.now()
    const answer = await fetch(url + path, { headers, redirect: 'manual' })
    if (answer.status === 429) {
      await sleep(1_000 * Number(answer.headers.get('retry-after') ?? 1))
      continue
    }
    bytes = (await answer.arrayBuffer()).byteLength
    status = answer.status
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), status, bytes }
}

/** Processor time of the server while somebody looks on and nothing happens. */
async function restShare(server: ChildProcess, url: string): Promise<number> {
  const done = new AbortController()
  const live = await fetch(`${url}/admin/live?parts=queues,alerts,deliveries`, {
    headers,
    signal: done.signal,
  })
  const read = live.body && drain(live.body)
  await sleep(SETTLE_MS)
  const before = await cpuOf(server)
  await sleep(REST_MS)
  const after = await cpuOf(server)
  done.abort()
  await read
  return (after - before) / REST_MS
}

async function drain(body: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of body);
  } catch {} // the listener has left
}

async function cpuOf(server: ChildProcess): Promise<number> {
  server.send('cpu')
  const [{ cpu }] = (await once(server, 'message')) as [{ cpu: NodeJS.CpuUsage }]
  return (cpu.user + cpu.system) / 1_000
}

function named(path: string, samples: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(samples[name] ?? ''))
}
