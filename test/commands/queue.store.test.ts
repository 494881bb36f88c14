import { afterAll, beforeAll, expect, test } from 'vitest'
import { commands } from '../../src/commands/commands.ts'
import { DoseError } from '../../src/errors.ts'
import type { RunPlace, RunRow } from '../../src/store/run-list.ts'
import { skeletonOf } from '../../src/text/skeleton.ts'
import { runWith } from '../support/runs.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { doseOn } from './dose.ts'

let app: TestApp
let dose: ReturnType<typeof doseOn>
beforeAll(async () => {
  app = await openTestApp()
  dose = doseOn(app)
})
afterAll(() => app?.close())

const counts = () => app.deps.queues.counts('score')

test('failures are grouped by what went wrong, and those of one kind tried again, slowly', async () => {
  const { store } = app.deps
  const timeout = { error: 'no answer after 5 s', errorKind: 'no answer after <n> s' }
  for (const id of ['a1', 'a2', 'a3']) await runWith(store, { id, state: 'failed', ...timeout })
  await runWith(store, {
    id: 'a4',
    state: 'failed',
    error: 'an odd feed',
    errorKind: 'an odd feed',
  })
  await runWith(store, { id: 'a3', attempt: 2, state: 'done' }) // made up for
  await runWith(store, { id: 't1', stage: 'cluster', state: 'failed', ...timeout })
  await runWith(store, { id: 't2', stage: 'cluster', state: 'done' }) // a later ring is as good
  expect((await dose('queue failures')).rows).toMatchObject([
    { stage: 'score', kind: timeout.errorKind, runs: 2, example: timeout.error },
    { stage: 'score', kind: 'an odd feed', runs: 1 },
  ])

  const retry = { kind: timeout.errorKind, perMinute: '30' }
  const pressedTwice = await Promise.all([dose('queue retry', retry), dose('queue retry', retry)])
  const retried = [{ stage: 'score', retried: 2 }]
  expect(pressedTwice.map(({ rows }) => rows)).toContainEqual(retried)
  expect(await counts()).toMatchObject({ waiting: 1, delayed: 1 })
  expect((await dose('queue failures')).rows).toHaveLength(1)
  expect((await dose('queue retry', retry)).rows).toEqual([]) // nothing of that kind is left
})

test('runs are found by id, trace and words; pages follow by key and hold each once', async () => {
  const { runList } = app.deps.store
  const search = async (text: string) =>
    (await dose('queue runs', { search: text })).rows.map(({ rowId }) => rowId)
  expect((await search('NO ANSWER')).toSorted()).toEqual(['a1', 'a2', 'a3', 't1'])
  expect(await search('trace of a4')).toEqual(['a4'])
  expect(await search('100%')).toEqual([])

  const all = await runList.page({}, null, 100)
  const seen = []
  for (let after: RunPlace | null = null; ; ) {
    const page: readonly RunRow[] = await runList.page({}, after, 2)
    const last = page.at(-1)
    if (!last) break
    seen.push(...page)
    after = [last.startedAt, last.stage, last.rowId, last.version, last.attempt]
  }
  expect(seen).toEqual(all)
})

test('a stage is paused, slowed, hurried and emptied, and its clock goes on', async () => {
  const { queues } = app.deps
  await dose('queue pause', { stage: 'score' })
  await dose('queue rate', { stage: 'score', perMinute: '60' })
  const row = (await dose('queue list')).rows.find(({ stage }) => stage === 'score')
  expect(row).toMatchObject({ paused: true, perMinute: 60, oldest: expect.any(String) })
  await dose('queue resume', { stage: 'score' })
  await dose('queue rate', { stage: 'score' })
  expect([await queues.isPaused('score'), await queues.limitOf('score')]).toEqual([false, null])

  const newYear = { pattern: '0 0 1 1 *', timeZone: 'UTC' }
  await queues.schedule('yearly', 'score', newYear, { id: 'c', version: 1, trace: 't' })
  expect((await dose('queue promote', { stage: 'score' })).rows).toEqual([
    { stage: 'score', promoted: 1 },
  ])
  expect((await dose('queue remove', { stage: 'score', id: 'a1', version: '1' })).exit).toBe(0)
  expect((await dose('queue remove', { stage: 'score', id: 'a1', version: '1' })).exit).toBe(1)
  expect((await dose('queue clean', { stage: 'score', state: 'waiting' })).rows).toMatchObject([
    { stage: 'score', state: 'waiting', removed: 1 },
  ])
  expect((await dose('queue clean', { stage: 'score', state: 'delayed' })).rows).toMatchObject([
    { removed: 0 },
  ])
  expect(await counts()).toMatchObject({ waiting: 0, delayed: 1 }) // the ring of the clock
})

test('jobs that match are taken out after a count, and those that run are left', async () => {
  const { queues } = app.deps
  const gate = Promise.withResolvers<void>()
  const began = Promise.withResolvers<void>()
  const lost = (id: string) => new DoseError('NOT_FOUND', `the ${id}`)
  const jobs = (ids: string[]) => ids.map((id) => ({ id, version: 1, trace: 'a bad morning' }))
  queues.work('letter', 3, async ({ id }) => {
    if (id === 'runs') {
      began.resolve()
      await gate.promise
    } else throw lost(id)
  })
  await queues.add('letter', jobs(['fox', 'hen', 'owl']))
  await expect.poll(() => queues.counts('letter'), { timeout: 10_000 }).toMatchObject({ failed: 3 })
  await queues.add('letter', jobs(['runs']))
  await began.promise
  await queues.pause('letter')
  await queues.add('letter', [...jobs(['w1', 'w2']), { id: 'w3', version: 1, trace: 'other' }])

  const clean = commands.find(({ name }) => name === 'queue clean')
  const search = 'a bad morning'
  const asked = { state: 'waiting', days: 0, search }
  expect(await clean?.confirm?.(asked as never, app.deps)).toMatch(/^2 waiting jobs would/)
  expect((await dose('queue clean', { state: 'waiting', search })).rows).toEqual([
    { stage: 'letter', state: 'waiting', removed: 2, running: 1, gone: 0 },
  ])
  expect((await dose('queue clean', { state: 'waiting', search })).shown).toEqual([
    'letter: 0 waiting taken out; 1 left, since they run',
  ])
  expect((await dose('queue clean', { search: 'the HEN' })).rows).toMatchObject([{ removed: 1 }])
  const kind = skeletonOf(lost('fox').message)
  expect((await dose('queue clean', { kind })).rows).toMatchObject([{ removed: 1 }])
  expect(await queues.counts('letter')).toMatchObject({ waiting: 1, active: 1, failed: 1 })
  await expect(dose('queue clean', {})).rejects.toThrow(/this would match everything/)
  const [noted] = await app.deps.store.audit.list({ action: 'queue clean', limit: 1 })
  expect(noted?.detail).toMatchObject({ kind, removed: 1, running: 0 })
  gate.resolve()
  await queues.stopWorkers()
})

test('figures count and measure what was done', async () => {
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const figures = await app.deps.store.runFigures.since(since)
  expect(figures.find(({ stage }) => stage === 'score')).toMatchObject({
    done: 1,
    wait: [2, 2, 2],
    run: [3, 3, 3],
  })
  const bars = await app.deps.store.runFigures.throughput(since, 3_600)
  expect(bars.reduce((sum, { n }) => sum + n, 0)).toBe(2)
})
