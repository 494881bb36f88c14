import { afterAll, beforeAll, expect, test } from 'vitest'
import { returnAddress } from '../../src/delivery/verp.ts'
import { RETURNED_BYTES_MAX } from '../../src/io/returned.ts'
import { collect } from '../../src/workers/collect.ts'
import { deliver } from '../../src/workers/deliver.ts'
import { WAKE } from '../../src/workers/stage.ts'
import { watch } from '../../src/workers/watch.ts'
import { doseOn } from '../commands/dose.ts'
import { IMAP_PASSWORD, type Imap, startDovecot } from '../support/dovecot.ts'
import { addDigest, addReaders } from '../support/news.ts'
import { makeDsn, makeReturned } from '../support/returned.ts'
import { freezeEdition, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

/** Bounces that arrive in a folder of a real IMAP server. */

const DOMAIN = 'bounce.news.example'
const MINUTE_MS = 60_000

let imap: Imap
let app: TestApp
beforeAll(async () => {
  imap = await startDovecot(['Bounces', 'Read'])
  app = await openTestApp({ BOUNCE_DOMAIN: DOMAIN, BOUNCE_IMAP: placeOf(IMAP_PASSWORD) })
})
afterAll(async () => {
  await app?.close()
  await imap?.stop()
})

function placeOf(password: string, rest = '&tls.rejectUnauthorized=false'): string {
  const user = `dose%40news.example:${encodeURIComponent(password)}`
  return `imaps://${user}@127.0.0.1:${imap.port}/Bounces?move=Read${rest}`
}

/** A look at a time, into the folder of the settings or another. */
const look = (BOUNCE_IMAP?: string, at = app.deps.clock.now()) =>
  collect.run(WAKE, {
    ...stageContext(app),
    clock: { now: () => at },
    ...(BOUNCE_IMAP && { config: { ...app.deps.config, BOUNCE_IMAP } }),
  })

const stateOfMailbox = async () =>
  app.deps.store.db.selectFrom('mailbox').selectAll().executeTakeFirst()

test('what is an answer to us is taken in and moved; what is not, or too large, is left and named', async () => {
  const digest = await addDigest(app)
  await addReaders(app, digest, ['ann@reader.example', 'bob@reader.example', 'cyd@reader.example'])
  const edition = await freezeEdition(app, digest)
  await deliver.run({ id: edition, version: 0 }, stageContext(app))
  const rows = await app.deps.store.deliveries.list(edition)
  const [ann, bob, cyd] = rows.toSorted((a, b) => (a.subscriber < b.subscriber ? -1 : 1))
  if (!ann || !bob || !cyd) throw new Error('readers are missing')
  const secret = await app.deps.store.settings.signingSecret()
  const to = (purpose: 'bounce' | 'leave', id: string, mail: Buffer) =>
    Buffer.concat([
      Buffer.from(`Delivered-To: ${returnAddress(secret, purpose, id, DOMAIN)}\r\n`),
      mail,
    ])
  const dsn = makeDsn('5.1.1', '550 5.1.1 no such user')
  imap.deliver(to('bounce', ann.id, dsn), 'Bounces')
  imap.deliver(makeReturned({ text: 'Hello, a question from eve@reader.example' }), 'Bounces')
  imap.deliver(to('leave', bob.id, makeReturned({ text: 'unsubscribe' })), 'Bounces')
  imap.deliver(Buffer.alloc(RETURNED_BYTES_MAX + 1, 'large '), 'Bounces')
  // A copy of a mail is all it takes to know its Message-ID.
  const forged = makeDsn('5.1.1', '550 gone', { original: `Message-ID: ${cyd.messageId}` })
  imap.deliver(forged, 'Bounces')
  await look()
  const readers = await app.deps.store.subscribers.list()
  expect(readers.map(({ suppressed, state }) => suppressed ?? state)).toEqual([
    'bounced: 5.1.1',
    'unsubscribed',
    'confirmed',
  ])
  const doctor = () => doseOn(app)('doctor mail')
  const said = async () => (await doctor()).rows.find(({ check }) => check === 'mailbox')?.detail
  expect(await said()).toMatch(/^0 mails wait; 3 were left/)
  imap.deliver(to('bounce', ann.id, dsn), 'Bounces')
  expect(await said()).toMatch(/^1 mails wait; 3 were left/)
  await look()
  expect(await said()).toMatch(/^0 mails wait; 3 were left/)
})

/** Two readers of a digest of their own whose mails came back to the folder. */
async function bounceTwo(name: string, readers: readonly [string, string]) {
  const { store } = app.deps
  const digest = await addDigest(app, name)
  await addReaders(app, digest, readers)
  const edition = await freezeEdition(app, digest)
  await deliver.run({ id: edition, version: 0 }, stageContext(app))
  const rows = await store.deliveries.list(edition)
  const idOf = (address: string) => rows.find(({ subscriber }) => subscriber === address)?.id ?? ''
  const secret = await store.settings.signingSecret()
  for (const address of readers) {
    const to = returnAddress(secret, 'bounce', idOf(address), DOMAIN)
    const mail = makeDsn('5.1.1', '550 5.1.1 no such user')
    imap.deliver(Buffer.concat([Buffer.from(`Delivered-To: ${to}\r\n`), mail]), 'Bounces')
  }
  const suppressed = async () =>
    (await store.subscribers.list())
      .filter(({ email, suppressed }) => readers.includes(email) && suppressed !== null)
      .map(({ email }) => email)
      .sort()
  return { idOf, suppressed }
}

test('a mail that fails holds up no other, and is taken in when it can be', async () => {
  const { store, clock } = app.deps
  const { idOf, suppressed } = await bounceTwo('Evening', [
    'dan@reader.example',
    'eve@reader.example',
  ])
  let at = clock.now()
  const lookWith = async (fails: (id: string) => boolean) => {
    const take: typeof store.reports.take = (id, ...rest) =>
      fails(id) ? Promise.reject(new Error('deadlock detected')) : store.reports.take(id, ...rest)
    const reports = { ...store.reports, take }
    const context = stageContext(app, { store: { ...store, reports }, clock: { now: () => at } })
    await collect.run(WAKE, context)
    at = new Date(Date.parse(at) + 5 * MINUTE_MS).toISOString()
  }
  const failsDan = (id: string) => id === idOf('dan@reader.example')
  await lookWith(failsDan)
  expect(await suppressed()).toEqual(['eve@reader.example'])
  expect(await stateOfMailbox()).toMatchObject({
    error: '1 mails could not be taken in, see the log',
  })
  const said = (await doseOn(app)('doctor mail')).rows.find(({ check }) => check === 'mailbox')
  expect(said).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('1 could not be taken in and are tried again'),
  })
  await lookWith(failsDan)
  expect(Object.values((await stateOfMailbox())?.failed ?? {})).toEqual([2])
  await lookWith(() => false)
  expect(await suppressed()).toEqual(['dan@reader.example', 'eve@reader.example'])
  expect(await stateOfMailbox()).toMatchObject({ failed: {}, failing_since: null, error: null })
})

test('one at which the server ends the connection holds up no other either', async () => {
  const { suppressed } = await bounceTwo('Noon', ['flo@reader.example', 'gus@reader.example'])
  const nowhere = placeOf(IMAP_PASSWORD).replace('move=Read', 'move=Nowhere')
  for (const hours of [1, 2]) {
    const at = new Date(Date.parse(app.deps.clock.now()) + hours * 60 * MINUTE_MS).toISOString()
    await look(nowhere, at)
    // Each look got past a mail, so that the next is soon.
    expect(await stateOfMailbox()).toMatchObject({
      failures: 1,
      error: expect.stringMatching(/Nowhere/),
    })
    expect(await suppressed()).toHaveLength(hours)
  }
  const at = new Date(Date.parse(app.deps.clock.now()) + 3 * 60 * MINUTE_MS).toISOString()
  await look(undefined, at)
  expect(await stateOfMailbox()).toMatchObject({ failures: 0, failed: {}, error: null })
})

test('one that fails for a day of looks is given up', async () => {
  const { store, clock } = app.deps
  imap.deliver(makeReturned({ text: 'Hello again' }), 'Bounces')
  const at = clock.now()
  await store.db.updateTable('mailbox').set({ due_at: at }).execute()
  const threads = { ...app.deps.threads, run: () => Promise.reject(new Error('out of memory')) }
  const context = stageContext(app, { threads, clock: { now: () => at } })
  await collect.run(WAKE, context)
  const [uid] = Object.keys((await stateOfMailbox())?.failed ?? {})
  expect(uid).toBeDefined()
  const failed = JSON.stringify({ [String(uid)]: 287 })
  await store.db.updateTable('mailbox').set({ failed }).execute()
  await collect.run(WAKE, context)
  expect(await stateOfMailbox()).toMatchObject({ failed: {}, failing_since: null, error: null })
})

test('a wrong password, a strange certificate, no folder and no server are alerts, not crashes', async () => {
  const good = placeOf(IMAP_PASSWORD)
  for (const [place, says] of [
    [placeOf('two otters'), /log-in is refused/],
    [placeOf(IMAP_PASSWORD, ''), /SELF_SIGNED|CERT|VERIFY|TLS/],
    [good.replace('Bounces', 'None'), /no such folder/],
    [good.replace(`:${imap.port}/`, ':1/'), /ECONNREFUSED/],
  ] as const) {
    await app.deps.store.db.deleteFrom('mailbox').execute()
    await look(place)
    const state = await stateOfMailbox()
    expect(state).toMatchObject({ failures: 1, error: expect.stringMatching(says) })
    expect(state?.error).not.toMatch(/dose@|otters/)
  }
})

test('it is asked ever more rarely, an alert says so, and it is over when it answers', async () => {
  const bad = placeOf('two otters')
  await app.deps.store.db.deleteFrom('mailbox').execute()
  let at = app.deps.clock.now()
  for (const [failures, minutes] of [
    [1, 5],
    [2, 10],
    [3, 20],
  ] as const) {
    await look(bad, at)
    await look(bad, at) // too early: it is not asked again
    const state = await stateOfMailbox()
    const due = new Date(Date.parse(at) + minutes * MINUTE_MS).toISOString()
    expect(state).toMatchObject({ failures, due_at: due })
    at = due
  }
  await watch.run(WAKE, { ...stageContext(app), clock: { now: () => at } })
  const alerts = await app.deps.store.alerts.list()
  expect(alerts.map(({ rule, subject }) => `${rule}:${subject}`)).toContain(
    'mailbox-down:127.0.0.1/Bounces',
  )
  await look(undefined, at)
  expect(await stateOfMailbox()).toMatchObject({ failures: 0, failing_since: null, error: null })
})
