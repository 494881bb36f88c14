import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { letter } from '../../src/workers/letter.ts'
import { WAKE } from '../../src/workers/stage.ts'
import { addDigest } from '../support/news.ts'
import { empty, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { sendLetters } from '../web/letters.ts'

let app: TestApp

const RETRY_SECONDS = 40
beforeAll(async () => {
  app = await openTestApp({ RETRY_SECONDS: String(RETRY_SECONDS) })
})
afterEach(() => empty(app))
afterAll(() => app.close())
const EMAIL = 'ann@reader.example'

/** An installation with one open digest, and a sign-up that was asked for. */
async function signUp(): Promise<void> {
  const { store } = app.deps
  const digest = await addDigest(app)
  await store.digests.setOpen(digest.id, true)
  await ask(digest.id)
}

const ask = (digestId: string) =>
  app.deps.store.letters.ask(
    { kind: 'signup', email: EMAIL, emailKey: EMAIL, language: 'en', digestId },
    app.deps.clock.now(),
  )

const run = () => letter.run(WAKE, stageContext(app))

const rows = () =>
  app.deps.store.db.selectFrom('letter').select(['state', 'reason']).orderBy('id').execute()

/** Makes a method of the letters' ledger fail once, before it has written anything. */
function breakOnce(method: 'submit' | 'settle'): void {
  const { letters } = app.deps.store
  const works = letters[method] as (...args: unknown[]) => Promise<unknown>
  let left = 1
  const broken = async (...args: unknown[]) => {
    if (left-- > 0) throw new Error('Connection terminated unexpectedly')
    return works.apply(letters, args)
  }
  Object.assign(letters, { [method]: broken })
}

test('a failure before the letter left costs its reader nothing', async () => {
  await signUp()
  breakOnce('submit')
  await expect(run()).rejects.toThrow(/terminated/)
  await run()
  expect(await rows()).toEqual([{ state: 'accepted', reason: null }])
  expect(await sendLetters(app)).toHaveLength(1)
})

test('a failure after it left is told as unknown, and it is not sent twice', async () => {
  await signUp()
  breakOnce('settle')
  await expect(run()).rejects.toThrow(/terminated/)
  await run()
  expect(await rows()).toMatchObject([{ state: 'unknown' }])
  expect(await sendLetters(app)).toHaveLength(1)
})

test('what a dead process had claimed is sent by another, what it may have sent is not', async () => {
  await signUp()
  const { store, clock } = app.deps
  const [digest] = await store.digests.list()
  const dead = await store.senders.register(clock.now())
  const [claimed] = await store.letters.claim(dead.id, 1, clock.now())
  await store.letters.submit(claimed?.id ?? '', dead.id, clock.now())
  await store.db.updateTable('letter').set({ created_at: '2026-11-01T00:00:00.000Z' }).execute()
  await ask(digest?.id ?? '')
  await store.letters.claim(dead.id, 0, clock.now()) // settles what it holds, as when it is found dead
  await ask(digest?.id ?? '')
  await dead.close(clock.now())
  await run()
  const states = (await rows()).map(({ state }) => state).sort()
  expect(states).toEqual(['accepted', 'dropped', 'unknown'])
  expect(await sendLetters(app)).toHaveLength(1)
})

test('two that are asked for at once are one letter', async () => {
  await signUp()
  const [digest] = await app.deps.store.digests.list()
  await ask(digest?.id ?? '')
  await run()
  expect((await rows()).map(({ state }) => state).sort()).toEqual(['accepted', 'dropped'])
})

test('a letter about no digest is that of the only one there is', async () => {
  await signUp()
  const { store, clock } = app.deps
  const [digest] = await store.digests.list()
  await store.brands.put(digest?.id ?? '', { footer: 'Member of the guild.' })
  const move = { kind: 'move', email: EMAIL, emailKey: EMAIL, language: 'en' } as const
  await store.letters.ask(move, clock.now())
  const letters = await sendLetters(app)
  expect(letters.map(({ text }) => /Morning.*guild/s.test(text))).toEqual([true, true])
  await addDigest(app, 'Evening')
  await store.letters.ask({ ...move, emailKey: 'bob', email: 'bob@reader.example' }, clock.now())
  const [third] = (await sendLetters(app)).filter(({ to }) => to.startsWith('bob'))
  expect(third?.text).toContain('Daily Dose')
  expect(third?.text).not.toContain('guild')
})

test('who complained still gets the link to their data when they ask, and nothing else', async () => {
  const { store, clock } = app.deps
  const digest = await addDigest(app)
  await store.digests.setOpen(digest.id, true)
  const who = { email: EMAIL, emailKey: EMAIL }
  await store.subscribers.enrol(digest.id, { ...who, consent: 'at the fair' }, clock.now())
  await store.subscribers.suppress(EMAIL, 'complained', clock.now())
  const askLink = () => store.letters.ask({ kind: 'link', ...who, language: 'en' }, clock.now())
  await askLink()
  await ask(digest.id)
  const letters = await sendLetters(app)
  expect(letters.map(({ subject }) => subject)).toEqual(['The link to your subscriptions'])
  await store.db.deleteFrom('letter').execute()
  await store.db.updateTable('suppression').set({ reason: 'bounced: 5.1.1' }).execute()
  await askLink()
  await run()
  expect(await rows()).toEqual([{ state: 'dropped', reason: 'the address is suppressed' }])
})

test('a digest that was closed meanwhile takes nobody', async () => {
  await signUp()
  const [digest] = await app.deps.store.digests.list()
  await app.deps.store.digests.setOpen(digest?.id ?? '', false)
  await run()
  expect(await rows()).toMatchObject([{ state: 'dropped' }])
  expect(await sendLetters(app)).toEqual([])
})

test('old letters go, and with them whoever never confirmed', async () => {
  await signUp()
  await run()
  const { store } = app.deps
  await store.house.sweep('letters', '2000-01-01T00:00:00.000Z', 10)
  expect(await rows()).toHaveLength(1)
  await store.house.sweep('letters', '2099-01-01T00:00:00.000Z', 10)
  expect(await rows()).toEqual([])
  expect(await store.readers.findByAddress(EMAIL)).toBeUndefined()
})

test('a mail server that puts off, refuses or falls silent is understood', async () => {
  await signUp()
  const { store } = app.deps
  if (!app.sink) {
    await run()
    expect(await rows()).toMatchObject([{ state: 'accepted' }]) // a folder refuses nothing
    return
  }
  app.sink.behave({ do: 'greylist' })
  await run()
  expect(await rows()).toMatchObject([{ state: 'planned' }])
  const { at, due_at } = await store.db
    .selectFrom('letter')
    .select(['at', 'due_at'])
    .executeTakeFirstOrThrow()
  expect((Date.parse(due_at) - Date.parse(at)) / 1_000 / RETRY_SECONDS).toBeCloseTo(1, 0)
  await store.db.updateTable('letter').set({ due_at: '2026-11-01T00:00:00.000Z' }).execute()
  app.sink.behave({ do: 'drop', at: 'after-body' })
  await run()
  expect(await rows()).toMatchObject([{ state: 'unknown' }])
  await store.db.updateTable('letter').set({ created_at: '2026-10-01T00:00:00.000Z' }).execute()
  app.sink.behave({ do: 'reply', at: 'rcpt', reply: '550 5.1.1 no such user' })
  const [digest] = await store.digests.list()
  await ask(digest?.id ?? '')
  await run()
  expect((await rows()).map(({ state }) => state).sort()).toEqual(['bounced', 'unknown'])
  expect(await store.readers.suppression(EMAIL)).toContain('bounced')
})
