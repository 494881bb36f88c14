import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Mailer, SendResult } from '../../src/io/mail.ts'
import type { Digest } from '../../src/model.ts'
import { closeSender, deliver } from '../../src/workers/deliver.ts'
import { POOL } from '../support/edition.ts'
import { addDigest, addReaders } from '../support/news.ts'
import { empty, freezeEdition, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
})
afterEach(() => empty(app))
afterAll(() => app.close())

const READERS = ['ann', 'bob', 'cyd', 'dee'].map((name) => `${name}@reader.example`)

/** Makes a method of the ledger fail the next `times` times, before it has written anything. */
function breakLedger(method: 'submit' | 'settle', times: number): void {
  const { deliveries } = app.deps.store
  const works = deliveries[method] as (...args: unknown[]) => Promise<boolean>
  let left = times
  const broken = async (...args: unknown[]) => {
    if (left-- > 0) throw new Error('Connection terminated unexpectedly')
    return works.apply(deliveries, args)
  }
  Object.assign(deliveries, { [method]: broken })
}

async function edition(readers: readonly string[] = READERS): Promise<string> {
  const digest = await addDigest(app)
  await addReaders(app, digest, readers)
  return freezeEdition(app, digest)
}

test('a connection lost before the mail left costs nobody the edition', async () => {
  const id = await edition()
  const { store } = app.deps
  breakLedger('submit', 2)
  await deliver.run({ id, version: 0 }, stageContext(app))
  expect(await store.deliveries.counts(id)).toEqual({ accepted: READERS.length })
  expect((await store.editions.get(id))?.state).toBe('sent')
})

test('a connection lost after the mail left is told as unknown, and nothing is sent twice', async () => {
  const id = await edition()
  const { store } = app.deps
  breakLedger('settle', 1)
  await deliver.run({ id, version: 0 }, stageContext(app))
  expect(await store.deliveries.counts(id)).toEqual({ accepted: READERS.length - 1, unknown: 1 })
  expect(app.sink?.messages.length ?? READERS.length).toBe(READERS.length)
})

test('where every sending fails, the job fails and leaves all planned for its next try', async () => {
  const id = await edition()
  const { store, clock } = app.deps
  const context = stageContext(app)
  breakLedger('submit', READERS.length)
  await expect(deliver.run({ id, version: 0 }, context)).rejects.toThrow(/terminated/)
  expect(await store.deliveries.counts(id)).toEqual({ planned: READERS.length })
  expect(await store.deliveries.dueOf(id, clock.now())).toBe(READERS.length)
  await deliver.run({ id, version: 0 }, context)
  expect(await store.deliveries.counts(id)).toEqual({ accepted: READERS.length })
})

test('an edition whose claims were left by a sender that lives is rung for again', async () => {
  const id = await edition()
  const { store, clock } = app.deps
  const sender = await store.senders.register(clock.now())
  const now = clock.now()
  await store.deliveries.claim(id, sender.id, READERS.length, now)
  expect(await store.deliveries.due(now)).toEqual([])
  const later = new Date(Date.parse(now) + 3_600_000).toISOString()
  expect(await store.deliveries.due(later)).toEqual([{ editionId: id, n: READERS.length }])
  expect(await store.deliveries.dueOf(id, later)).toBe(READERS.length)
  await sender.close(now)
})

test('readers with topics of their own are rendered for with room for others in between', async () => {
  const { store, clock, renderer } = app.deps
  const digest = await addDigest(app)
  const topics = [...new Set(POOL.flatMap((card) => card.topics))]
  for (const [n, email] of READERS.entries())
    await store.subscribers.enrol(
      digest.id,
      { email, emailKey: email, consent: 'in a test', topics: topics.slice(n) },
      clock.now(),
    )
  const id = await freezeEdition(app, digest)
  let turn = 0
  const turns: number[] = []
  let counting = true
  const count = () => {
    turn++
    if (counting) setImmediate(count)
  }
  setImmediate(count)
  const mail: typeof renderer.mail = (input) => {
    turns.push(turn)
    return renderer.mail(input)
  }
  await deliver.run({ id, version: 0 }, stageContext(app, { renderer: { ...renderer, mail } }))
  counting = false
  expect(turns.length).toBeGreaterThan(1)
  expect(new Set(turns).size).toBe(turns.length)
})

test('a sender that lost its connection is settled before another takes its place', async () => {
  const id = await edition()
  const { store, clock } = app.deps
  await closeSender(store, clock.now()) // that of the tests before
  const { register } = store.senders
  let dead = ''
  Object.assign(store.senders, {
    async register(now: string) {
      const sender = await register(now)
      if (dead !== '') return sender
      dead = sender.id
      return { ...sender, isAlive: async () => false }
    },
  })
  await deliver.run({ id, version: 0 }, stageContext(app))
  await deliver.run({ id, version: 1 }, stageContext(app))
  expect(await store.deliveries.counts(id)).toEqual({ accepted: READERS.length })
  const rows = await store.db.selectFrom('sender').select('id').execute()
  expect(dead).not.toBe('')
  expect(rows.map((row) => row.id)).not.toContain(dead)
})

/** A mail server that answers every message with this. */
const answering = (result: SendResult): Mailer => ({
  async send(_outgoing, beforeBody, settle) {
    await beforeBody()
    await settle?.(result)
    return result
  },
  verify: async () => undefined,
  close: async () => undefined,
})

test('what is put off is tried again until its time is over, then it has bounced', async () => {
  const id = await edition(['ann@reader.example'])
  const { store, clock } = app.deps
  const mailer = answering({ kind: 'deferred', reason: '451 greylisted' })
  await deliver.run({ id, version: 0 }, stageContext(app, { mailer }))
  expect(await store.deliveries.counts(id)).toEqual({ deferred: 1 })
  await store.db.updateTable('delivery').set({ due_at: clock.now() }).execute()
  const tomorrow = new Date(Date.parse(clock.now()) + 21 * 3_600_000).toISOString()
  const later = { now: () => tomorrow }
  await deliver.run({ id, version: 1 }, stageContext(app, { mailer, clock: later }))
  const [row] = await store.deliveries.list(id)
  expect(row).toMatchObject({ state: 'bounced', reason: 'put off for too long: 451 greylisted' })
})

test.each([
  { name: 'at the next hour of the window', notAfter: null, state: { deferred: 1 } },
  {
    name: 'not at all behind the deadline',
    notAfter: '2026-11-20T11:00:00.000Z',
    state: { skipped: 1 },
  },
])('what is put off is tried again $name', async ({ notAfter, state }) => {
  const { store, clock } = app.deps
  await addReaders(app, await addDigest(app), ['ann@reader.example'])
  const rules = { name: 'Morning', schedule: '0 7 * * *', timeZone: 'UTC' }
  await store.digests.put({ ...rules, window: { from: 6, to: 8 } }, clock.now())
  const digest = (await store.digests.find('Morning')) as Digest
  const id = await freezeEdition(app, digest, { atOnce: false, notAfter })
  const send = async (at: string, result: SendResult) => {
    const over = { mailer: answering(result), clock: { now: () => at } }
    await deliver.run({ id, version: 0 }, stageContext(app, over))
    return store.deliveries.of(id, 'ann@reader.example')
  }
  const tomorrow = '2026-11-21T06:00:00.000Z'
  const deferred = { kind: 'deferred', reason: '451 greylisted' } as const
  const put = await send('2026-11-20T07:59:00.000Z', deferred)
  expect(put).toMatchObject({ state: 'deferred', dueAt: tomorrow })
  await store.deliveries.skipLate('2026-11-20T08:00:00.000Z')
  expect(await store.deliveries.counts(id)).toEqual(state)
  if (notAfter !== null) return
  // The machine slept: the window has closed again.
  const late = await send('2026-11-21T09:00:00.000Z', { kind: 'accepted', reply: '250 ok' })
  expect(late).toMatchObject({ state: 'planned', dueAt: '2026-11-22T06:00:00.000Z' })
  expect(
    await send('2026-11-22T06:00:00.000Z', { kind: 'accepted', reply: '250 ok' }),
  ).toMatchObject({
    state: 'accepted',
  })
})

test.each([
  { name: 'a full mailbox, five times over a week', code: '5.2.2', times: 5, suppressed: true },
  { name: 'a full mailbox, four times', code: '5.2.2', times: 4, suppressed: false },
  { name: 'policy, which is about the sender', code: '5.7.1', times: 9, suppressed: false },
  { name: 'no such address, once', code: '5.1.1', times: 1, suppressed: true },
])('$name: suppressed is $suppressed', async ({ code, times, suppressed }) => {
  const { store, clock } = app.deps
  const digest = await addDigest(app)
  await addReaders(app, digest, ['ann@reader.example'])
  const hard = code === '5.1.1'
  const mailer = answering({ kind: 'bounced', reason: `550 ${code}`, code, hard })
  for (let n = 0; n < times; n++) {
    const id = await freezeEdition(app, digest, { date: `2026-11-${10 + n}` })
    const at = new Date(Date.parse(clock.now()) + n * 2 * 86_400_000).toISOString()
    await deliver.run({ id, version: 0 }, stageContext(app, { mailer, clock: { now: () => at } }))
  }
  const [reader] = await store.subscribers.list(digest.id)
  expect(reader?.suppressed !== null).toBe(suppressed)
})
