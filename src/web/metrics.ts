import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { freeBytes } from '../io/disk.ts'
import { alertRules } from '../upkeep/alert-rules.ts'
import { pipeline } from '../workers/pipeline.ts'
import type { Deps } from '../workers/stage.ts'

const DELAY_RESOLUTION_MS = 10
const QUANTILES = [0.5, 0.9, 0.99] as const
const NS_PER_SECOND = 1e9

type Sample = { readonly labels?: Readonly<Record<string, string>>; readonly value: number }

/** Figures in the text format of Prometheus (exposition format 0.0.4). */
export function metricsPage(app: FastifyInstance, deps: Deps) {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
  delay.enable()
  app.addHook('onClose', async () => void delay.disable())
  const news = remembered(() => newsFigures(deps))
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    const parts = [...(await news()), ...processFigures(delay)]
    delay.reset() // the quantiles are of the time since the last look
    return reply.send(`${parts.join('\n')}\n`)
  }
}

/** One look serves all who ask within this time. */
const FRESH_MS = 5_000

function remembered(look: () => Promise<string[]>): () => Promise<string[]> {
  let last: { readonly at: number; readonly lines: Promise<string[]> } | undefined
  return () => {
    const now = performance.now()
    if (!last || now - last.at > FRESH_MS) last = { at: now, lines: look() }
    return last.lines
  }
}

/** Labels are stages, states, rules and rooms: as many as the program knows, never as many as there are rows. */
async function newsFigures(deps: Deps): Promise<string[]> {
  return [
    ...(await queueFigures(deps)),
    ...(await newsCounts(deps)),
    ...(await mailFigures(deps)),
    ...(await houseFigures(deps)),
  ]
}

async function queueFigures({ store, queues, clock }: Deps): Promise<string[]> {
  const now = clock.now()
  const jobs: Sample[] = []
  const waits: Sample[] = []
  for (const { name: stage } of pipeline) {
    for (const [state, value] of Object.entries(await queues.counts(stage)))
      jobs.push({ labels: { stage, state }, value })
    const since = await queues.waitingSince(stage)
    const age = since === null ? 0 : (Date.parse(now) - Date.parse(since)) / 1_000
    waits.push({ labels: { stage }, value: Math.max(0, age) })
  }
  const ended = await store.figures.ended(now)
  const times = ended.flatMap(({ stage, runSeconds, waitSeconds }) => [
    { labels: { stage, of: 'run' }, value: runSeconds },
    { labels: { stage, of: 'wait' }, value: waitSeconds },
  ])
  const ends = ended.flatMap(({ stage, done, failed }) => [
    { labels: { stage, state: 'done' }, value: done },
    { labels: { stage, state: 'failed' }, value: failed },
  ])
  return [
    metric('dose_queue_jobs', 'gauge', 'Jobs of a stage by state.', jobs),
    metric('dose_queue_oldest_seconds', 'gauge', 'How long the oldest waiting job waits.', waits),
    metric('dose_runs_last_hour', 'gauge', 'Runs of a stage that ended in the last hour.', ends),
    metric('dose_run_p95_seconds', 'gauge', 'Time of 95 in 100 runs of the last hour.', times),
  ]
}

async function newsCounts({ store, clock }: Deps): Promise<string[]> {
  const totals = await store.archive.totals()
  const at = totals.lastEditionAt
  return [
    metric('dose_articles', 'gauge', 'Articles kept; an estimate where there are many.', [
      { value: totals.articles },
    ]),
    metric('dose_stories', 'gauge', 'Stories kept; an estimate where there are many.', [
      { value: totals.stories },
    ]),
    metric('dose_sources', 'gauge', 'Sources by state.', byState(await store.figures.sources())),
    metric(
      'dose_fetches_last_hour',
      'gauge',
      'Requests to sources in the last hour by what came of them.',
      (await store.figures.answers(clock.now())).map(({ answer, n }) => {
        return { labels: { answer }, value: n }
      }),
    ),
    metric('dose_deliveries', 'gauge', 'Deliveries kept by state.', byState(totals.deliveries)),
    metric(
      'dose_last_edition_timestamp_seconds',
      'gauge',
      'When the newest edition was frozen; 0 before the first.',
      [{ value: at === null ? 0 : Date.parse(at) / 1_000 }],
    ),
  ]
}

async function mailFigures({ store, clock }: Deps): Promise<string[]> {
  const now = clock.now()
  const mail = Object.entries(await store.figures.mail(now))
  const overdue = await store.figures.overdue(now)
  return [
    metric(
      'dose_mails_last_day',
      'gauge',
      'Mails of the last 24 hours by how they ended.',
      mail.map(([state, value]) => ({ labels: { state }, value })),
    ),
    metric('dose_mails_overdue', 'gauge', 'Mails that are due and have not left.', [
      { value: overdue.reduce((sum, { n }) => sum + n, 0) },
    ]),
    metric('dose_mail_servers_paused', 'gauge', 'Mail servers that are left alone.', [
      { value: (await store.quota.paused()).length },
    ]),
  ]
}

async function houseFigures({ store, config }: Deps): Promise<string[]> {
  const open = (await store.alerts.list()).filter(({ resolvedAt }) => resolvedAt === null)
  const firing = alertRules.map((rule) => {
    return { labels: { rule }, value: open.filter((alert) => alert.rule === rule).length }
  })
  return [
    metric('dose_alerts', 'gauge', 'Alerts that are open, by rule.', firing),
    metric('dose_disk_free_bytes', 'gauge', 'Room left on the disk of DATA_DIR.', [
      { value: await freeBytes(config.DATA_DIR) },
    ]),
    metric('dose_database_bytes', 'gauge', 'Size of the database.', [
      { value: await store.house.databaseBytes() },
    ]),
    metric('dose_fetching_stopped', 'gauge', '1 while there is no room to read sources.', [
      { value: (await store.house.fetchStop()) === null ? 0 : 1 },
    ]),
  ]
}

const byState = (counts: readonly { readonly state: string; readonly n: number }[]): Sample[] =>
  counts.map(({ state, n }) => ({ labels: { state }, value: n }))

function processFigures(delay: ReturnType<typeof monitorEventLoopDelay>): string[] {
  const memory = process.memoryUsage()
  const cpu = process.cpuUsage()
  const delays = QUANTILES.map((quantile) => ({
    labels: { quantile: String(quantile) },
    value: delay.count === 0 ? 0 : delay.percentile(quantile * 100) / NS_PER_SECOND,
  }))
  return [
    metric('process_resident_memory_bytes', 'gauge', 'Memory of this process.', [
      { value: memory.rss },
    ]),
    metric('nodejs_heap_used_bytes', 'gauge', 'Heap in use.', [{ value: memory.heapUsed }]),
    metric('process_cpu_seconds_total', 'counter', 'Processor time used.', [
      { value: (cpu.user + cpu.system) / 1e6 },
    ]),
    metric('process_uptime_seconds', 'gauge', 'Time since the start.', [
      { value: process.uptime() },
    ]),
    metric(
      'nodejs_eventloop_delay_seconds',
      'gauge',
      'Delay of the event loop since the last look.',
      delays,
    ),
  ]
}

function metric(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  samples: readonly Sample[],
): string {
  const lines = samples.map(({ labels = {}, value }) => {
    const shown = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
    return `${name}${shown.length > 0 ? `{${shown.join(',')}}` : ''} ${value}`
  })
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n')
}

const escapeLabel = (text: string): string =>
  text.replace(/[\\"\n]/g, (mark) => (mark === '\n' ? '\\n' : `\\${mark}`))
