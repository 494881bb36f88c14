import { afterEach, expect, test, vi } from 'vitest'
import { DoseError } from '../../src/errors.ts'
import { healthPage } from '../../src/web/health.ts'
import { startClocks, startWorkers } from '../../src/workers/run.ts'
import { addFolder, newsFolder } from '../support/news.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp
afterEach(async () => {
  vi.useRealTimers()
  await app.close()
})

const AT = '2026-03-02T06:00:00.000Z'

/** A document whose bytes are no article. */
async function pending() {
  const { store } = app.deps
  const sourceId = await addFolder(app, newsFolder([], AT))
  const document = { ref: 'a', url: null, contentType: null, bytes: new Uint8Array(), sha256: 'a' }
  await store.documents.put(sourceId, [document], AT)
  const [key] = await store.documents.pending()
  if (!key) throw new Error('no document')
  return { ...key, trace: 'test' }
}

test('a row is given up also when the run cannot even be recorded', async () => {
  app = await openTestApp()
  const { store, queues } = app.deps
  const key = await pending()
  const lost = () => Promise.reject(new DoseError('USAGE', 'the record'))
  startWorkers({ ...app.deps, store: { ...store, runs: { ...store.runs, start: lost } } }, [
    'ingest',
  ])
  await queues.add('ingest', [key])
  await expect.poll(() => store.documents.pending(), { timeout: 10_000 }).toEqual([])
})

test('a run tells how long it had waited in line, and what it logged', async () => {
  app = await openTestApp()
  const { store, queues } = app.deps
  const key = await pending()
  await queues.add('ingest', [key])
  await new Promise((resolve) => setTimeout(resolve, 50))
  const opened = new Date().toISOString()
  startWorkers(app.deps, ['ingest'])
  await expect.poll(() => store.runs.of(key.id), { timeout: 10_000 }).toHaveLength(1)
  const [run] = await store.runs.of(key.id)
  expect(run?.queued_at).toSatisfy((at: string) => at < opened)
  expect(run?.started_at).toSatisfy((at: string) => at >= opened)
  const logged = async () => (await store.runs.of(key.id))[0]?.log
  const says = expect.stringContaining('document rejected')
  await expect
    .poll(logged, { timeout: 10_000 })
    .toEqual([{ at: expect.any(String), level: 'warn', says }])
})

test('clocks ring at once, and are set again when the queues were emptied', async () => {
  app = await openTestApp()
  const { queues } = app.deps
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const stop = await startClocks(app.deps)
  expect(await queues.counts('reconcile')).toMatchObject({
    waiting: expect.toSatisfy((n) => n > 0),
  })
  for (const queue of queues.list()) {
    await queue.removeJobScheduler('every-reconcile')
    await queue.obliterate({ force: true })
  }
  expect(await queues.nextRing('reconcile')).toBeNull()
  vi.advanceTimersByTime(60_000)
  await expect.poll(() => queues.nextRing('reconcile'), { timeout: 10_000 }).not.toBeNull()
  stop()
})

test('a clock that nobody hears makes the whole unwell', async () => {
  app = await openTestApp()
  ;(await startClocks(app.deps))()
  const healthIn = async (ms: number) => {
    const clock = { now: () => new Date(Date.now() + ms).toISOString() }
    const answer = { status: 0, code: (status: number) => Object.assign(answer, { status }), send }
    const page = healthPage({ ...app.deps, clock }) as unknown as (
      ...args: unknown[]
    ) => Promise<{ status: string; checks: Record<string, unknown> }>
    const { status, checks } = await page(null, answer)
    return { code: answer.status, status, clock: checks.clock }
  }
  const send = <Body>(body: Body) => body
  expect(await healthIn(0)).toEqual({ code: 200, status: 'ok', clock: 'ok' })
  expect(await healthIn(10 * 60_000)).toEqual({ code: 503, status: 'fail', clock: 'fail' })
})
