import { devNull } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/io/database.ts'
import { type Attempt, openQueues, type Queues } from '../../src/io/queues.ts'
import { freshSettings } from '../support/setup.ts'

/** Without notifications BullMQ looks for work every 4 to 5 s: so many looks take longer than a test may. */
const WAKES = 10

class Permanent extends Error {}

const settings = loadConfig(await freshSettings(), devNull).config
const database = await openDatabase(settings, 'test', rethrow)
afterAll(() => database.close())

const opened: Queues[] = []
afterEach(async () => {
  for (const queues of opened.splice(0)) await queues.close()
})

/** Queues whose names no other test uses. */
let tests = 0
async function openFresh() {
  const stage = `stage${++tests}`
  const queues = await openQueues({
    stages: [stage],
    pool: database.queues,
    redisUrl: settings.REDIS_URL,
    isPermanent: (error) => error instanceof Permanent,
    onError: () => undefined,
  })
  opened.push(queues)
  return { queues, stage }
}

function rethrow(error: Error): never {
  throw error
}

type Fresh = Awaited<ReturnType<typeof openFresh>>

const job = (id: string, version = 1) => ({ id, version, trace: `trace of ${id}` })

/** Handles the jobs of the stage and lets the test wait until so many have begun. */
function work({ queues, stage }: Fresh, handle: (job: Attempt) => Promise<void> = async () => {}) {
  const begun: Attempt[] = []
  let changed = Promise.withResolvers<void>()
  queues.work(stage, 1, async (attempt) => {
    begun.push(attempt)
    changed.resolve()
    changed = Promise.withResolvers()
    await handle(attempt)
  })
  const until = async (count: number) => {
    while (begun.length < count) await changed.promise
  }
  return { begun, until }
}

/** Until nothing waits, runs or is put off. */
async function drained({ queues, stage }: Fresh): Promise<void> {
  for (;;) {
    const { waiting, active, delayed } = await queues.counts(stage)
    if (waiting + active + delayed === 0) return
    await sleep(20)
  }
}

test('a job wakes an idle worker, which does not poll', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  const { begun, until } = work(fresh)
  for (let n = 1; n <= WAKES; n++) {
    await queues.add(stage, [job(`job ${n}`)])
    await until(n)
    expect(begun.at(-1)).toMatchObject({ ...job(`job ${n}`), attempt: 1, lastAttempt: false })
    await drained(fresh) // the worker is idle and waits for a notification from here on
  }
})

test('adding a job that waits or runs does nothing', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  await queues.add(stage, [job('a'), job('b')])
  await queues.add(stage, [job('b'), job('a'), job('a')])
  const again = Promise.withResolvers<void>()
  const { begun } = work(fresh, async ({ id }) => {
    if (id === 'a') await queues.add(stage, [job('a')])
    again.resolve()
  })
  await again.promise
  await drained(fresh)
  expect(begun.map(({ id }) => id)).toEqual(['a', 'b'])
})

test('a new version of a row is a job of its own', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  await queues.add(stage, [job('a', 1), job('a', 2)])
  const { begun, until } = work(fresh)
  await until(2)
  await drained(fresh)
  expect(begun.map(({ version }) => version).sort()).toEqual([1, 2])
})

test('rings during a run make exactly one more run', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  const { begun, until } = work(fresh, async () => {
    if (begun.length > 1) return
    await queues.wake(stage, job('wake'))
    await queues.wake(stage, job('wake'))
    await queues.wake(stage, job('wake'))
  })
  await queues.wake(stage, job('wake'))
  await until(2)
  await drained(fresh)
  expect(begun).toHaveLength(2)
})

test('rings before a run make one run', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  for (let i = 0; i < 5; i++) await queues.wake(stage, job('wake'))
  const { begun, until } = work(fresh)
  await until(1)
  await drained(fresh)
  expect(begun).toHaveLength(1)
})

test('a permanent error is tried once, kept as failed, and can be put back', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  let mended = false
  const { begun, until } = work(fresh, async () => {
    if (!mended) throw new Permanent('no use trying again')
  })
  await queues.add(stage, [job('a')])
  await until(1)
  await drained(fresh)
  expect(await queues.counts(stage)).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 1 })
  expect(begun).toHaveLength(1)
  mended = true
  expect(await queues.retryFailed(stage, [job('a')])).toBe(1)
  await until(2)
  await drained(fresh)
  expect(await queues.counts(stage)).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 })
})

test('however many failures are kept, those asked for are put back, once', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  let mended = false
  const jobs = Array.from({ length: 130 }, (_, i) => job(`a${i}`))
  const { begun, until } = work(fresh, async () => {
    if (!mended) throw new Permanent('no use trying again')
  })
  await queues.add(stage, jobs)
  await until(130)
  await drained(fresh)
  mended = true
  expect(await queues.retryFailed(stage, [job('b')])).toBe(0)
  const few = jobs.slice(0, 20)
  const found = await Promise.all([queues.retryFailed(stage, few), queues.retryFailed(stage, few)])
  expect(Math.max(...found)).toBe(20)
  await drained(fresh)
  expect(await queues.retryFailed(stage, [...jobs.slice(0, -1), job('b'), job('c')])).toBe(109)
  await drained(fresh)
  expect(begun).toHaveLength(130 + 129)
  expect((await queues.counts(stage)).failed).toBe(1)
})

test('a ring that failed is not kept', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  const { until } = work(fresh, async () => {
    throw new Permanent('no use trying again')
  })
  await queues.wake(stage, job('wake'))
  await until(1)
  await drained(fresh)
  await queues.schedule('once', stage, { everyMs: 60_000 }, job('tick'))
  await until(2)
  await expect.poll(() => queues.counts(stage)).toMatchObject({ active: 0, failed: 0 })
})

test('a job tells since when it waits, and a schedule when it rings next', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  expect(await queues.nextRing(stage)).toBeNull()
  const added = new Date().toISOString()
  await queues.add(stage, [job('a')])
  await sleep(20)
  const opened = new Date().toISOString()
  const { begun, until } = work(fresh)
  await until(1)
  expect(begun[0]?.queuedAt).toSatisfy((at: string) => added <= at && at < opened)
  await queues.schedule('hourly', stage, { everyMs: 3_600_000 }, job('tick'))
  await until(2)
  await expect.poll(() => queues.nextRing(stage)).toSatisfy((at: string) => at > opened)
})

test('a passing error is tried again', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  const { begun, until } = work(fresh, async ({ attempt }) => {
    if (attempt === 1) throw new Error('not this time')
  })
  await queues.add(stage, [job('a')])
  await until(2)
  await drained(fresh)
  expect(begun.map(({ attempt }) => attempt)).toEqual([1, 2])
  expect((await queues.counts(stage)).failed).toBe(0)
})

test('a running job ends before its worker stops', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  const gate = Promise.withResolvers<void>()
  let ended = false
  const { until } = work(fresh, async () => {
    await gate.promise
    ended = true
  })
  await queues.add(stage, [job('a')])
  await until(1)
  const stopped = queues.stopWorkers()
  gate.resolve()
  await stopped
  expect(ended).toBe(true)
})

test('a schedule rings, and no more once it is taken away', async () => {
  const fresh = await openFresh()
  const { queues, stage } = fresh
  const { until } = work(fresh)
  await queues.schedule('often', stage, { everyMs: 100 }, job('tick'))
  await until(2)
  await queues.unschedule('often', stage)
  await drained(fresh)
})

test('more queues than an emitter usually has listeners warn of nothing', async () => {
  const warnings: string[] = []
  const hear = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`)
  process.on('warning', hear)
  const fresh = []
  for (let n = 0; n < 12; n++) fresh.push(await openFresh())
  for (const one of fresh) work(one)
  await sleep(100)
  process.off('warning', hear)
  expect(warnings).toEqual([])
})
