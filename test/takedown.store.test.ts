import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { runCommand } from '../src/commands/operation.ts'
import { rights } from '../src/commands/source/rights.ts'
import * as takedown from '../src/commands/takedown.ts'
import { hashEdition } from '../src/edition/freeze.ts'
import { listOutbox, readOutbox } from '../src/io/outbox.ts'
import type { Card } from '../src/model.ts'
import { intakeOf } from '../src/serve.ts'
import { createServer } from '../src/web/server.ts'
import { startWorkers } from '../src/workers/run.ts'
import { addDigest, addFolder, NEWS, newsFolder, publish, run } from './support/news.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

const NOTICE = 'Removed at the publisher’s request'
const BRIDGE = 'https://valley.example/bridge-1'
const REASON = 'asked for by its publisher on the telephone'

let app: TestApp
let close: (() => Promise<unknown>) | null = null
afterEach(async () => {
  await close?.()
  close = null
  await app?.close()
})

async function operate(command: Parameters<typeof runCommand>[0], input: unknown) {
  const rows: Record<string, unknown>[] = []
  const emit = { row: (row: object) => rows.push({ ...row }), note: () => undefined }
  expect(await runCommand(command, input, app.deps, emit, true)).toBe(0)
  return rows
}

/** Everything that anybody may ask for. */
async function openSite() {
  const deps = app.deps
  const server = await createServer({
    ...{ deps, operations: [], outbox: null, intake: intakeOf(deps) },
    ...{ adminPassword: 'a long walk in the rain', apiToken: 'token-of-a-test-0123456789' },
  })
  close = () => server.close()
  return async (editionId: string) => {
    const places = ['/', '/archive', '/feed.json', '/feed.xml', '/rss.xml']
    const urls = [...places, `/editions/${editionId}`, `/editions/${editionId}.md`]
    const answers = await Promise.all(urls.map((url) => server.inject({ url })))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(urls.map(() => 200))
    return Object.fromEntries(answers.map(({ body }, i) => [urls[i], body]))
  }
}

/** Every mail that went out. */
async function mailed(): Promise<string[]> {
  if (app.sink) return app.sink.messages.map(({ raw }) => raw)
  const dir = join(app.settings.DATA_DIR as string, 'outbox')
  const entries = await listOutbox(dir)
  const mails = await Promise.all(
    entries.map(({ editionId, deliveryId }) => readOutbox(dir, editionId, deliveryId)),
  )
  return mails.map((mail) => `${mail?.subject}\n${mail?.html}\n${mail?.text}`)
}

const wordsOf = (cards: readonly Card[] | undefined) =>
  cards?.flatMap(({ headline, sentences }) => [headline, ...sentences.map(({ text }) => text)]) ??
  []

const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await new Promise((resume) => setTimeout(resume, 20))
}

test('a take-down empties pages, feeds, lists and stories at once, and can be undone', async () => {
  app = await openTestApp()
  const { digest } = await publish(app, NEWS, [])
  const { editionId } = await run(app, digest)
  const { store } = app.deps
  const before = await store.editions.get(editionId)
  const otters = before?.pool.find(({ citations }) => citations[0]?.url.endsWith('/otter'))
  const site = await openSite()
  const whole = await site(editionId)

  const [row] = await operate(takedown.add, {
    target: 'https://valley.example/otter?utm_source=mail',
    reason: REASON,
  })
  expect(row).toMatchObject({ kind: 'article', added: true, stories: 1, editions: 1 })
  const pages = await site(editionId)
  for (const [url, body] of Object.entries(pages)) {
    for (const words of wordsOf(otters ? [otters] : [])) expect(body).not.toContain(words)
    expect(body).not.toContain('valley.example/otter')
    expect(body).not.toContain(REASON)
    if (url !== '/archive')
      expect(body).toMatch(/Removed at the publisher(’|&#8217;|\\u2019)s request/)
  }
  const frozen = await store.editions.get(editionId)
  expect(frozen?.pool).toEqual(before?.pool)
  expect(frozen && hashEdition(frozen)).toBe(before?.hash)
  const storyId = otters?.storyId ?? ''
  expect(await store.stories.members(storyId)).toEqual([])
  expect(await store.stories.get(storyId)).toMatchObject({ headline: '', sentences: [] })

  expect(await operate(takedown.list, {})).toMatchObject([{ reason: REASON }])
  await operate(takedown.remove, { target: 'https://valley.example/otter' })
  expect(await site(editionId)).toEqual(whole)
  await until(async () => (await store.stories.get(storyId))?.headline === otters?.headline)
  expect(await operate(takedown.list, {})).toEqual([])
})

test('the top story taken down: no list names it, and a mail to come goes without it', async () => {
  app = await openTestApp()
  const { digest } = await publish(app, NEWS, ['ann@reader.example'])
  const { editionId } = await run(app, digest, { deliver: false })
  const edition = await app.deps.store.editions.get(editionId)
  const top = edition?.pool[0]
  for (const { url } of top?.citations ?? [])
    await operate(takedown.add, { target: url, reason: REASON })
  const pages = await (await openSite())(editionId)
  expect(edition?.subject).toBeTruthy()
  for (const body of Object.values(pages)) expect(body).not.toContain(edition?.subject)
  expect(pages[`/editions/${editionId}`]).toContain(NOTICE)

  expect(await run(app, digest, { deliver: true })).toMatchObject({
    editionId,
    counts: { accepted: 1 },
  })
  const [mail] = await mailed()
  expect(mail).toContain('Otters return')
  for (const words of wordsOf(top ? [top] : [])) expect(mail).not.toContain(words)
  const { store } = app.deps
  const heard = JSON.stringify(await store.db.selectFrom('issue').select('told').execute())
  for (const { sentences } of edition?.pool ?? [])
    for (const { text } of sentences) expect(heard).not.toContain(text)
})

test('what was taken down before it came never comes; a source goes with all it brought', async () => {
  app = await openTestApp()
  await operate(takedown.add, { target: BRIDGE, reason: REASON })
  const { digest, sourceId } = await publish(app, NEWS, [])
  const { editionId } = await run(app, digest)
  const { store } = app.deps
  const pool = (await store.editions.get(editionId))?.pool ?? []
  const urls = pool.flatMap(({ citations }) => citations.map(({ url }) => url))
  expect(urls.length).toBeGreaterThan(2)
  expect(urls).not.toContain(BRIDGE)

  const days = { from: '2000-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' }
  const listed = (await store.articles.publishedBetween(days, '', 100)).map(({ id }) => id)
  expect(listed).toHaveLength(NEWS.length - 2) // and one was never released
  expect(listed).not.toContain(store.takedowns.articleId(BRIDGE))

  await operate(takedown.add, { target: sourceId, reason: REASON })
  const site = await openSite()
  const shown = async () => (await site(editionId))[`/editions/${editionId}`] ?? ''
  for (const words of wordsOf(pool)) expect(await shown()).not.toContain(words)
  await store.sources.remove(sourceId)
  for (const words of wordsOf(pool)) expect(await shown()).not.toContain(words)
})

test('rights of a source: its words are counted, its pictures and its archive kept back', async () => {
  app = await openTestApp()
  const { store, clock } = app.deps
  const sourceId = await addFolder(app, newsFolder(NEWS, clock.now()))
  const row = await operate(rights, { target: sourceId, quoteWords: 12, noImages: true })
  expect(row).toMatchObject([{ quoteWords: 12, images: 'no', archive: 'as asked', changed: true }])
  expect(await operate(rights, { target: sourceId })).toMatchObject([{ changed: false }])
  startWorkers(app.deps)
  const { editionId } = await run(app, await addDigest(app))
  const pool = (await store.editions.get(editionId))?.pool ?? []
  expect(pool.length).toBeGreaterThan(2)
  for (const { sentences } of pool)
    expect(
      sentences
        .map(({ text }) => text)
        .join(' ')
        .split(/\s+/).length,
    ).toBeLessThanOrEqual(13)
  const cited = pool.flatMap(({ citations }) => citations.map(({ articleId }) => articleId))
  const restrictions = await store.rights.restrictions(cited)
  expect(restrictions.get(cited[0] ?? '')).toMatchObject({ quoteWords: 12, images: false })
  await operate(rights, { target: sourceId, reset: true, allow: 'images,archive' })
  expect((await store.rights.restrictions(cited)).size).toBe(0)
})
