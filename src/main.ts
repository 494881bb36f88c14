import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { faultOfRule } from './article/filter-rules.ts'
import { basePathOf, type Config, requireMailSettings } from './config.ts'
import { judgeFailure } from './delivery/bounce.ts'
import { parseMailbox } from './delivery/mailbox.ts'
import { createRenderer } from './edition/render.ts'
import { DoseError } from './errors.ts'
import { type Clock, systemClock } from './io/clock.ts'
import { createClosing } from './io/closing.ts'
import { openDatabase } from './io/database.ts'
import { createDkim, type DkimSigner } from './io/dkim.ts'
import { createDns } from './io/dns.ts'
import { readFilters } from './io/filters.ts'
import { createHttp } from './io/http.ts'
import { createBudget } from './io/http-line.ts'
import { createKept, PREVIEWS } from './io/kept.ts'
import { createLog, type Log } from './io/log.ts'
import type { Mailer } from './io/mail.ts'
import { createOutbox } from './io/outbox.ts'
import { openQueues } from './io/queues.ts'
import { createSmtp } from './io/smtp.ts'
import { openTaxonomy } from './io/taxonomy.ts'
import { createThreads, type Threads } from './io/threads.ts'
import { createTraces, noTraces, type Traces } from './io/traces.ts'
import type { FilterRule } from './model.ts'
import { openStore, type Store } from './store/store.ts'
import { openTemplates } from './templates.ts'
import { closeSender } from './workers/deliver.ts'
import { stageNames } from './workers/pipeline.ts'
import { isPermanent } from './workers/run.ts'
import type { Deps } from './workers/stage.ts'
import { createSteward } from './workers/steward.ts'

/** The language the sources run in: TypeScript from a checkout, JavaScript once packed. */
const EXTENSION = import.meta.filename.endsWith('.ts') ? 'ts' : 'js'

const MINUTE_MS = 60_000
/** As robots.txt files and logs know us; the version is that of the manners, not of the release. */
const PRODUCT = 'DailyDose/1.0'

export type App = {
  readonly deps: Deps
  /** Tells mails where this server is reached, once it listens. */
  servedAt(url: string): void
  /** Has a part that was opened upon these closed before them. */
  onClose(part: string, close: () => unknown): void
  /** Takes no more work, lets running work end, closes in reverse order; hurries what takes long. */
  close(): Promise<void>
}

export type AppOptions = {
  /** Names this process to others that want the folder. */
  readonly command: string
  readonly clock?: Clock
  readonly log?: Log
  /** Keeps installations that share one Redis apart. */
  readonly prefix?: string
  /** A pool that goes on when this app is closed; by default it has one of its own. */
  readonly threads?: Threads
}

const threadFile = (name: string) => new URL(`./workers/${name}.${EXTENSION}`, import.meta.url)

/** Threads for all that takes long and needs no row. */
export const openThreads = (): Threads =>
  createThreads(threadFile('thread'), Math.max(1, availableParallelism() - 1))

/**
 * Builds every part once, in the order in which they depend on each other.
 *
 * @throws {DoseError} naming the setting or the service that is missing; nothing is left open.
 */
export async function openApp(config: Config, options: AppOptions): Promise<App> {
  requireMailSettings(config)
  parseMailbox(config.MAIL_FROM, 'MAIL_FROM')
  const log = options.log ?? createLog(config.LOG_LEVEL)
  const clock = options.clock ?? systemClock
  const closing = createClosing(log)
  const templates = await openTemplates(config.TEMPLATES_DIR, log)
  try {
    const database = await openDatabase(config, options.command, (error) => {
      log.error('the rows are lost', { error })
      process.exit(error instanceof DoseError ? error.exit : 1) // nothing more may be written
    })
    closing.add('database', () => database.close())
    const store = await openStore(database, config.SECRETS_KEY)
    const queues = await openQueues({
      stages: stageNames,
      pool: database.queues,
      redisUrl: config.REDIS_URL,
      isPermanent,
      onError: (error) => log.warn('trouble with the queues', { error }),
      ...(options.prefix ? { prefix: options.prefix } : {}),
    })
    closing.add('queues', () => queues.close())
    const mailer = createMailer(config, store, log)
    closing.add('mailer', () => mailer.close())
    const budget = createBudget(
      { ...store.turns, take: (tickets) => store.turns.take(tickets, config.HOST_CONNECTIONS) },
      MINUTE_MS / config.HOST_REQUESTS_PER_MINUTE,
    )
    closing.add('budget', () => budget.close())
    const http = createHttp({
      allowPrivateHosts: config.ALLOW_PRIVATE_HOSTS,
      userAgent: userAgentOf(config),
      budget,
    })
    closing.add('http', () => http.close())
    const threads = options.threads ?? openThreads()
    if (!options.threads) closing.add('threads', () => threads.close())
    const openClusterThread = () => createThreads(threadFile('cluster-thread'), 1)
    const clusterThread = openClusterThread()
    closing.add('cluster thread', () => clusterThread.close())
    closing.add('sender', () => closeSender(store, clock.now()))
    const traces = openTraces(config, log)
    closing.add('traces', () => traces.close())
    closing.add('workers', () => queues.stopWorkers())
    const topics = openTaxonomy((error) => log.error('the topics stay as they were', { error }))
    let servedAt = config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`
    const deps: Deps = {
      config,
      store,
      queues,
      mailer,
      dns: createDns(),
      http,
      threads,
      clusterThread,
      openClusterThread,
      clock,
      log,
      traces,
      templates,
      renderer: createRenderer(templates.all, basePathOf(config.PUBLIC_URL)),
      get taxonomy() {
        return topics()
      },
      kept: createKept(PREVIEWS),
      filters: await readRules(),
      publicUrl: () => servedAt,
      processId: randomUUID(),
    }
    return {
      deps,
      servedAt(url) {
        servedAt = config.PUBLIC_URL ?? url
      },
      onClose: closing.add,
      close: closing.closeAll,
    }
  } catch (error) {
    await closing.closeAll()
    throw error
  }
}

/** Who asks, and where to complain: a page, a mailbox, or at least the front page. */
function userAgentOf({ CONTACT_URL, PUBLIC_URL }: Config): string {
  const contact = CONTACT_URL || PUBLIC_URL
  return contact ? `${PRODUCT} (+${contact})` : PRODUCT
}

/** @throws {DoseError} CONFIG_INVALID naming the rule. */
async function readRules(): Promise<readonly FilterRule[]> {
  const rules = await readFilters()
  const fault = rules.map(({ rule }) => faultOfRule(rule)).find((found) => found !== null)
  if (fault) throw new DoseError('CONFIG_INVALID', `config/filters.yaml: ${fault}.`)
  return rules
}

function openTraces(config: Config, log: Log): Traces {
  if (!config.OTEL_EXPORTER_OTLP_ENDPOINT) return noTraces
  return createTraces({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    service: config.OTEL_SERVICE_NAME,
    onError: (error) => log.warn('spans are lost', { error }),
  })
}

function createMailer(config: Config, store: Store, log: Log): Mailer {
  if (!config.SMTP_URL) return createOutbox(join(config.DATA_DIR, 'outbox'))
  return createSmtp({
    url: config.SMTP_URL,
    judge: judgeFailure,
    sign: signerOf(config),
    steward: createSteward(store, config, log),
  })
}

/** @throws {DoseError} CONFIG_INVALID naming what is wrong with the key. */
function signerOf({ DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY }: Config): DkimSigner | undefined {
  if (!DKIM_DOMAIN || !DKIM_SELECTOR || !DKIM_KEY) return undefined
  return createDkim({ domain: DKIM_DOMAIN, selector: DKIM_SELECTOR, key: DKIM_KEY })
}
