import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    const parts = [...(await newsFigures(deps)), ...processFigures(delay)]
    delay.reset() // the quantiles are of the time since the last look
    return reply.send(`${parts.join('\n')}\n`)
  }
}

async function newsFigures({ store, queues }: Deps): Promise<string[]> {
  const totals = await store.archive.totals()
  const jobs: Sample[] = []
  for (const { name } of pipeline)
    for (const [state, value] of Object.entries(await queues.counts(name)))
      jobs.push({ labels: { stage: name, state }, value })
  return [
    metric('dose_queue_jobs', 'gauge', 'Jobs of a stage by state.', jobs),
    metric('dose_articles', 'gauge', 'Articles kept.', [{ value: totals.articles }]),
    metric('dose_stories', 'gauge', 'Stories kept.', [{ value: totals.stories }]),
    metric(
      'dose_deliveries',
      'gauge',
      'Deliveries kept by state.',
      totals.deliveries.map(({ state, n }) => ({ labels: { state }, value: n })),
    ),
    metric(
      'dose_last_edition_timestamp_seconds',
      'gauge',
      'When the newest edition was frozen; 0 before the first.',
      [{ value: totals.lastEditionAt === null ? 0 : Date.parse(totals.lastEditionAt) / 1_000 }],
    ),
  ]
}

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
