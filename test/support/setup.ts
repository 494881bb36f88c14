import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, inject } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { type App, type AppOptions, openApp, openThreads } from '../../src/main.ts'
import { administer, TEMPLATE } from './postgres.ts'
import { type Sink, startSink } from './smtp.ts'

/** The set-up this run of the test file is about. */
export const setup = inject('setup')

/** What is left of an app may need a moment to go; what is there after this long is a leak. */
const LEAK_MS = 5_000

/** A developer's own config/local.yaml has no say in a test. */
const NO_FILE = devNull

export type Installation = {
  /** For `loadConfig`, or for the environment of a child process. */
  readonly settings: Record<string, string>
  /** The mail server of a server set-up; `null` where mail goes to the outbox. */
  readonly sink: Sink | null
  /** Takes everything away, and fails when somebody still holds it. */
  remove(): Promise<void>
}

const leftovers = new Set<Installation>()
afterAll(async () => {
  for (const installation of leftovers) await installation.remove()
})

/** An empty installation with rows, queues and mail of its own. Removed after the file at the latest. */
async function freshInstallation(): Promise<Installation> {
  const DATA_DIR = mkdtempSync(join(tmpdir(), `dose-${setup}-`))
  const rows = await (setup === 'pglite' ? copyFolder(DATA_DIR) : createDatabase())
  const queues = setup === 'redis' ? await numberRedis() : null
  const sink = setup === 'pglite' ? null : await startSink()
  const installation: Installation = {
    settings: {
      DATA_DIR,
      LOG_LEVEL: process.env.DEBUG ? 'debug' : 'silent',
      // Every origin of a test is one domain, 127.0.0.1.
      HOST_CONNECTIONS: '20',
      HOST_REQUESTS_PER_MINUTE: '60000',
      ...rows.settings,
      ...queues?.settings,
      ...(sink && { SMTP_URL: sink.url }),
    },
    sink,
    async remove() {
      if (!leftovers.delete(installation)) return
      await sink?.close()
      await queues?.remove()
      await rows.remove()
      rmSync(DATA_DIR, { recursive: true, force: true })
    },
  }
  leftovers.add(installation)
  return installation
}

/** Settings of an empty installation. */
export async function freshSettings(): Promise<Record<string, string>> {
  return (await freshInstallation()).settings
}

export type TestApp = App &
  Installation & {
    /** Closes the app and leaves the installation to other processes. */
    leave(): Promise<void>
  }

/** Starting one takes longer than most tests, and it keeps nothing of what it is asked. */
const threads = openThreads()

/** Opens the app on an installation of its own; `close` takes both away and looks for leaks. */
export async function openTestApp(
  overrides: Readonly<Record<string, string>> = {},
  options: Partial<AppOptions> = {},
): Promise<TestApp> {
  const installation = await freshInstallation()
  const settings = { ...installation.settings, ...overrides }
  const { config } = loadConfig(settings, NO_FILE)
  const app = await openApp(config, { command: 'test', threads, ...options })
  return {
    ...installation,
    ...app,
    settings,
    leave: app.close,
    async close() {
      await app.close()
      await installation.remove()
    },
  }
}

type Part = { readonly settings: Record<string, string>; remove(): void | Promise<void> }

/** Of Node, whose types leave it to those of browsers. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> }

/**
 * PGlite's program, which every thread would compile again: V8 gives whoever compiles the same bytes what
 * is there already, as long as somebody holds it.
 */
const program = setup === 'pglite' ? compilePglite() : null

async function compilePglite(): Promise<unknown> {
  const index = import.meta.resolve('@electric-sql/pglite')
  return WebAssembly.compile(await readFile(new URL('pglite.wasm', index)))
}

async function copyFolder(folder: string): Promise<Part> {
  await program
  cpSync(inject('pglite'), folder, { recursive: true })
  return {
    settings: {},
    remove() {
      if (existsSync(join(folder, 'lock.json'))) throw new Error(`leak: ${folder} is still held`)
    },
  }
}

async function createDatabase(): Promise<Part> {
  const url = inject('postgres')
  const name = `dose_${process.pid}_${crypto.randomUUID().slice(0, 8)}`
  await administer(url, `create database ${name} template ${TEMPLATE}`)
  return {
    settings: { DATABASE_URL: `${url}/${name}` },
    remove: () => untilFree(() => administer(url, `drop database if exists ${name}`)),
  }
}

async function numberRedis(): Promise<Part> {
  const server = new Redis(inject('redis'))
  const number = await server.incr('databases')
  await server.quit()
  const url = `${inject('redis')}/${number}`
  return {
    settings: { REDIS_URL: url },
    remove: () => untilFree(() => flush(url, number)),
  }
}

async function flush(url: string, number: number): Promise<void> {
  const client = new Redis(url)
  try {
    await client.flushdb()
    const others = String(await client.client('LIST')).split('\n')
    const held = others.filter((line) => line.includes(` db=${number} `)).length - 1
    if (held > 0) throw new Error(`leak: ${held} connections to Redis ${number}`)
  } finally {
    client.disconnect()
  }
}

/** PostgreSQL keeps a database while somebody is connected to it: dropping it finds leaks. */
async function untilFree(remove: () => Promise<unknown>): Promise<void> {
  const until = Date.now() + LEAK_MS
  for (;;) {
    try {
      await remove()
      return
    } catch (error) {
      if (Date.now() > until) throw error
    }
    await sleep(50)
  }
}
