import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { callRemote, readServerFile } from '../src/io/remote.ts'
import { openApp } from '../src/main.ts'
import type { DeliveryState } from '../src/model.ts'
import { deliver, deliveryChunks } from '../src/workers/deliver.ts'
import { ring } from '../src/workers/recover.ts'
import { chaosOf, randomOf } from './support/chaos.ts'
import { addDigest } from './support/news.ts'
import { freezeEdition } from './support/rows.ts'
import { openTestApp, setup, type TestApp } from './support/setup.ts'
import { type Sink, startSink } from './support/smtp.ts'

/** `npm run soak` asks for more of both. */
const KILLS = Number(process.env.DOSE_KILLS ?? 12)
const STOP_MS = Number(process.env.DOSE_STOP_SECONDS ?? 5) * 1_000
const SEED = Number(process.env.DOSE_SEED ?? Math.floor(Math.random() * 2 ** 31))

const READERS = 2_000
/** Kills that find an edition of that many readers still on its way, on a slow machine too; one process sends more between two. */
const KILLS_AN_EDITION = setup === 'pglite' ? 4 : 8
/** Connections one process holds open; see src/io/smtp.ts. */
const CONNECTIONS = 5
const WORKERS = 3
/** Redis forgets everything before every so many kills. */
const FLUSH_EVERY = 4
/** Messages between a start and a kill: something has to be on its way. */
const MESSAGES_MIN = 5
const MESSAGES_MORE = 60
const CLI = join(import.meta.dirname, '../src/cli.ts')
const MINUTE_MS = 60_000
const TIME_MS = 10 * MINUTE_MS + KILLS * MINUTE_MS

/** Where an edition stands, by the ledger. */
type Counts = Partial<Record<DeliveryState, number>>

/** The installation from outside, while other processes work on it. */
type Field = {
  counts(editionId: string): Promise<Counts>
  /** Deliveries whose sender died with the body on its way. */
  lost(): Promise<number>
  /** Settles what the dead left and rings for what is due, as `reconcile` does each minute. */
  goOn(): Promise<void>
}

const children = new Set<ChildProcess>()
const cleanup: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const child of children) await end(child, 'SIGKILL')
  for (const undo of cleanup.splice(0).reverse()) await undo()
}, MINUTE_MS)

async function start(settings: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const args = setup === 'pglite' ? ['up'] : ['worker', '--only', 'deliver']
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...settings, PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.add(child)
  return child
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  await exit
}

async function addManyReaders(app: TestApp, digestId: string): Promise<void> {
  const { db } = app.deps.store
  await sql`insert into dose.subscriber (id, email, email_key, created_at)
    select 'r' || n, 'r' || n || '@reader.example', 'r' || n || '@reader.example', now()
    from generate_series(1, ${READERS}::int) n`.execute(db)
  await sql`insert into dose.subscription
      (id, subscriber_id, digest_id, state, topics, consent, created_at)
    select 's' || n, 'r' || n, ${digestId}, 'confirmed',
      case n % 3 when 0 then '{}'::text[] when 1 then '{Transport}' else '{Sport}' end,
      'in a test', now()
    from generate_series(1, ${READERS}::int) n`.execute(db)
}

const idsOf = (bodies: Sink['bodies']) =>
  bodies.map(({ raw }) => /^Message-ID: (<[^>]+>)/im.exec(raw)?.[1] ?? 'none')

/** On a server: the rows are read while the workers work. */
function serverField(app: TestApp, editions: readonly string[]): Field {
  const { store, clock } = app.deps
  return {
    counts: (id) => store.deliveries.counts(id),
    lost: async () => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from dose.delivery
        where state = 'unknown' and reason like 'the sending process ended%'`.execute(store.db)
      return rows[0]?.n ?? 0
    },
    async goOn() {
      await store.senders.reapDead(clock.now())
      for (const id of editions)
        await ring(deliver, await deliveryChunks(store, id, clock.now()), app.deps, 'kills')
    },
  }
}

/** In a folder: its one process is asked, as a command would. */
function folderField(folder: string, editions: readonly string[]): Field {
  const ask = async (name: string, input: object) => {
    const server = await readServerFile(folder)
    if (!server) throw new Error('it is not up yet')
    const rows: Readonly<Record<string, unknown>>[] = []
    await callRemote(server, name, input, { row: (row) => rows.push(row), note: () => undefined })
    return rows
  }
  return {
    counts: async (edition) => {
      const rows = await ask('delivery list', { edition })
      const counts: Record<string, number> = {}
      for (const { state } of rows) counts[String(state)] = (counts[String(state)] ?? 0) + 1
      return counts
    },
    async lost() {
      let n = 0
      for (const edition of editions) {
        const rows = await ask('delivery list', { edition, state: 'unknown' })
        n += rows.filter(({ reason }) => /^the sending process ended/.test(String(reason))).length
      }
      return n
    },
    async goOn() {
      for (const edition of editions) await ask('delivery resume', { edition })
    },
  }
}

const openOf = ({ planned = 0, deferred = 0, claimed = 0, submitted = 0 }: Counts) =>
  planned + deferred + claimed + submitted

test(
  `${KILLS} kills while ${READERS} readers are sent to: nobody gets two, nobody is lost`,
  async () => {
    console.log(`kills: set-up ${setup}, DOSE_SEED=${SEED}`)
    const random = randomOf(SEED)
    const sink = await startSink()
    cleanup.push(sink.close)
    const app = await openTestApp({
      SMTP_URL: sink.url,
      RETRY_SECONDS: '1',
      LOG_LEVEL: 'silent',
    })
    const { settings } = app
    const digest = await addDigest(app)
    await addManyReaders(app, digest.id)
    const editions: string[] = []
    for (let n = 0; n < Math.ceil(KILLS / KILLS_AN_EDITION); n++) {
      const date = new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10)
      editions.push(await freezeEdition(app, digest, { date, dated: true }))
    }
    if (setup === 'pglite') await app.leave()
    else cleanup.push(() => app.close())
    const field =
      setup === 'pglite'
        ? folderField(settings.DATA_DIR as string, editions)
        : serverField(app, editions)
    sink.behave(chaosOf(random))

    let workers = await Promise.all(
      Array.from({ length: setup === 'pglite' ? 1 : WORKERS }, () => start(settings)),
    )
    const persist = async <T>(does: () => Promise<T>): Promise<T> => {
      for (let tries = 0; ; tries++) {
        try {
          return await does()
        } catch (error) {
          if (tries > 300) throw error
          await sleep(200)
        }
      }
    }
    /** Until so many more bodies have come, or nothing is open any more. */
    const untilBodies = async (more: number): Promise<boolean> => {
      const wanted = sink.bodies.length + more
      while (sink.bodies.length < wanted) {
        await persist(field.goOn)
        const counts = await Promise.all(editions.map((id) => persist(() => field.counts(id))))
        if (counts.every((count) => openOf(count) === 0)) return false
        await sleep(200)
      }
      return true
    }

    let kills = 0
    let lostBefore = 0
    let stopped = false
    for (; kills < KILLS; kills++) {
      if (!(await untilBodies(MESSAGES_MIN + Math.floor(random() * MESSAGES_MORE)))) break
      await sleep(random() * 100)
      if (!stopped && kills >= KILLS / 2) {
        stopped = true
        const sleeper = workers[0] as ChildProcess
        sleeper.kill('SIGSTOP')
        for (let slept = 0; slept < STOP_MS; slept += 500) {
          if (setup !== 'pglite') await persist(field.goOn)
          await sleep(500)
        }
        sleeper.kill('SIGCONT')
        await sleep(500)
      }
      if (setup === 'redis' && kills % FLUSH_EVERY === 1) {
        const redis = new Redis(settings.REDIS_URL as string)
        await redis.flushdb()
        redis.disconnect()
      }
      const victim = Math.floor(random() * workers.length)
      await end(workers[victim] as ChildProcess, 'SIGKILL')
      if (setup !== 'pglite') await persist(field.goOn)
      const reborn = await start(settings)
      workers = workers.map((worker, n) => (n === victim ? reborn : worker))
      await persist(field.goOn)
      const lost = await persist(field.lost)
      expect(lost - lostBefore).toBeLessThanOrEqual(CONNECTIONS)
      lostBefore = lost
    }
    expect(kills).toBe(KILLS)

    sink.behave({ do: 'accept' })
    await expect
      .poll(
        async () => {
          await persist(field.goOn)
          const counts = await Promise.all(editions.map((id) => persist(() => field.counts(id))))
          return counts.reduce((sum, count) => sum + openOf(count), 0)
        },
        { timeout: 4 * MINUTE_MS + KILLS * 3_000, interval: 1_000 },
      )
      .toBe(0)
    await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')))

    const { store, close } =
      setup === 'pglite' ? await reopen(settings) : { store: app.deps.store, close: async () => {} }
    const rows = await store.db
      .selectFrom('delivery')
      .select(['state', 'message_id as messageId', 'reason'])
      .execute()
    await close()
    const taken = new Map<string, number>()
    for (const id of idsOf(sink.bodies.filter(({ outcome }) => outcome !== 'refused')))
      taken.set(id, (taken.get(id) ?? 0) + 1)
    const seen = new Set(idsOf(sink.bodies))
    const of = (state: DeliveryState) => rows.filter((row) => row.state === state)
    const unseen = of('unknown').filter(({ messageId }) => !seen.has(messageId ?? ''))
    const counts = Object.fromEntries(
      [...new Set(rows.map(({ state }) => state))].map((state) => [state, of(state).length]),
    )
    console.log(
      `kills: ${kills}, editions ${editions.length}, ledger ${JSON.stringify(counts)}, bodies seen ${sink.bodies.length}, lost by kills ${lostBefore}, unknown and never seen whole ${unseen.length}`,
    )

    expect([...taken.values()].filter((times) => times > 1)).toEqual([])
    expect(rows).toHaveLength(READERS * editions.length)
    expect(rows.filter(({ state }) => openOf({ [state]: 1 }) > 0)).toEqual([])
    for (const { messageId } of of('accepted')) expect(taken.get(messageId ?? '')).toBe(1)
    for (const { messageId } of of('bounced')) expect(taken.has(messageId ?? '')).toBe(false)
    const skipped = new Set(of('skipped').map(({ reason }) => reason))
    expect([...skipped].filter((reason) => reason !== 'suppressed')).toEqual([])
  },
  TIME_MS,
)

/** Once nobody else holds the folder. */
async function reopen(settings: Readonly<Record<string, string>>) {
  const app = await openApp(loadConfig(settings, devNull).config, { command: 'test' })
  return { store: app.deps.store, close: app.close }
}
