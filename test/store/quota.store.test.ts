import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import type { Quota } from '../../src/store/quota.ts'
import { deliver } from '../../src/workers/deliver.ts'
import { doseOn } from '../commands/dose.ts'
import { addDigest, addReaders } from '../support/news.ts'
import { freezeEdition, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { startSink } from '../support/smtp.ts'

let app: TestApp
const cleanup: (() => Promise<void>)[] = []
afterEach(async () => {
  await app?.close()
  for (const undo of cleanup.splice(0)) await undo()
})

const quota = (over: Partial<Quota>): Quota => ({
  stepMs: 0,
  hourly: null,
  daily: null,
  warmup: null,
  ...over,
})
const names = (n: number) => Array.from({ length: n }, (_, i) => `r${i}@reader.example`)

/** Lets time pass for a key: all that was counted is so much older. */
const age = (days: number) =>
  sql`update dose.quota set first_at = first_at - ${days} * interval '1 day',
    next_at = next_at - ${days} * interval '1 day',
    spent = (select jsonb_object_agg((key::bigint - ${days * 144}::int)::text, value)
      from jsonb_each(spent))`.execute(app.deps.store.db)

/** How many of `n` who ask at once get a place. */
async function given(key: string, limit: Quota, n: number): Promise<number> {
  const { quota } = app.deps.store
  const shares = await Promise.all(Array.from({ length: n }, () => quota.take(key, limit)))
  return shares.filter(({ kind }) => kind === 'given').length
}

test('places follow each other at the rate, however many ask, and who would wait long comes later', async () => {
  app = await openTestApp()
  const { quota: places } = app.deps.store
  const limit = quota({ stepMs: 1_000 })
  const shares = []
  for (let n = 0; n < 12; n++) shares.push(await places.take('account a', limit))
  const waits = shares.flatMap((share) => (share.kind === 'given' ? [share.waitMs] : []))
  expect(waits.length).toBeGreaterThanOrEqual(5)
  for (const [n, wait] of waits.entries())
    if (n > 0) expect(wait).toBeGreaterThan(waits[n - 1] ?? 0)
  expect(shares.at(-1)).toMatchObject({ kind: 'busy', retryMs: expect.any(Number) })
})

test('windows hold for all who ask at once, and open again', async () => {
  app = await openTestApp()
  expect(await given('account a', quota({ hourly: 7 }), 20)).toBe(7)
  expect(await given('account b', quota({ daily: 5 }), 20)).toBe(5)
  expect(await given('account a', quota({ hourly: 7 }), 3)).toBe(0)
  await age(2)
  expect(await given('account a', quota({ hourly: 7 }), 20)).toBe(7)
})

test('a new account warms up by half a day', async () => {
  app = await openTestApp()
  const limit = quota({ warmup: 4, daily: 8 })
  expect(await given('account a', limit, 20)).toBe(4)
  await age(1.5)
  expect(await given('account a', limit, 20)).toBe(6)
  await age(1.5)
  expect(await given('account a', limit, 20)).toBe(8)
})

test('what finds no room waits in the ledger with the reason, and is not counted as tried', async () => {
  const sink = await startSink()
  cleanup.push(sink.close)
  app = await openTestApp({ SMTP_URL: `${sink.url}?hourly=3` })
  const { store } = app.deps
  const digest = await addDigest(app)
  await addReaders(app, digest, names(5))
  const id = await freezeEdition(app, digest)
  await deliver.run({ id, version: 0 }, stageContext(app))
  expect(await store.deliveries.counts(id)).toEqual({ accepted: 3, planned: 2 })
  expect(sink.messages).toHaveLength(3)
  const [waiting] = await store.deliveries.list(id, 'planned')
  expect(waiting?.reason).toMatch(/^waits: the limit of 127\.0\.0\.1/)
  const row = await store.deliveries.of(id, waiting?.subscriber ?? '')
  expect(row).toMatchObject({ attempt: 0 })
})

test('two users of one server have counters, a warm-up and pauses of their own', async () => {
  const sink = await startSink({
    secure: true,
    authOptional: false,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('no')),
  })
  cleanup.push(sink.close)
  const user = (name: string, password: string, limits: string) =>
    `smtps://${name}%40news.example:${password}@127.0.0.1:${sink.port}?tls.rejectUnauthorized=false&${limits}`
  const accounts = [
    user('ann', 'right', 'daily=2'),
    user('bob', 'right', 'daily=9&warmup=3'),
    user('cyd', 'wrong', 'daily=4'),
  ]
  app = await openTestApp({ SMTP_URL: accounts.join(',') })
  const { store } = app.deps
  const digest = await addDigest(app)
  await addReaders(app, digest, names(9))
  const id = await freezeEdition(app, digest)
  for (const version of [0, 1]) {
    await sql`update dose.delivery set due_at = now() where due_at is not null`.execute(store.db)
    await deliver.run({ id, version }, stageContext(app))
  }
  expect(sink.messages).toHaveLength(5)
  const paused = await store.quota.paused()
  expect(paused).toHaveLength(1)
  const rows = await store.db.selectFrom('quota').select(['key', 'spent']).execute()
  const spent = rows.map(({ spent }) => Object.values(spent).reduce((sum, n) => sum + n, 0))
  expect(spent).toHaveLength(3)
  expect(spent).toEqual(expect.arrayContaining([2, 3]))
  for (const key of [...rows.map(({ key }) => key), ...paused.map(({ name }) => name)])
    expect(key).toMatch(new RegExp(`^(account )?127\\.0\\.0\\.1:${sink.port}#[0-9a-f]{6}$`))
})

test('a domain gets no more than its share; others go on', async () => {
  const sink = await startSink()
  cleanup.push(sink.close)
  app = await openTestApp({ SMTP_URL: sink.url, DOMAIN_PER_MINUTE: '4' })
  const digest = await addDigest(app)
  await addReaders(app, digest, [...names(3), 'x@other.example'])
  const id = await freezeEdition(app, digest)
  await deliver.run({ id, version: 0 }, stageContext(app))
  expect(sink.messages.map(({ to }) => to.split('@')[1]).sort()).toEqual([
    'other.example',
    'reader.example',
  ])
  expect(await app.deps.store.deliveries.counts(id)).toEqual({ accepted: 2, planned: 2 })
})

test('a server that refuses everything is paused by name before the list is burnt', async () => {
  const sink = await startSink()
  cleanup.push(sink.close)
  sink.behave({ do: 'reply', at: 'rcpt', reply: '550 5.7.1 blocked for spam' })
  app = await openTestApp({ SMTP_URL: sink.url })
  const { store } = app.deps
  const digest = await addDigest(app)
  await addReaders(app, digest, names(60))
  const id = await freezeEdition(app, digest)
  await deliver.run({ id, version: 0 }, stageContext(app))
  const { bounced = 0, planned = 0 } = await store.deliveries.counts(id)
  expect(bounced).toBeLessThan(20)
  expect(bounced + planned).toBe(60)
  expect(await store.quota.paused()).toMatchObject([{ reason: expect.stringContaining('blocked') }])
  const dose = doseOn(app)
  const { rows, exit } = await dose('doctor')
  expect(exit).toBe(1)
  expect(rows.find(({ check }) => check === 'sending')).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('blocked for spam'),
  })
  await sql`update dose.account set paused_until = now()`.execute(store.db)
  sink.behave({ do: 'accept' })
  await expect
    .poll(
      async () => {
        // A process believes what it read of a pause for a moment, and puts off until its end.
        await sql`update dose.delivery set due_at = now() where state = 'planned'`.execute(store.db)
        await deliver.run({ id, version: 1 }, stageContext(app))
        return store.deliveries.counts(id)
      },
      { timeout: 20_000, interval: 500 },
    )
    .toEqual({ accepted: planned, bounced })
  expect(await store.db.selectFrom('account').selectAll().execute()).toEqual([])
})
