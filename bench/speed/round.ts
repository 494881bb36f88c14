/**
 * A round over 5,000 sources on 50 domains, of which 10 % are slow, dead or lying, through the real
 * queue and store, in the set-up the settings choose:
 *
 *     node $FLAGS bench/speed/round.ts
 *     DATABASE_URL=postgres://… node $FLAGS bench/speed/round.ts
 *     DATABASE_URL=postgres://… REDIS_URL=redis://… node $FLAGS bench/speed/round.ts
 *
 * The budget is 2 connections and 4 requests a second for each domain, so that 100 sources of one take
 * 25 s at best. Wanted: both rounds within 1.3 times that plus the time limit of the slowest answer; no
 * more than 200 MB above the idle process; every request of the second round that can be conditional is,
 * and gets a 304. Documents are stored and not ingested: `ingest.ts` measures that.
 * FLAGS are those that `bin/dose` is started with: `--max-semi-space-size=2 --heap-growing-percent=80`.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { loadConfig } from '../../src/config.ts'
import { LIMITS } from '../../src/io/http-limits.ts'
import { openApp } from '../../src/main.ts'
import { reconcile } from '../../src/workers/reconcile.ts'
import { startWorkers } from '../../src/workers/run.ts'
import { type Deps, handTo, WAKE } from '../../src/workers/stage.ts'
import type { Seen } from './round-hosts.ts'

const { values } = parseArgs({ options: { domains: { type: 'string', default: '50' } } })
const DOMAINS = Number(values.domains)
const FEEDS = 100
const BAD = 10
const CONNECTIONS = 2
const PER_SECOND = 4
/** What the slowest answer costs before it is given up: it never comes. */
const SLOWEST_S = LIMITS.headersMs / 1_000
const BEST_S = FEEDS / PER_SECOND
const WANTED_S = 1.3 * BEST_S + SLOWEST_S
const WANTED_MB = 200
const MB = 1_024 * 1_024

const folder = mkdtempSync(join(tmpdir(), 'dose-round-'))
const { config } = loadConfig({
  SMTP_URL: process.env.DATABASE_URL ? 'smtp://127.0.0.1:9' : '',
  LOG_LEVEL: 'silent',
  ...process.env,
  DATA_DIR: folder,
  ALLOW_PRIVATE_HOSTS: '127.0.0.0/8',
  HOST_CONNECTIONS: String(CONNECTIONS),
  HOST_REQUESTS_PER_MINUTE: String(PER_SECOND * 60),
})
const hosts = await startHosts()
const app = await openApp(config, { command: 'bench' })
const { deps } = app
try {
  await addSources(deps, hosts.port)
  startWorkers(deps, ['fetch', 'reconcile'])
  await sleep(2_000)
  const idle = process.memoryUsage.rss()
  const { queues } = deps
  console.log(
    `${deps.store.kind}, queues on ${queues.kind}: ${DOMAINS * FEEDS} sources on ${DOMAINS} domains, ` +
      `${BAD} % slow, dead or lying; idle ${megabytes(idle)} MB`,
  )
  for (const round of [1, 2]) await runRound(round, idle)
} finally {
  await app.close()
  hosts.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function startHosts() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'round-hosts.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => (await lines.next()).value ?? ''
  return {
    port: Number(await next()),
    /** The requests since the last time. */
    async seen(): Promise<Seen[]> {
      child.stdin.write('log\n')
      return JSON.parse(await next())
    },
    stop: () => child.stdin.end(),
  }
}

async function addSources({ store, clock }: Deps, port: number): Promise<void> {
  const sources = Array.from({ length: DOMAINS * FEEDS }, (_, i) => ({
    kind: 'feed' as const,
    url: `http://127.0.1.${1 + (i % DOMAINS)}:${port}/feed/${Math.floor(i / DOMAINS)}`,
    name: `Feed ${i}`,
    topics: [],
    intervalSeconds: 3_600,
  }))
  await store.sources.addMany(sources, clock.now())
}

async function runRound(round: number, idle: number): Promise<void> {
  const { store, queues } = deps
  await sql`update dose.source set next_fetch_at = ${deps.clock.now()}`.execute(store.db)
  await hosts.seen()
  const began = Date.now()
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 50)
  await handTo(reconcile, [WAKE], 'bench', queues)
  while ((await left(round)) > 0) await sleep(250)
  clearInterval(watch)
  const seconds = (Date.now() - began) / 1_000
  const seen = await hosts.seen()
  report(round, seconds, seen, began)
  const above = Math.round((peak - idle) / MB)
  console.log(
    `  memory: ${above} MB above idle at most (wanted: ${WANTED_MB}) ${verdict(above <= WANTED_MB)}`,
  )
}

async function left(round: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from dose.source where fetches < ${round}`.execute(deps.store.db)
  return rows[0]?.n ?? 0
}

function report(round: number, seconds: number, seen: readonly Seen[], began: number): void {
  const isGood = ({ feed }: Seen) => feed >= BAD
  console.log(
    `round ${round}: ${seconds.toFixed(1)} s, ${(seconds / BEST_S).toFixed(2)} times the ${BEST_S} s at best ` +
      `(wanted: ${WANTED_S} s) ${verdict(seconds <= WANTED_S)}`,
  )
  const byDomain = Map.groupBy(seen, ({ domain }) => domain)
  const spans = [...byDomain.values()].map(
    (requests) => (Math.max(...requests.map(({ at }) => at)) - began) / 1_000,
  )
  spans.sort((a, b) => a - b)
  const half = [...byDomain.values()].map(
    (requests) => requests.filter(({ at }) => at < began + (BEST_S / 2) * 1_000).length,
  )
  console.log(
    `  domains: last request of each after ${spans[0]?.toFixed(1)} to ${spans.at(-1)?.toFixed(1)} s; ` +
      `after ${BEST_S / 2} s ${Math.min(...half)} to ${Math.max(...half)} requests each, ` +
      `fairness ${fairness(half).toFixed(3)} (Jain; 1 is even)`,
  )
  const crowds = [...byDomain.values()].map(mostAtOnce)
  const rates = [...byDomain.values()].map(mostInASecond)
  console.log(
    `  manners: at most ${Math.max(...crowds)} requests at once and ${Math.max(...rates)} begun within a second at one domain`,
  )
  const good = seen.filter(isGood)
  const again = good.length - new Set(good.map(({ domain, feed }) => `${domain} ${feed}`)).size
  const conditional = good.filter((one) => one.conditional).length
  const unchanged = good.filter(({ status }) => status === 304).length
  const needless = again + (round > 1 ? good.length - conditional : 0)
  console.log(
    `  requests: ${seen.length}, not needed ${needless}; of ${good.length} to good feeds ` +
      `${share(conditional, good.length)} conditional, ${share(unchanged, good.length)} answered 304` +
      (round > 1 ? ` ${verdict(conditional === good.length && unchanged === good.length)}` : ''),
  )
}

function mostAtOnce(requests: readonly Seen[]): number {
  const events = requests.flatMap(({ at, end }) => [
    { at, by: 1 },
    { at: end ?? Infinity, by: -1 },
  ])
  let now = 0
  let most = 0
  // Of two at one millisecond the end comes first.
  for (const { by } of events.sort((a, b) => a.at - b.at || a.by - b.by)) {
    now += by
    most = Math.max(most, now)
  }
  return most
}

function mostInASecond(requests: readonly Seen[]): number {
  const times = requests.map(({ at }) => at).sort((a, b) => a - b)
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
  )
}

/** R. Jain, D. Chiu, W. Hawe, 1984: 1 when all have as much, 1/n when one has all. */
function fairness(values: readonly number[]): number {
  const sum = values.reduce((a, b) => a + b, 0)
  return sum ** 2 / (values.length * values.reduce((a, b) => a + b * b, 0))
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`
}

function verdict(isMet: boolean): string {
  return isMet ? 'ok' : 'NOT MET'
}

function megabytes(bytes: number): number {
  return Math.round(bytes / MB)
}
