import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { planDeliveries } from '../../src/store/planning.ts'
import { addDigest, addReaders } from '../support/news.ts'
import { empty, freezeEdition } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
})
afterEach(() => empty(app))
afterAll(() => app.close())

const FROZEN = '2026-11-20T06:00:00.000Z'

async function pause(email: string, until: string | null): Promise<void> {
  const { db } = app.deps.store
  await db
    .updateTable('subscription')
    .set({ state: 'paused', paused_until: until })
    .where(
      'subscriber_id',
      'in',
      db.selectFrom('subscriber').select('id').where('email', '=', email),
    )
    .execute()
}

test('a pause ends by itself: its reader is planned, not skipped, and may be sent to', async () => {
  const { store } = app.deps
  const digest = await addDigest(app)
  await addReaders(app, digest, [
    'over@reader.example',
    'until@reader.example',
    'open@reader.example',
  ])
  await pause('over@reader.example', '2026-11-19T00:00:00.000Z')
  await pause('until@reader.example', '2026-11-21T00:00:00.000Z')
  await pause('open@reader.example', null)
  const id = await freezeEdition(app, digest)
  const states = async () =>
    (await store.deliveries.list(id)).map(({ subscriber, state, reason }) => [
      subscriber.split('@')[0],
      state,
      reason,
    ])
  const paused = [
    ['open', 'skipped', 'paused'],
    ['until', 'skipped', 'paused'],
  ]
  expect((await states()).sort()).toEqual([paused[0], ['over', 'planned', null], paused[1]])

  const sender = await store.senders.register(FROZEN)
  const { claims } = await store.deliveries.claim(id, sender.id, 5, FROZEN)
  const [claim] = claims
  expect(claim?.email).toBe('over@reader.example')
  const sent = { issueHash: 'x', messageId: '<x@y.example>', emailKey: 'over@reader.example' }
  expect(await store.deliveries.submit(claim?.id ?? '', sender.id, sent, FROZEN)).toBe(true)
  await sender.close(FROZEN)
})

test('a pause that ends by the reader’s own hour is over for an edition frozen before it', async () => {
  const { store } = app.deps
  const digest = await addDigest(app)
  await addReaders(app, digest, ['ends@reader.example', 'goes-on@reader.example'])
  const dueAt = '2026-11-20T16:00:00.000Z' // 8:00 in Los Angeles
  await pause('ends@reader.example', '2026-11-20T08:00:00.000Z')
  await pause('goes-on@reader.example', '2026-11-20T16:00:00.001Z')
  const id = await freezeEdition(app, digest)
  await store.db.deleteFrom('delivery').execute()
  const edition = { id, digest_id: digest.id, frozen_at: FROZEN }
  const plan = { hour: null, timeZone: null, paces: ['daily'], dueAt }
  await store.db.transaction().execute((tx) => planDeliveries(tx, edition, [plan]))
  expect(await store.deliveries.list(id)).toMatchObject([
    { subscriber: 'ends@reader.example', state: 'planned', reason: null },
    { subscriber: 'goes-on@reader.example', state: 'skipped', reason: 'paused' },
  ])
  const sender = await store.senders.register(FROZEN)
  expect((await store.deliveries.claim(id, sender.id, 5, dueAt)).claims).toHaveLength(1)
  await store.deliveries.makeDue(id, FROZEN)
  await sender.close(FROZEN)
  const early = await store.senders.register(FROZEN)
  expect((await store.deliveries.claim(id, early.id, 5, FROZEN)).claims).toEqual([])
  await early.close(FROZEN)
})

test('a pause that ended before a late approval is over, although their hour came before its end', async () => {
  const { store } = app.deps
  const digest = await addDigest(app)
  await addReaders(app, digest, ['ends@reader.example'])
  await pause('ends@reader.example', '2026-11-20T06:30:00.000Z')
  const id = await freezeEdition(app, digest)
  await store.db.deleteFrom('delivery').execute()
  const edition = { id, digest_id: digest.id, frozen_at: '2026-11-20T08:30:00.000Z' }
  const plan = { hour: null, timeZone: null, paces: ['daily'], dueAt: '2026-11-20T06:00:00.000Z' }
  await store.db.transaction().execute((tx) => planDeliveries(tx, edition, [plan]))
  expect(await store.deliveries.counts(id)).toEqual({ planned: 1 })
})

test('every reader is due when the plan of their hour, zone and pace says, and none is planned twice', async () => {
  const { store } = app.deps
  const digest = await addDigest(app)
  const readers = [
    { hour: null, timeZone: null, pace: 'daily' },
    { hour: 0, timeZone: null, pace: 'weekly' },
    { hour: 0, timeZone: 'Asia/Tokyo', pace: 'daily' },
    { hour: 18, timeZone: null, pace: 'daily' },
    { hour: 18, timeZone: null, pace: 'weekly' },
  ] as const
  for (const [n, choice] of readers.entries()) {
    const email = `r${n}@reader.example`
    const who = { email, emailKey: email, consent: 'in a test', ...choice }
    await store.subscribers.enrol(digest.id, who, FROZEN)
  }
  const id = await freezeEdition(app, digest)
  const due = (hour: number) => `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`
  const plans = [
    { hour: null, timeZone: null, paces: ['daily', 'weekly'], dueAt: due(7) },
    { hour: 0, timeZone: null, paces: ['daily', 'weekly'], dueAt: due(8) },
    { hour: 0, timeZone: 'Asia/Tokyo', paces: ['daily'], dueAt: due(9) },
    { hour: 18, timeZone: null, paces: ['daily'], dueAt: due(18) },
  ]
  await store.db.deleteFrom('delivery').execute()
  const plan = () =>
    store.db
      .transaction()
      .execute((tx) => planDeliveries(tx, { id, digest_id: digest.id, frozen_at: FROZEN }, plans))
  await plan()
  await plan()
  const rows = await store.db
    .selectFrom('delivery')
    .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
    .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
    .select(['subscriber.email', 'delivery.due_at', 'delivery.state'])
    .orderBy('subscriber.email')
    .execute()
  expect(rows.map((row) => [row.email.slice(0, 2), row.due_at, row.state])).toEqual([
    ['r0', due(7), 'planned'],
    ['r1', due(8), 'planned'],
    ['r2', due(9), 'planned'],
    ['r3', due(18), 'planned'],
  ])
})
