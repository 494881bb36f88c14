import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Card, DeliveryState, Digest } from '../src/model.ts'
import { deliver } from '../src/workers/deliver.ts'
import { doseOn } from './commands/dose.ts'
import { POOL } from './support/edition.ts'
import { sentMails } from './support/mails.ts'
import { addDigest, addReaders } from './support/news.ts'
import { empty, freezeEdition, stageContext } from './support/rows.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
})
afterEach(() => empty(app))
afterAll(() => app.close())

const ANN = 'ann@reader.example'
const BOB = 'bob@reader.example'
const CYD = 'cyd@reader.example'
const DEE = 'dee@reader.example'

async function open(...emails: string[]): Promise<Digest> {
  const digest = await addDigest(app)
  await addReaders(app, digest, emails)
  return digest
}

/** Freezes that day's edition and sends it to all but those whose mail is held back. */
async function send(digest: Digest, date: string, pool: readonly Card[], held: string[] = []) {
  const id = await freezeEdition(app, digest, { date, pool })
  for (const email of held) await end(id, email, 'skipped', 'merged')
  await deliver.run({ id, version: 0 }, stageContext(app))
  return id
}

async function end(
  editionId: string,
  email: string,
  state: DeliveryState,
  reason: string | null = null,
): Promise<void> {
  const { db, deliveries } = app.deps.store
  const row = await deliveries.of(editionId, email)
  await db
    .updateTable('delivery')
    .set({ state, reason, at: '2026-11-21T06:00:00.000Z' })
    .where('id', '=', row?.id ?? '')
    .execute()
}

/** What the issue that a reader got of an edition told, by story. */
async function toldTo(editionId: string, email: string) {
  const { db } = app.deps.store
  const row = await db
    .selectFrom('delivery')
    .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
    .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
    .leftJoin('issue', (join) =>
      join
        .onRef('issue.edition_id', '=', 'delivery.edition_id')
        .onRef('issue.hash', '=', 'delivery.issue_hash'),
    )
    .select(['delivery.state', 'delivery.reason', 'delivery.issue_hash as hash', 'issue.told'])
    .where('delivery.edition_id', '=', editionId)
    .where('subscriber.email', '=', email)
    .executeTakeFirstOrThrow()
  return { ...row, stories: (row.told ?? []).map(({ storyId }) => storyId).toSorted() }
}

async function subscriptionOf(email: string): Promise<string> {
  const readers = await app.deps.store.subscribers.list()
  return readers.find((reader) => reader.email === email)?.id ?? ''
}

const ids = (pool: readonly Card[]) => pool.map(({ storyId }) => storyId).toSorted()

test('whoever missed editions gets the best of them with the next, and then no more', async () => {
  const digest = await open(ANN, BOB)
  const parts = [POOL.slice(0, 4), POOL.slice(4, 8), POOL.slice(8, 12), POOL.slice(12, 14)]
  const pool = (day: number) => parts[day] ?? []
  await send(digest, '2026-11-20', pool(0))
  await send(digest, '2026-11-21', pool(1), [ANN])
  const third = await send(digest, '2026-11-22', pool(2))
  expect((await toldTo(third, ANN)).stories).toEqual(ids([...pool(1), ...pool(2)]))
  expect((await toldTo(third, BOB)).stories).toEqual(ids(pool(2)))
  const subscription = await subscriptionOf(ANN)
  const madeOf = await app.deps.store.issues.sourceOf(third, subscription)
  expect(madeOf?.missed).toHaveLength(1)
  expect(madeOf?.heard).toHaveLength(1)
  const fourth = await send(digest, '2026-11-23', pool(3))
  const [ann, bob] = [await toldTo(fourth, ANN), await toldTo(fourth, BOB)]
  expect(ann.stories).toEqual(ids(pool(3)))
  expect(bob.stories).toEqual(ids(pool(3)))
})

test('what was recalled is not made up for by the next edition', async () => {
  const digest = await open(ANN)
  const { sending } = app.deps.store
  await send(digest, '2026-11-20', POOL.slice(0, 2))
  const wrong = await freezeEdition(app, digest, { date: '2026-11-21', pool: POOL.slice(2, 4) })
  expect(await sending.recall(wrong, app.deps.clock.now())).toBe(1)
  const third = await send(digest, '2026-11-22', POOL.slice(4, 6))
  expect((await toldTo(third, ANN)).stories).toEqual(ids(POOL.slice(4, 6)))
})

test('what a later edition made up for is not sent again, and a word says to how many', async () => {
  const digest = await open(ANN, BOB, CYD, DEE)
  const { sending, deliveries } = app.deps.store
  await sending.setRule(digest.id, { resendHours: 30, firstReaders: null, restMinutes: null })
  await send(digest, '2026-11-20', POOL.slice(0, 2))
  const second = await send(digest, '2026-11-21', POOL.slice(2, 4), [ANN, CYD])
  await end(second, ANN, 'bounced')
  await end(second, CYD, 'unknown')
  await send(digest, '2026-11-22', POOL.slice(4, 6))
  await end(second, BOB, 'bounced') // late: the third edition took it for told
  await end(second, DEE, 'unknown')
  expect(await sending.resendByRule('2026-11-23T06:00:00.000Z')).toBe(1)
  await end(second, DEE, 'unknown')
  const dose = doseOn(app)
  for (const lack of ['missing', 'unknown']) {
    const counted = await dose('delivery resend', { edition: second, [lack]: true })
    expect(counted.rows).toMatchObject([{ readers: 1, toldSince: 1, resent: false }])
    expect(counted.shown[0]).toMatch(/1 more were told of it by a later edition/)
    const sent = await dose('delivery resend', { edition: second, [lack]: true, yes: true })
    expect(sent.rows).toMatchObject([{ readers: 1, toldSince: 1, resent: true }])
  }
  expect(await deliveries.counts(second)).toEqual({ bounced: 1, planned: 2, unknown: 1 })
})

test('what is sent again does not tell what a later edition has told', async () => {
  const digest = await open(ANN)
  const { sending } = app.deps.store
  const { clock } = app.deps
  const early = await freezeEdition(app, digest, { date: '2026-11-20', pool: POOL.slice(0, 4) })
  await sending.recall(early, clock.now())
  await send(digest, '2026-11-21', POOL.slice(3, 6))
  expect(await sending.resend(early, 'missing', clock.now())).toBe(1)
  await deliver.run({ id: early, version: 0 }, stageContext(app))
  expect((await toldTo(early, ANN)).stories).toEqual(ids(POOL.slice(0, 3)))
})

test('a new reader is told of the day, not of what was before', async () => {
  const digest = await open(BOB)
  await send(digest, '2026-11-20', POOL.slice(0, 4))
  await addReaders(app, digest, [ANN])
  const second = await send(digest, '2026-11-21', POOL.slice(4, 8))
  expect((await toldTo(second, ANN)).stories).toEqual(ids(POOL.slice(4, 8)))
})

test('a story that was printed for a reader does not come again; for whom it was not, it comes', async () => {
  const digest = await open(ANN, BOB)
  const card = POOL.find(({ sentences }) => sentences.length > 0) as Card
  const brief = { ...card, sentences: card.sentences.slice(0, 1) }
  await send(digest, '2026-11-20', [brief, ...POOL.slice(1, 3)], [])
  const { db } = app.deps.store
  await db
    .deleteFrom('subscription')
    .where('subscriber_id', 'in', (is) =>
      is.selectFrom('subscriber').select('id').where('email', '=', BOB),
    )
    .execute()
  await addReaders(app, digest, [BOB])
  const second = await send(digest, '2026-11-21', [brief, ...POOL.slice(4, 6)])
  expect((await toldTo(second, ANN)).stories).not.toContain(card.storyId)
  expect((await toldTo(second, BOB)).stories).toContain(card.storyId)
})

test('choices of weight and muted sources act on the mail, and the same choices are one issue', async () => {
  const digest = await open(ANN, BOB, CYD)
  const muted = POOL[0]?.citations[0]?.provider.domain ?? ''
  const { db } = app.deps.store
  await db
    .updateTable('subscription')
    .set({ muted: [muted], weights: JSON.stringify({ [POOL.at(-1)?.topic ?? '']: 2 }) })
    .where('subscriber_id', 'in', (is) =>
      is.selectFrom('subscriber').select('id').where('email', 'in', [ANN, BOB]),
    )
    .execute()
  const id = await send(digest, '2026-11-20', POOL)
  const [ann, bob] = [await toldTo(id, ANN), await toldTo(id, BOB)]
  expect(ann.hash).toBe(bob.hash)
  expect((await toldTo(id, CYD)).hash).not.toBe(ann.hash)
  const issues = await db.selectFrom('issue').select('hash').where('edition_id', '=', id).execute()
  expect(issues).toHaveLength(2)
})

test('readers of one language share an issue in its words, here and online', async () => {
  const digest = await open(ANN, BOB, CYD)
  const { db } = app.deps.store
  await db.updateTable('subscription').set({ consent: 'confirmed on 2026-11-02' }).execute()
  await db
    .updateTable('subscriber')
    .set({ language: 'de' })
    .where('email', 'in', [ANN, BOB])
    .execute()
  const id = await send(digest, '2026-11-20', POOL)
  const [ann, bob, cyd] = [await toldTo(id, ANN), await toldTo(id, BOB), await toldTo(id, CYD)]
  expect(bob.hash).toBe(ann.hash)
  expect(cyd.hash).not.toBe(ann.hash)
  expect(cyd.stories).toEqual(ann.stories)
  const mail = (await sentMails(app)).find(({ to }) => to === ANN)
  expect(mail?.text).toContain('bestätigt am Montag, 2. November 2026')
  expect(mail?.html).toMatch(/zuerst gesehen \d\d:12/)
  expect(await app.deps.store.issues.sourceOf(id, await subscriptionOf(ANN))).toMatchObject({
    language: 'de',
  })
})

test('a quiet day is told as such, or its stories wait for the next issue', async () => {
  const digest = await open(ANN)
  const { store, clock } = app.deps
  const rule = (quiet: Digest['quiet']) => store.digests.put({ ...digest, quiet }, clock.now())
  await rule({ below: 3, rule: 'skip' })
  const first = await send(digest, '2026-11-20', POOL.slice(0, 2))
  expect(await toldTo(first, ANN)).toMatchObject({ state: 'skipped', reason: 'quiet' })
  const second = await send(digest, '2026-11-21', POOL.slice(2, 5))
  expect((await toldTo(second, ANN)).stories).toEqual(ids(POOL.slice(2, 5)))
  await rule({ below: 3, rule: 'short' })
  const third = await send(digest, '2026-11-22', POOL.slice(5, 7))
  expect(await toldTo(third, ANN)).toMatchObject({ state: 'accepted', reason: null })
})

test('what could not leave before its deadline is skipped, and the next issue tells it', async () => {
  const digest = await open(ANN)
  const { store } = app.deps
  await send(digest, '2026-11-19', POOL.slice(6, 8))
  const id = await freezeEdition(app, digest, { date: '2026-11-20', pool: POOL.slice(0, 3) })
  await store.db
    .updateTable('delivery')
    .set({ not_after: '2026-11-20T11:00:00.000Z' })
    .where('edition_id', '=', id)
    .execute()
  const sender = await store.senders.register('2026-11-20T11:00:01.000Z')
  const late = await store.deliveries.claim(id, sender.id, 5, '2026-11-20T11:00:01.000Z')
  expect(late.claims).toEqual([])
  expect(await store.deliveries.skipLate('2026-11-20T11:00:00.000Z')).toBe(0)
  expect(await store.deliveries.skipLate('2026-11-20T11:00:01.000Z')).toBe(1)
  await sender.close('2026-11-20T11:00:01.000Z')
  expect(await toldTo(id, ANN)).toMatchObject({ state: 'skipped', reason: 'deadline' })
  const next = await send(digest, '2026-11-21', POOL.slice(3, 5))
  expect((await toldTo(next, ANN)).stories).toEqual(ids(POOL.slice(0, 5)))
})
