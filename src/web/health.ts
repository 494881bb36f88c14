import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { freeBytes } from '../io/disk.ts'
import { pipeline } from '../workers/pipeline.ts'
import type { Deps } from '../workers/stage.ts'

/** A part that has not answered by then is not well. */
const PATIENCE_MS = 1_500

/** A clock rings every minute. One this late has stopped, or nobody works what it rings for. */
const CLOCK_LATE_MS = 3 * 60_000

/** One look serves all who ask within this time, so that asking often costs nothing. */
const FRESH_MS = 1_000

/** With less room than this, rows and mails may be cut off. */
const DISK_BYTES_MIN = 100 * 1_024 * 1_024

type Health = {
  readonly status: 'ok' | 'fail'
  readonly checks: {
    readonly database: Check
    readonly queues: Check
    readonly disk: Check
    /** `ok` as well where no clock was ever set. */
    readonly clock: Check
    /** `paused`: a mail server fails and is left alone. No reason to be unwell: nothing here is broken. */
    readonly mail: 'ok' | 'paused' | null
    /** When the newest edition was frozen; `null` for none yet. No reason to be unwell. */
    readonly lastEdition: string | null
  }
}
type Check = 'ok' | 'fail'

/** Is each part alive? Says which is not, and nothing that would help an attacker. */
export function healthPage(deps: Deps) {
  let last: { readonly at: number; readonly health: Promise<Health> } | undefined
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    const now = performance.now()
    if (!last || now - last.at > FRESH_MS) last = { at: now, health: look(deps) }
    const health = await last.health
    return reply.code(health.status === 'ok' ? 200 : 503).send(health)
  }
}

async function look({ store, queues, config, clock, log }: Deps): Promise<Health> {
  const check = async (name: string, test: () => Promise<boolean>): Promise<Check> => {
    try {
      if (await within(test())) return 'ok'
      log.warn('a part is not well', { check: name })
    } catch (error) {
      log.warn('a part is not well', { check: name, error })
    }
    return 'fail'
  }
  const [database, queued, disk, clocks] = await Promise.all([
    check('database', async () => {
      await store.archive.ping()
      return true
    }),
    check('queues', async () =>
      Boolean(
        await queues
          .list()[0]
          ?.isPaused()
          .then(() => true),
      ),
    ),
    check('disk', async () => {
      return (await freeBytes(config.DATA_DIR)) >= DISK_BYTES_MIN
    }),
    check('clock', async () => {
      const clocked = pipeline.filter(({ everyMs }) => everyMs)
      const rings = await Promise.all(clocked.map(({ name }) => queues.nextRing(name)))
      const now = Date.parse(clock.now())
      return rings.every((next) => !next || now - Date.parse(next) < CLOCK_LATE_MS)
    }),
  ])
  const lastEdition =
    database === 'ok' ? await store.archive.lastEditionAt().catch(() => null) : null
  const mail = database === 'ok' ? await mailState(store).catch(() => null) : null
  const checks = { database, queues: queued, disk, clock: clocks }
  const well = Object.values(checks).every((state) => state === 'ok')
  return { status: well ? 'ok' : 'fail', checks: { ...checks, mail, lastEdition } }
}

const mailState = async (store: Deps['store']): Promise<'ok' | 'paused'> =>
  (await store.quota.paused()).length > 0 ? 'paused' : 'ok'

async function within(answer: Promise<boolean>): Promise<boolean> {
  const done = new AbortController()
  try {
    return await Promise.race([
      answer,
      sleep(PATIENCE_MS, false, { signal: done.signal, ref: false }),
    ])
  } finally {
    done.abort()
  }
}
