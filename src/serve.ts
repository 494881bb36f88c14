import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer as createProbe } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { PushedArticles } from './article/pushed.ts'
import { type Command, roleFor } from './commands/command.ts'
import { commands } from './commands/commands.ts'
import { runAs } from './commands/operation.ts'
import { type Config, requireServerSettings } from './config.ts'
import { ReportedMails } from './delivery/reported.ts'
import { DoseError } from './errors.ts'
import { openFirstDoor } from './first-admin.ts'
import { openInbox } from './io/inbox.ts'
import { removeServerFile, writeServerFile } from './io/remote.ts'
import { type App, type AppOptions, openApp } from './main.ts'
import { startNights } from './nights.ts'
import type { Intake } from './web/intake.ts'
import type { Operation } from './web/operation.ts'
import { createServer } from './web/server.ts'
import { stageNames } from './workers/pipeline.ts'
import { pushArticles } from './workers/push.ts'
import { takeReported } from './workers/reported.ts'
import { openAddresses, takeReturned } from './workers/reports.ts'
import { startClocks, startWorkers } from './workers/run.ts'
import type { Deps } from './workers/stage.ts'
import { expectDelivery, receiveDelivery, verifyIntent } from './workers/websub.ts'

/** Which parts of the whole a process runs. */
export type Parts = {
  readonly web: boolean
  readonly clocks: boolean
  /** Stages it works; none for `[]`. */
  readonly stages: readonly string[]
}

export const ALL: Parts = { web: true, clocks: true, stages: stageNames }

export type Served = {
  readonly app: App
  /** Where the web server listens; `null` without one. */
  readonly url: string | null
  /** Takes no more work, lets running work end, closes. */
  stop(): Promise<void>
}

/** How long an answer that is being given may go on when the server stops. */
const ANSWER_MS = 10_000
/** A process that has stopped and is still there after this long ends by force. */
const EXIT_MS = 5_000

/**
 * Starts the parts asked for.
 *
 * @param say tells the operator where things are.
 * @throws {DoseError} naming the setting, port or service.
 */
export async function serve(
  config: Config,
  parts: Parts,
  options: AppOptions,
  say: (line: string) => void,
): Promise<Served> {
  const app = await openApp(config, options)
  try {
    const url = parts.web ? await startWeb(app, config, say) : null
    if (parts.web && config.BOUNCE_LISTEN) await startInbox(app, config.BOUNCE_LISTEN)
    if (parts.stages.length > 0) startWorkers(app.deps, parts.stages)
    if (parts.clocks) app.onClose('clocks', await startClocks(app.deps))
    if (parts.clocks) app.onClose('nights', startNights(app.deps, config))
    return { app, url, stop: app.close }
  } catch (error) {
    await app.close()
    throw error
  }
}

async function startWeb(app: App, config: Config, say: (line: string) => void): Promise<string> {
  const { deps } = app
  const secret = await deps.store.settings.signingSecret()
  const apiToken = config.API_TOKEN ?? derive(secret, 'api token')
  const commandToken = derive(secret, 'command line')
  const server = await createServer({
    deps,
    intake: intakeOf(deps),
    operations: operationsOf(deps),
    adminPassword: config.ADMIN_PASSWORD ?? null,
    apiToken,
    commandToken,
    outbox: config.SMTP_URL ? null : join(config.DATA_DIR, 'outbox'),
  })
  const url = await server
    .listen({ port: config.PORT, host: config.HOST })
    .catch((error: unknown) => {
      throw new DoseError(
        'CONFIG_INVALID',
        `PORT ${config.PORT} on ${config.HOST}: ${String(error)}`,
      )
    })
  app.onClose('web', () => closeServer(server))
  app.servedAt(url)
  if (!config.DATABASE_URL) {
    await writeServerFile(config.DATA_DIR, { url, token: commandToken })
    app.onClose('server.json', () => removeServerFile(config.DATA_DIR))
  }
  const link = await openFirstDoor(config.ADMIN_PASSWORD, deps)
  if (link) say(`Choose the password of the user admin here; the link is shown this once: ${link}`)
  return url
}

export const operationsOf = (deps: Deps): readonly Operation[] =>
  commands.map((command) => operationOf(command, deps))

/** Takes in mails that come back: only those to an address that we gave out ourselves. */
async function startInbox({ deps, onClose }: App, listen: string): Promise<void> {
  const tls = await readCertificate(deps.config)
  const addressOf = await openAddresses(deps)
  const inbox = await openInbox({
    listen,
    accepts: (address) => addressOf(address) !== null,
    receive: ({ bytes, ...envelope }) => takeReturned(bytes, envelope, deps),
    ...(tls && { tls }),
    onError: (error) => deps.log.warn('trouble with mails that come back', { error }),
  })
  onClose('inbox', () => inbox.close())
}

/** @throws {DoseError} CONFIG_INVALID naming the file that cannot be read. */
async function readCertificate({ BOUNCE_TLS_CERT, BOUNCE_TLS_KEY }: Config) {
  if (!BOUNCE_TLS_CERT || !BOUNCE_TLS_KEY) return null
  try {
    return { cert: await readFile(BOUNCE_TLS_CERT), key: await readFile(BOUNCE_TLS_KEY) }
  } catch (cause) {
    const subject = `BOUNCE_TLS_CERT, BOUNCE_TLS_KEY: ${String(cause)}`
    throw new DoseError('CONFIG_INVALID', subject, { cause })
  }
}

/** A command as the web server serves it. */
const operationOf = (command: Command, deps: Deps): Operation => ({
  name: command.name,
  summary: command.summary,
  changes: command.changes,
  needs: roleFor(command),
  tellsKey: command.tellsKey ?? false,
  schema: command.input,
  confirm: async (input) => (await command.confirm?.(input as never, deps)) ?? null,
  show: (row) => command.show?.(row) ?? JSON.stringify(row),
  run: (input, emit, actor) => runAs(actor, command, input, deps, emit, false),
})

/** What the web server does with what comes by itself. */
export const intakeOf = (deps: Deps): Intake => ({
  pushed: PushedArticles,
  push: (articles) => pushArticles(articles, deps),
  reported: ReportedMails,
  report: (reports) => takeReported(reports, deps),
  verify: (sourceId, key, intent) => verifyIntent(sourceId, key, intent, deps),
  async expects(sourceId, key) {
    const expected = await expectDelivery(sourceId, key, deps)
    return typeof expected === 'string' ? expected : 'wanted'
  },
  receive: (sourceId, key, delivery) => receiveDelivery(sourceId, key, delivery, deps),
})

/** Depends on the signing secret alone, so that every process agrees and nothing more is stored. */
const derive = (secret: string, purpose: string): string =>
  createHmac('sha256', secret).update(purpose).digest('base64url')

/** An answer that is still being given may end; one that takes long is cut off. */
export async function closeServer(server: FastifyInstance, answerMs = ANSWER_MS): Promise<void> {
  const late = setTimeout(() => server.server.closeAllConnections(), answerMs)
  await server.close().finally(() => clearTimeout(late))
}

/** Runs until a signal asks it to stop, or stops at once on a second one. */
export async function untilStopped(served: Served, say: (line: string) => void): Promise<number> {
  await new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        say(`${signal}: running work ends, nothing new begins.`)
        process.once(signal, () => process.exit(1))
        stop()
      })
  })
  await served.stop()
  setTimeout(() => process.exit(), EXIT_MS).unref() // fires when a part that hangs keeps us here
  return 0
}

/** `up`, `web`, `worker` and `scheduler`: the same parts, together or apart. */
export function partsOf(command: string, config: Config, stages?: readonly string[]): Parts {
  if (command !== 'up') requireServerSettings(config, command)
  const unknown = stages?.filter((stage) => !stageNames.includes(stage)) ?? []
  if (unknown.length > 0)
    throw new DoseError(
      'USAGE',
      `--only ${unknown.join(',')}: the stages are ${stageNames.join(', ')}.`,
    )
  switch (command) {
    case 'web':
      return { web: true, clocks: false, stages: [] }
    case 'worker':
      return { web: false, clocks: false, stages: stages ?? stageNames }
    case 'scheduler':
      return { web: false, clocks: true, stages: [] }
    default:
      return ALL
  }
}

/** The first free port from `port` on, so that a demo never gets in the way of a server. */
export async function freePort(port: number): Promise<number> {
  const isFree = await new Promise<boolean>((tell) => {
    const probe = createProbe()
    probe.once('error', () => tell(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => tell(true)))
  })
  return isFree ? port : freePort(port + 1)
}
