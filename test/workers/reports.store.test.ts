import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { returnAddress } from '../../src/delivery/verp.ts'
import type { Digest } from '../../src/model.ts'
import { deliver } from '../../src/workers/deliver.ts'
import { letter } from '../../src/workers/letter.ts'
import { takeReported } from '../../src/workers/reported.ts'
import { takeReturned } from '../../src/workers/reports.ts'
import { WAKE } from '../../src/workers/stage.ts'
import { doseOn } from '../commands/dose.ts'
import { addDigest, addReaders } from '../support/news.ts'
import { makeComplaint, makeDsn, makeReturned } from '../support/returned.ts'
import { empty, freezeEdition, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp

const DOMAIN = 'bounce.news.example'
beforeAll(async () => {
  app = await openTestApp({ BOUNCE_DOMAIN: DOMAIN })
})
afterEach(() => empty(app))
afterAll(() => app.close())

const READERS = ['ann', 'bob', 'cyd', 'dee', 'eve'].map((name) => `${name}@reader.example`)
const DAY_MS = 86_400_000

/** An edition that all readers' servers took. */
async function delivered(readers: readonly string[] = READERS) {
  const digest = await addDigest(app)
  await addReaders(app, digest, readers)
  const id = await freezeEdition(app, digest)
  await deliver.run({ id, version: 0 }, stageContext(app))
  return id
}

const rowOf = async (editionId: string, name: string) => {
  const rows = await app.deps.store.deliveries.list(editionId)
  return rows.find(({ subscriber }) => subscriber.startsWith(name)) ?? expect.fail(name)
}

async function send(to: 'bounce' | 'leave' | 'reports' | 'letter', id: string, bytes: Buffer) {
  const secret = await app.deps.store.settings.signingSecret()
  const envelope = { from: '', to: returnAddress(secret, to, id, DOMAIN) }
  return (await takeReturned(bytes, envelope, app.deps)).outcome
}

const suppressed = async () =>
  Object.fromEntries(
    (await app.deps.store.subscribers.list()).map(({ email, suppressed, state }) => [
      email.split('@')[0],
      suppressed ?? state,
    ]),
  )

test('each kind of answer does what it means, once, and is told', async () => {
  const id = await delivered()
  const [ann, bob, cyd, dee] = await Promise.all(
    ['ann', 'bob', 'cyd', 'dee'].map((name) => rowOf(id, name)),
  )
  if (!ann || !bob || !cyd || !dee) throw new Error('readers are missing')
  const hard = makeDsn('5.1.1', '550 5.1.1 <ann@reader.example> no such user')
  expect(await send('bounce', ann.id, hard)).toBe('taken')
  expect(await send('bounce', ann.id, hard)).toBe('known')
  expect(await send('bounce', bob.id, makeDsn('5.2.2', '552 full'))).toBe('taken')
  const original = `Message-ID: ${cyd.messageId}\nSubject: Morning Dose`
  expect(await send('reports', 'all', makeComplaint(original))).toBe('taken')
  expect(await send('leave', dee.id, makeReturned({ text: 'unsubscribe' }))).toBe('taken')
  const away = makeReturned({ headers: ['Auto-Submitted: auto-replied', 'Subject: Away'] })
  expect(await send('bounce', dee.id, away)).toBe('taken')

  expect(await suppressed()).toEqual({
    ann: 'bounced: 5.1.1',
    bob: 'confirmed',
    cyd: 'complained',
    dee: 'unsubscribed',
    eve: 'confirmed',
  })
  const { store } = app.deps
  expect(await store.deliveries.counts(id)).toEqual({
    accepted: 2,
    bounced: 2,
    complained: 1,
  })
  const { rows } = await doseOn(app)('delivery why', { address: ann.subscriber, edition: id })
  expect(rows[0]).toMatchObject({
    because: expect.stringContaining('came back: 5.1.1 550 5.1.1 … no such user'),
    reports: [
      { kind: 'hard', status: '5.1.1', via: 'mail', says: expect.stringMatching(/by mail/) },
    ],
  })
  const { rows: ways } = await doseOn(app)('xray', { key: ann.id })
  expect(JSON.stringify(ways)).toContain('the address is of no use')
  const { id: readerId = '' } = (await store.readers.findByAddress(ann.subscriber)) ?? {}
  expect(await store.readers.known(readerId)).toMatchObject({
    subscriptions: [{ reports: [{ kind: 'hard', status: '5.1.1' }] }],
  })
})

test('a late bounce owes its reader the edition again, and missing readers can be sent to', async () => {
  const id = await delivered(['bob@reader.example'])
  const { store } = app.deps
  const since = () => store.db.selectFrom('subscription').select('since').executeTakeFirstOrThrow()
  const { span } = (await store.editions.get(id)) ?? expect.fail('no edition')
  expect(await since()).toEqual({ since: span.to })
  await send('bounce', (await rowOf(id, 'bob')).id, makeDsn('4.4.7', 'delivery time expired'))
  expect(await since()).toEqual({ since: span.from })
  expect(await store.sending.lacking(id, 'missing', app.deps.clock.now())).toBe(1)
})

test('who signed up anew is owed nothing from before, also when the first mail bounces', async () => {
  const before = await delivered(['bob@reader.example'])
  const { store, clock } = app.deps
  const { span } = (await store.editions.get(before)) ?? expect.fail('no edition')
  const { id: subscription } = await store.db
    .selectFrom('subscription')
    .select('id')
    .executeTakeFirstOrThrow()
  const asked = { language: 'en', text: '', asked_at: clock.now(), asked_from: '' }
  await store.db
    .insertInto('consent')
    .values({
      ...{ id: 'anew', subscription_id: subscription, ...asked },
      ...{ confirmed_at: clock.now(), confirmed_from: '' },
    })
    .execute()
  await store.db.updateTable('subscription').set({ since: null }).execute()
  const [digest] = await store.digests.list()
  const id = await freezeEdition(app, digest as Digest, { date: '2026-11-29' })
  await store.db
    .updateTable('delivery')
    .set({ state: 'accepted', at: clock.now(), message_id: '<x@y.example>' })
    .where('edition_id', '=', id)
    .execute()
  await send('bounce', (await rowOf(id, 'bob')).id, makeDsn('5.2.2', '552 full'))
  const { since } = await store.db
    .selectFrom('subscription')
    .select('since')
    .executeTakeFirstOrThrow()
  expect(since).toBe((await store.editions.get(id))?.span.from)
  expect(since).not.toBe(span.to)
})

test('a refusal told after its reader was deleted names nobody', async () => {
  await delivered(['bob@reader.example'])
  const { store, clock } = app.deps
  const gone = { id: 'gone', emailKey: 'bob@reader.example' }
  await store.reports.blame(gone, { weight: 'hard', code: '5.1.1' }, clock.now())
  expect(await store.readers.suppression('bob@reader.example')).toBeUndefined()
})

test('what was sent again may bounce again', async () => {
  const id = await delivered(['bob@reader.example'])
  const { store, clock } = app.deps
  const { id: delivery } = await rowOf(id, 'bob')
  const full = makeDsn('5.2.2', '552 full')
  for (const version of [1, 2]) {
    expect(await send('bounce', delivery, full)).toBe('taken')
    expect(await send('bounce', delivery, full)).toBe('known')
    expect(await store.deliveries.counts(id)).toEqual({ bounced: 1 })
    expect(await store.sending.resend(id, 'missing', clock.now())).toBe(1)
    await deliver.run({ id, version }, stageContext(app))
    expect(await store.deliveries.counts(id)).toEqual({ accepted: 1 })
  }
})

test('soft bounces give an address up after a while, policy never does', async () => {
  const { clock } = app.deps
  const digest = await addDigest(app)
  await addReaders(app, digest, ['ann@reader.example', 'bob@reader.example'])
  for (let n = 0; n < 5; n++) {
    const id = await freezeEdition(app, digest, { date: `2026-11-${10 + n}` })
    const at = new Date(Date.parse(clock.now()) + n * 7 * DAY_MS).toISOString()
    const deps = { ...app.deps, clock: { now: () => at } }
    await deliver.run({ id, version: 0 }, stageContext(app, deps))
    const [ann, bob] = [await rowOf(id, 'ann'), await rowOf(id, 'bob')]
    const reports = [
      { deliveryId: ann.id, kind: 'soft', status: '5.2.2' },
      { messageId: bob.messageId, kind: 'soft', status: '5.7.1' },
    ]
    for (const outcome of ['taken', 'known'])
      expect(await takeReported(reports, deps)).toMatchObject({
        reports: [{ outcome }, { outcome }],
      })
  }
  expect(await suppressed()).toEqual({
    ann: 'bounced again and again: 5.2.2',
    bob: 'confirmed',
  })
})

/** A reader has another address from now on. */
async function move(from: string, to: string): Promise<void> {
  const { store, clock } = app.deps
  const { id: subscriberId } = (await store.readers.findByAddress(from)) ?? expect.fail(from)
  const wish = { kind: 'move', email: to, emailKey: to, language: 'en', subscriberId } as const
  await store.letters.ask(wish, clock.now())
  const asked = store.db.selectFrom('letter').select('id').where('email_key', '=', to)
  const { id } = await asked.where('kind', '=', 'move').executeTakeFirstOrThrow()
  expect(await store.readers.move(id, to, clock.now())).toBe('done')
}

test('what comes back about a former address says nothing of the one a reader has now', async () => {
  const id = await delivered(['ann@reader.example', 'bob@reader.example', 'cyd@reader.example'])
  const { store } = app.deps
  const [ann, bob, cyd] = [await rowOf(id, 'ann'), await rowOf(id, 'bob'), await rowOf(id, 'cyd')]
  for (const name of ['ann', 'bob', 'cyd'])
    await move(`${name}@reader.example`, `${name}@home.example`)
  expect(await send('bounce', ann.id, makeDsn('5.1.1', '550 no such user'))).toBe('taken')
  expect(await send('bounce', bob.id, makeDsn('5.2.2', '552 full'))).toBe('taken')
  const original = `Message-ID: ${cyd.messageId}`
  expect(await send('reports', 'all', makeComplaint(original))).toBe('taken')
  expect(await suppressed()).toEqual({ ann: 'confirmed', bob: 'confirmed', cyd: 'confirmed' })
  expect(await store.readers.suppression('ann@reader.example')).toBe('bounced: 5.1.1')
  expect(await store.readers.suppression('cyd@reader.example')).toBe('complained')
  const bounces = await store.db.selectFrom('subscription').select('soft_bounces').execute()
  expect(bounces.map(({ soft_bounces }) => soft_bounces)).toEqual([0, 0, 0])
})

test('a new address begins without the soft bounces of the one before', async () => {
  const id = await delivered(['ann@reader.example'])
  const { store } = app.deps
  const before = { soft_bounces: 4, soft_since: '2026-01-01T00:00:00.000Z' }
  await store.db.updateTable('subscription').set(before).execute()
  await move('ann@reader.example', 'ann@home.example')
  await store.db.updateTable('delivery').set({ sent_to: 'ann@home.example' }).execute()
  expect(await send('bounce', (await rowOf(id, 'ann')).id, makeDsn('5.2.2', '552 full'))).toBe(
    'taken',
  )
  expect(await suppressed()).toEqual({ ann: 'confirmed' })
})

test('what is forged or about no mail of ours changes nothing', async () => {
  const id = await delivered(['ann@reader.example'])
  const ann = await rowOf(id, 'ann')
  const dsn = makeDsn('5.1.1', '550 gone', { original: 'Message-ID: <x@news.example>' })
  const forged = { from: '', to: `b-${ann.id}-${'0'.repeat(24)}@${DOMAIN}` }
  expect((await takeReturned(dsn, forged, app.deps)).outcome).toBe('missing')
  expect(await send('bounce', 'v00000000000000000000', dsn)).toBe('missing')
  expect(await send('leave', ann.id, dsn)).toBe('taken') // told, but a machine's
  expect(await app.deps.store.deliveries.counts(id)).toEqual({ accepted: 1 })
  expect(await suppressed()).toEqual({ ann: 'confirmed' })
})

test('an operator brings a mail as a file; a letter that came back shuts its address', async () => {
  const id = await delivered(['ann@reader.example'])
  const { store, clock } = app.deps
  const ann = await rowOf(id, 'ann')
  const original = `Message-ID: ${ann.messageId}`
  const content = makeDsn('5.1.1', '550 gone', { original }).toString('base64')
  const brought = await doseOn(app)('delivery report', { file: 'bounce.eml', content })
  expect(brought).toMatchObject({ exit: 0, rows: [{ kind: 'hard', outcome: 'taken' }] })
  const other = await doseOn(app)('delivery report', { file: 'x.eml', content: 'eA==' })
  expect(other).toMatchObject({ exit: 1, rows: [{ kind: 'unknown', outcome: 'missing' }] })

  const email = 'new@reader.example'
  const [digest] = await store.digests.list()
  await store.digests.setOpen(digest?.id ?? '', true)
  const asking = { kind: 'signup', email, emailKey: email, language: 'en' } as const
  await store.letters.ask({ ...asking, digestId: digest?.id ?? '' }, clock.now())
  await letter.run(WAKE, stageContext(app))
  const [row] = await store.db.selectFrom('letter').select('id').execute()
  expect(await send('letter', row?.id ?? '', makeDsn('5.1.1', '550 gone'))).toBe('taken')
  expect(await send('letter', row?.id ?? '', makeDsn('5.1.1', '550 gone'))).toBe('known')
  expect(await store.readers.suppression(email)).toBe('bounced: 5.1.1')
  expect((await store.letters.find(row?.id ?? ''))?.state).toBe('bounced')
})
