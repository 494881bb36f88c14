import { type ExpressionBuilder, sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { statesBefore } from '../../src/delivery/state.ts'
import type { Mailer } from '../../src/io/mail.ts'
import type { Digest } from '../../src/model.ts'
import { planDeliveries } from '../../src/store/planning.ts'
import type { Tables } from '../../src/store/tables.ts'
import { deliver } from '../../src/workers/deliver.ts'
import { doseOn } from '../commands/dose.ts'
import { addDigest, addReaders } from '../support/news.ts'
import { empty, freezeEdition, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp
let digest: Digest
beforeAll(async () => {
  app = await openTestApp()
})
afterEach(() => empty(app))
afterAll(() => app.close())

const names = (n: number) => Array.from({ length: n }, (_, i) => `r${i}@reader.example`)

async function open(readers: number): Promise<void> {
  digest = await addDigest(app)
  await addReaders(app, digest, names(readers))
}

const counts = (id: string) => app.deps.store.deliveries.counts(id)
const send = (id: string, version = 0) => deliver.run({ id, version }, stageContext(app))
const later = (minutes: number) =>
  new Date(Date.parse(app.deps.clock.now()) + minutes * 60_000).toISOString()

/**
 * Has the first delivery of an edition end as if its sender had died with the body on its way.
 *
 * @param since when the sender had begun
 */
async function lose(id: string, since = app.deps.clock.now()): Promise<void> {
  const { store, clock } = app.deps
  const sender = await store.senders.register(since)
  const { claims } = await store.deliveries.claim(id, sender.id, 1, clock.now())
  const { emailKey = '' } = claims[0] ?? {}
  const sent = { issueHash: 'x', messageId: '<x@y.example>', emailKey }
  await store.deliveries.submit(claims[0]?.id ?? '', sender.id, sent, clock.now())
  await sender.close(clock.now())
}

test('a stopped edition sends nothing, not even what was claimed before, and goes on when resumed', async () => {
  await open(4)
  const id = await freezeEdition(app, digest)
  const { store, clock } = app.deps
  const dose = doseOn(app)
  const sender = await store.senders.register(clock.now())
  const { claims } = await store.deliveries.claim(id, sender.id, 1, clock.now())
  await dose('delivery stop', { edition: id })
  const { emailKey = '' } = claims[0] ?? {}
  const sent = { issueHash: 'x', messageId: '<x@y.example>', emailKey }
  expect(await store.deliveries.submit(claims[0]?.id ?? '', sender.id, sent, clock.now())).toBe(
    false,
  )
  await sender.close(clock.now())
  await send(id)
  expect(await counts(id)).toEqual({ planned: 4 })
  expect(await store.deliveries.dueOf(id, clock.now())).toBe(0)
  expect(await store.sending.halted(clock.now())).toMatchObject([{ editionId: id, left: 4 }])
  await dose('delivery resume', { edition: id })
  expect(await store.deliveries.dueOf(id, clock.now())).toBe(4)
  await send(id, 1)
  expect(await counts(id)).toEqual({ accepted: 4 })
})

test('no more are claimed than asked for, however few the planner takes the ledger to hold', async () => {
  await open(1)
  const { store, clock } = app.deps
  await freezeEdition(app, digest)
  await sql`vacuum analyze dose.delivery`.execute(store.db)
  await addReaders(app, digest, names(6))
  const id = await freezeEdition(app, digest, { date: '2026-11-21' })
  const sender = await store.senders.register(clock.now())
  const { claims } = await store.deliveries.claim(id, sender.id, 2, clock.now())
  await sender.close(clock.now())
  expect(claims).toHaveLength(2)
})

test('a recalled edition reaches nobody it has not left for; resend --missing undoes it', async () => {
  await open(3)
  const id = await freezeEdition(app, digest)
  const dose = doseOn(app)
  const { rows } = await dose('delivery recall', { edition: id })
  expect(rows).toEqual([{ editionId: id, recalled: 3, skipped: 3 }])
  await send(id)
  expect(await counts(id)).toEqual({ skipped: 3 })
  expect((await app.deps.store.editions.get(id))?.state).toBe('sent')
  const [why] = (await dose('delivery why', { address: 'r0@reader.example', edition: id })).rows
  expect(why).toMatchObject({
    because: expect.stringContaining('called it back before it had left'),
  })
  expect((await dose('delivery resend', { edition: id, missing: true })).rows).toMatchObject([
    { readers: 3, resent: false },
  ])
  expect(await counts(id)).toEqual({ skipped: 3 })
  await dose('delivery resend', { edition: id, missing: true, yes: true })
  await send(id, 1)
  expect(await counts(id)).toEqual({ accepted: 3 })
})

test('what was claimed as its edition was recalled is called back too, and no later edition merges it', async () => {
  await open(3)
  const { store, clock } = app.deps
  const id = await freezeEdition(app, digest)
  const send = app.deps.mailer.send.bind(app.deps.mailer)
  const mailer: Mailer = {
    ...app.deps.mailer,
    async send(mail, beforeBody, onResult) {
      await store.sending.recall(id, clock.now())
      return send(mail, beforeBody, onResult)
    },
  }
  await deliver.run({ id, version: 0 }, stageContext(app, { mailer }))
  expect(await counts(id)).toEqual({ skipped: 3 })
  const reasons = (await store.deliveries.list(id)).map(({ reason }) => reason)
  expect(reasons).toEqual(['recalled', 'recalled', 'recalled'])
  expect((await store.editions.get(id))?.state).toBe('sent')
})

test('what may have come stays unknown through a recall, and no rule sends it again after one', async () => {
  await open(2)
  const { store, clock } = app.deps
  const dose = doseOn(app)
  await dose('delivery rule', { digest: digest.name, unknown: 6 })
  const id = await freezeEdition(app, digest)
  await lose(id)
  await dose('delivery resend', { edition: id, unknown: true, yes: true })
  await store.db.updateTable('delivery').set({ trail: [] }).execute() // as after many a postponement
  expect(await store.sending.recall(id, clock.now())).toBe(1)
  expect(await counts(id)).toEqual({ unknown: 1, skipped: 1 })
  expect(await store.sending.lacking(id, 'missing', clock.now())).toBe(1)

  const other = await freezeEdition(app, digest, { date: '2026-11-21' })
  await lose(other)
  await store.sending.recall(other, clock.now())
  expect(await store.sending.resendByRule(later(7 * 60))).toBe(0)
  expect(await counts(other)).toEqual({ unknown: 1, skipped: 1 })
})

test('an edition that was stopped before it was planned has its first readers all the same', async () => {
  await open(4)
  const { store, clock } = app.deps
  const dose = doseOn(app)
  await dose('delivery rule', { digest: digest.name, first: 1, rest: 30 })
  const id = await freezeEdition(app, digest)
  await store.db.deleteFrom('delivery').execute()
  await store.db.deleteFrom('sending').execute()
  await dose('delivery stop', { edition: id })
  const plan = { hour: null, timeZone: null, paces: ['daily'], dueAt: clock.now() }
  const edition = { id, digest_id: digest.id, frozen_at: clock.now() }
  await store.db.transaction().execute((tx) => planDeliveries(tx, edition, [plan]))
  await dose('delivery resume', { edition: id })
  await send(id)
  expect(await counts(id)).toEqual({ accepted: 1, planned: 3 })
})

test('a mail for an address that its reader has left does not go there', async () => {
  await open(1)
  const { store, clock } = app.deps
  const id = await freezeEdition(app, digest)
  const sender = await store.senders.register(clock.now())
  const { claims } = await store.deliveries.claim(id, sender.id, 1, clock.now())
  const [claim] = claims
  const moved = { email: 'new@reader.example', email_key: 'new@reader.example' }
  await store.db.updateTable('subscriber').set(moved).execute()
  const sent = { issueHash: 'x', messageId: '<x@y.example>', emailKey: claim?.emailKey ?? '' }
  expect(await store.deliveries.submit(claim?.id ?? '', sender.id, sent, clock.now())).toBe(false)
  await sender.close(clock.now())
  await send(id)
  const [row] = await store.deliveries.list(id)
  expect(row).toMatchObject({ subscriber: 'new@reader.example', state: 'accepted' })
})

test('whose pause has run out is missing an edition, whose pause goes on is not', async () => {
  await open(3)
  const id = await freezeEdition(app, digest)
  const { store, clock } = app.deps
  await store.sending.recall(id, clock.now())
  const pause = (email: string, until: string) =>
    store.db
      .updateTable('subscription')
      .set({ state: 'paused', paused_until: until })
      .where('subscriber_id', 'in', (is) =>
        is.selectFrom('subscriber').select('id').where('email', '=', email),
      )
      .execute()
  await pause('r0@reader.example', later(-1))
  await pause('r1@reader.example', later(60))
  expect(await store.sending.lacking(id, 'missing', clock.now())).toBe(2)
  expect(await store.sending.resend(id, 'missing', clock.now())).toBe(2)
  await send(id)
  expect(await counts(id)).toEqual({ accepted: 2, skipped: 1 })
})

test('first a few: the rest wait for their time, or for an operator', async () => {
  await open(5)
  const { store, clock } = app.deps
  const dose = doseOn(app)
  await dose('delivery rule', { digest: digest.name, first: 2, rest: 30 })
  const id = await freezeEdition(app, digest)
  await send(id)
  expect(await counts(id)).toEqual({ accepted: 2, planned: 3 })
  expect(await store.deliveries.dueOf(id, clock.now())).toBe(0)
  expect(await store.deliveries.dueOf(id, later(31))).toBe(3)
  const planned = (await store.deliveries.list(id, 'planned'))[0]
  const why = await dose('delivery why', { address: planned?.subscriber, edition: id })
  expect(why.rows[0]?.because).toMatch(/first readers have it, the rest follow 20/)
  await dose('delivery resume', { edition: id, rest: true })
  await send(id, 1)
  expect(await counts(id)).toEqual({ accepted: 5 })
})

test('what waits for a word is due to nobody before it', async () => {
  await open(5)
  const { store, clock } = app.deps
  const dose = doseOn(app)
  await dose('delivery rule', { digest: digest.name, first: 2 })
  const id = await freezeEdition(app, digest)
  expect(await store.deliveries.dueOf(id, clock.now())).toBe(5)
  await send(id)
  expect(await counts(id)).toEqual({ accepted: 2, planned: 3 })
  expect(await store.deliveries.dueOf(id, later(10_000))).toBe(0)
  expect(await store.deliveries.due(later(10_000))).toEqual([])
  await dose('delivery resume', { edition: id, rest: true })
  expect(await store.deliveries.dueOf(id, clock.now())).toBe(3)
})

test('who waits for a paused account is not one of the first, and nobody follows them', async () => {
  await open(5)
  const { store, clock } = app.deps
  await store.sending.setRule(digest.id, { resendHours: null, firstReaders: 2, restMinutes: 30 })
  const id = await freezeEdition(app, digest)
  const mailer: Mailer = {
    async send(_outgoing, _beforeBody, settle) {
      const result = { kind: 'postponed', reason: 'it is left alone', retryMs: 60_000 } as const
      await settle?.(result)
      return result
    },
    verify: async () => undefined,
    close: async () => undefined,
  }
  await deliver.run({ id, version: 0 }, stageContext(app, { mailer }))
  expect(await counts(id)).toEqual({ planned: 5 })
  expect(await store.sending.steering(id)).toMatchObject({ restAt: null })
  await store.db.updateTable('delivery').set({ due_at: clock.now() }).execute()
  await send(id, 1)
  expect(await counts(id)).toEqual({ accepted: 2, planned: 3 })
  expect(await store.deliveries.dueOf(id, later(29))).toBe(0)
  expect(await store.deliveries.dueOf(id, later(31))).toBe(3)
})

test('who has left is not one of the first: the next reader is', async () => {
  await open(6)
  const { store } = app.deps
  await store.sending.setRule(digest.id, { resendHours: null, firstReaders: 2, restMinutes: null })
  const id = await freezeEdition(app, digest)
  const firsts = (is: ExpressionBuilder<Tables, 'subscription'>) =>
    is.selectFrom('delivery').select('subscription_id').orderBy('id').limit(3)
  await store.db
    .updateTable('subscription')
    .set({ state: 'unsubscribed' })
    .where('id', 'in', firsts)
    .execute()
  await send(id)
  expect(await counts(id)).toEqual({ accepted: 2, planned: 1, skipped: 3 })
  expect(await store.sending.steering(id)).toMatchObject({ firstLeft: 0, restAt: null })
  expect(await store.deliveries.dueOf(id, later(10_000))).toBe(0)
})

test('the time until the rest begins when the last of the first has it, whoever dies meanwhile', async () => {
  await open(6)
  const { store, clock } = app.deps
  await store.sending.setRule(digest.id, { resendHours: null, firstReaders: 4, restMinutes: 30 })
  const id = await freezeEdition(app, digest)
  const [here, there] = [
    await store.senders.register(clock.now()),
    await store.senders.register(clock.now()),
  ]
  const mine = (await store.deliveries.claim(id, here.id, 2, clock.now())).claims
  await store.deliveries.claim(id, there.id, 2, clock.now())
  const restAt = async (now: string) => {
    expect(await store.sending.endFirst(now)).toEqual([])
    return (await store.sending.steering(id)).restAt
  }
  expect(await restAt(clock.now())).toBeNull()
  for (const { id } of mine) {
    const end = { state: 'deferred', reason: '451', dueAt: later(60) } as const
    await store.deliveries.settle(id, here.id, end, statesBefore('deferred'), clock.now())
  }
  await here.close(clock.now())
  await there.close(clock.now()) // its claims are planned again, and still the first
  expect(await counts(id)).toEqual({ deferred: 2, planned: 4 })
  expect(await restAt(clock.now())).toBeNull()
  expect(await store.deliveries.dueOf(id, clock.now())).toBe(2)
  const why = async () => {
    const waiting = (await store.deliveries.list(id, 'planned'))[0]?.subscriber
    return (await doseOn(app)('delivery why', { address: waiting, edition: id })).rows[0]?.because
  }
  await send(id)
  expect(await counts(id)).toEqual({ accepted: 2, deferred: 2, planned: 2 })
  expect(await why()).toMatch(/first readers have it, the rest follow 20/)
  expect(await store.deliveries.dueOf(id, later(29))).toBe(0)
  expect(await store.deliveries.dueOf(id, later(31))).toBe(2)
})

test('where most of the first are put off, the rest wait for them', async () => {
  await open(3)
  const { store, clock } = app.deps
  await store.sending.setRule(digest.id, { resendHours: null, firstReaders: 1, restMinutes: 30 })
  const id = await freezeEdition(app, digest)
  const sender = await store.senders.register(clock.now())
  const [claim] = (await store.deliveries.claim(id, sender.id, 1, clock.now())).claims
  const end = { state: 'deferred', reason: '451', dueAt: later(60) } as const
  const from = statesBefore('deferred')
  await store.deliveries.settle(claim?.id ?? '', sender.id, end, from, clock.now())
  await sender.close(clock.now())
  await send(id)
  expect(await store.sending.steering(id)).toMatchObject({ firstLeft: 0, restAt: null })
  const waiting = (await store.deliveries.list(id, 'planned'))[0]?.subscriber
  const why = await doseOn(app)('delivery why', { address: waiting, edition: id })
  expect(why.rows[0]?.because).toMatch(/rest follow 30 minutes after the last of them/)
})

test('several senders together take no more first readers than the rule says', async () => {
  await open(8)
  const { store, clock } = app.deps
  await store.sending.setRule(digest.id, { resendHours: null, firstReaders: 5, restMinutes: null })
  const id = await freezeEdition(app, digest)
  const senders = await Promise.all([1, 2, 3].map(() => store.senders.register(clock.now())))
  const taken = await Promise.all(
    senders.map((sender) => store.deliveries.claim(id, sender.id, 4, clock.now())),
  )
  expect(taken.flatMap(({ claims }) => claims)).toHaveLength(5)
  for (const sender of senders) await sender.close(clock.now())
})

test('what is unknown is held, and sent again only by word or rule, once', async () => {
  await open(3)
  const { store } = app.deps
  const dose = doseOn(app)
  const id = await freezeEdition(app, digest)
  await lose(id)
  await send(id)
  expect(await counts(id)).toEqual({ accepted: 2, unknown: 1 })
  expect(await store.sending.resendByRule(later(10_000))).toBe(0)
  await dose('delivery rule', { digest: digest.name, unknown: 6 })
  expect(await store.sending.resendByRule(later(5 * 60))).toBe(0)
  expect(await store.sending.resendByRule(later(7 * 60))).toBe(1)
  expect((await store.editions.get(id))?.state).toBe('sending')
  await store.db.updateTable('delivery').set({ due_at: app.deps.clock.now() }).execute()
  await lose(id)
  expect(await counts(id)).toEqual({ accepted: 2, unknown: 1 })
  expect(await store.sending.resendByRule(later(10_000))).toBe(0)
  await dose('delivery resend', { edition: id, unknown: true, yes: true })
  await send(id, 1)
  expect(await counts(id)).toEqual({ accepted: 3 })
})

test('what a sender of days leaves behind has been unknown since it left it, not since it began', async () => {
  await open(1)
  const { store } = app.deps
  await store.sending.setRule(digest.id, { resendHours: 6, firstReaders: null, restMinutes: null })
  const id = await freezeEdition(app, digest)
  await lose(id, later(-2 * 24 * 60))
  expect(await store.sending.resendByRule(later(5 * 60))).toBe(0)
  expect(await store.sending.resendByRule(later(7 * 60))).toBe(1)
})

test('why tells every state a delivery had, with its time', async () => {
  await open(1)
  const dose = doseOn(app)
  const id = await freezeEdition(app, digest)
  await lose(id)
  await dose('delivery resend', { edition: id, unknown: true, yes: true })
  await send(id)
  const { rows, shown } = await dose('delivery why', {
    address: 'r0@reader.example',
    edition: id,
  })
  const trail = rows[0]?.trail as { at: string; state: string; reason: string | null }[]
  expect(trail.map(({ state }) => state)).toEqual([
    'planned',
    'claimed',
    'submitted',
    'unknown',
    'planned',
    'claimed',
    'submitted',
    'accepted',
  ])
  expect(trail[3]?.reason).toBe('the sending process ended before the mail server replied')
  for (const { at } of trail) expect(new Date(at).toISOString()).toBe(at)
  expect(shown[0]?.split('\n')).toHaveLength(1 + trail.length)
})
