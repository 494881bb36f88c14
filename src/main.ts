import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Config, requireMailSettings } from './config.ts'
import { judgeFailure } from './delivery/bounce.ts'
import { parseMailbox } from './delivery/mailbox.ts'
import { createRenderer } from './edition/render.ts'
import { DoseError } from './errors.ts'
import { type Clock, systemClock } from './io/clock.ts'
import { openDatabase } from './io/database.ts'
import { createHttp } from './io/http.ts'
import { createLog, type Log } from './io/log.ts'
import type { Mailer } from './io/mail.ts'
import { createOutbox } from './io/outbox.ts'
import { openQueues } from './io/queues.ts'
import { createSmtp } from './io/smtp.ts'
import { readTaxonomy } from './io/taxonomy.ts'
import { readTemplates } from './io/templates.ts'
import { createThreads } from './io/threads.ts'
import { openStore } from './store/store.ts'
import { closeSender } from './workers/deliver.ts'
import { stageNames } from './workers/pipeline.ts'
import { isPermanent } from './workers/run.ts'
import type { Deps } from './workers/stage.ts'

/** The language the sources run in: TypeScript from a checkout, JavaScript once packed. */
const EXTENSION = import.meta.filename.endsWith('.ts') ? 'ts' : 'js'

export type App = {
  readonly deps: Deps
  /** Tells mails where this server is reached, once it listens. */
  servedAt(url: string): void
  /** Takes no more work, lets running work end, closes in reverse order. */
  close(): Promise<void>
}

export type AppOptions = {
  /** Names this process to others that want the folder. */
  readonly command: string
  readonly clock?: Clock
  readonly log?: Log
  /** Keeps installations that share one Redis apart. */
  readonly prefix?: string
}

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
  const closers: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    const database = await openDatabase(config, options.command, (error) => {
      log.error('the data folder is lost', { error })
      process.exit(error instanceof DoseError ? error.exit : 1) // nothing more may be written
    })
    closers.push(() => database.close())
    const store = await openStore(database)
    const queues = await openQueues({
      stages: stageNames,
      pool: database.queues,
      redisUrl: config.REDIS_URL,
      isPermanent,
      onError: (error) => log.warn('trouble with the queues', { error }),
      ...(options.prefix ? { prefix: options.prefix } : {}),
    })
    closers.push(() => queues.close())
    const mailer = createMailer(config)
    closers.push(() => mailer.close())
    const http = createHttp({
      allowPrivateHosts: config.ALLOW_PRIVATE_HOSTS,
      userAgent: `DailyDose${config.CONTACT_URL ? ` (+${config.CONTACT_URL})` : ''}`,
    })
    closers.push(() => http.close())
    const threadFile = (name: string) => new URL(`./workers/${name}.${EXTENSION}`, import.meta.url)
    const threads = createThreads(threadFile('thread'), Math.max(1, availableParallelism() - 1))
    closers.push(() => threads.close())
    const clusterThread = createThreads(threadFile('cluster-thread'), 1)
    closers.push(() => clusterThread.close())
    closers.push(() => closeSender(store))
    closers.push(() => queues.stopWorkers())
    let servedAt = config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`
    const deps: Deps = {
      config,
      store,
      queues,
      mailer,
      http,
      threads,
      clusterThread,
      clock,
      log,
      renderer: createRenderer(await readTemplates(join(import.meta.dirname, 'templates'))),
      taxonomy: await readTaxonomy(),
      publicUrl: () => servedAt,
      processId: randomUUID(),
    }
    return {
      deps,
      servedAt(url) {
        servedAt = config.PUBLIC_URL ?? url
      },
      close: closeAll,
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function createMailer(config: Config): Mailer {
  if (!config.SMTP_URL) return createOutbox(join(config.DATA_DIR, 'outbox'))
  return createSmtp({ url: config.SMTP_URL, judge: judgeFailure })
}
