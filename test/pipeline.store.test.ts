import { createHash } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { nextFiring } from '../src/delivery/schedule.ts'
import { listOutbox, readOutbox } from '../src/io/outbox.ts'
import { createSenders } from '../src/store/senders.ts'
import { runDigest } from '../src/workers/digest-run.ts'
import { fetch } from '../src/workers/fetch.ts'
import { stageNames } from '../src/workers/pipeline.ts'
import { reconcile } from '../src/workers/reconcile.ts'
import { setClocks, startWorkers } from '../src/workers/run.ts'
import { handTo, WAKE } from '../src/workers/stage.ts'
import {
  addDigest,
  addFolder,
  addReaders,
  NEWS,
  type Note,
  newsFolder,
  publish,
  run,
  writeNote,
} from './support/news.ts'
import { stageContext } from './support/rows.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

const READERS = ['ann@reader.example', 'bob@reader.example']
const HOUR_MS = 3_600_000

let app: TestApp
afterEach(async () => {
  await app?.close()
})

/** Every mail that went out: whole messages. */
async function mailed(): Promise<{ to: string; body: string }[]> {
  if (app.sink) return app.sink.messages.map(({ to, raw }) => ({ to, body: raw }))
  const dir = join(app.settings.DATA_DIR as string, 'outbox')
  const entries = await listOutbox(dir)
  const mails = await Promise.all(
    entries.map(({ editionId, deliveryId }) => readOutbox(dir, editionId, deliveryId)),
  )
  return mails.map((mail) => ({
    to: mail?.to ?? '',
    body: `${mail?.subject}\n${mail?.html}\n${mail?.text}`,
  }))
}

const stories = async () => {
  const groups = new Map<string, string[]>()
  for (const { url, story_id } of await app.deps.store.stories.partition())
    groups.set(story_id, [...(groups.get(story_id) ?? []), url.split('/').at(-1) ?? ''])
  return [...groups.values()].map((urls) => urls.sort().join(' ')).sort()
}

describe('the whole road', () => {
  test('articles become stories, an edition and one mail for each reader', async () => {
    app = await openTestApp()
    const { digest } = await publish(app, NEWS, READERS)
    const report = await run(app, digest)

    expect(report).toMatchObject({ stories: 3, counts: { accepted: 2 } })
    expect(await stories()).toEqual(['bridge-1 bridge-2 bridge-3', 'chip-1 chip-2', 'otter'])
    const mails = await mailed()
    expect(mails.map(({ to }) => to.match(/\w+@reader\.example/)?.[0]).sort()).toEqual(READERS)
    const edition = await app.deps.store.editions.get(report.editionId)
    expect(edition?.pool[0]?.citations.length).toBe(3)
    expect(edition?.counters).toMatchObject({ articles: 6, sources: 4, stories: 3 })
    for (const { body } of mails) {
      expect(body).toContain('Tarn bridge')
      expect(body).not.toContain('Never released')
      expect(body).not.toContain('T3RoZXJz')
    }
  })

  test.each([
    { when: 'before a run', isFullAtFirst: true },
    { when: 'while sources are read', isFullAtFirst: false },
  ])('where room ends $when, the edition is made of what is here', async ({ isFullAtFirst }) => {
    app = await openTestApp()
    const { store, clock, queues } = app.deps
    const { digest, sourceId } = await publish(app, NEWS, READERS)
    await handTo(fetch, [{ id: sourceId, version: 1 }], 'test', queues)
    await expect.poll(stories, { timeout: 20_000 }).toHaveLength(3)
    await queues.stopWorkers()
    startWorkers(
      app.deps,
      stageNames.filter((name) => name !== 'fetch'),
    )
    const stop = () => store.house.setFetchStop({ since: clock.now(), reason: 'the disk is full' })
    if (isFullAtFirst) await stop()
    const notes: string[] = []
    const request = { digest, date: null, deliver: true }
    const report = runDigest(request, app.deps, (sentence) => notes.push(sentence))
    if (!isFullAtFirst) {
      await expect.poll(() => notes.join(), { timeout: 20_000 }).toContain('1 sources to read')
      await stop()
    }
    expect(await report).toMatchObject({ stories: 3, counts: { accepted: 2 } })
    expect(notes).toContain('No source is read: the disk is full.')
    expect((await store.sources.get(sourceId))?.fetches).toBe(1)
  })

  test('mails that leave while a run looks for them are not called held back', async () => {
    app = await openTestApp()
    const { digest } = await publish(app, NEWS, READERS)
    await run(app, digest)
    const { store } = app.deps
    let asked = 0
    const counts = (id: string) =>
      asked++ === 0 ? Promise.resolve({ planned: 2 }) : store.deliveries.counts(id)
    const deliveries = { ...store.deliveries, counts }
    const notes: string[] = []
    const request = { digest, date: null, deliver: true }
    const deps = { ...app.deps, store: { ...store, deliveries } }
    await runDigest(request, deps, (sentence) => notes.push(sentence))
    expect(notes).toEqual(['Delivering: 2 left.'])
  })

  test('every sentence is word for word at its place in the text it cites', async () => {
    app = await openTestApp()
    const { digest } = await publish(app, NEWS, [])
    const { editionId } = await run(app, digest)
    const edition = await app.deps.store.editions.get(editionId)
    const sentences = edition?.pool.flatMap((card) => card.sentences) ?? []
    expect(sentences.length).toBeGreaterThan(3)
    for (const { articleId, text, start, end, sha256 } of sentences) {
      const article = await app.deps.store.articles.get(articleId)
      expect(article?.text.slice(start, end)).toBe(text)
      expect(
        createHash('sha256')
          .update(article?.text ?? '')
          .digest('hex'),
      ).toBe(sha256)
    }
  })

  test('a second run of the same day sends nothing and changes nothing', async () => {
    app = await openTestApp()
    const { digest, dir } = await publish(app, NEWS, READERS)
    const first = await run(app, digest)
    const before = await mailed()
    writeNote(
      dir,
      { file: 'late.md', title: 'Late news', body: 'This came in after the edition had left.' },
      app.deps.clock.now(),
    )
    expect(await run(app, digest)).toEqual(first)
    expect(await mailed()).toEqual(before)
  })

  test('a file that changes is an update of its article, and its story is told anew', async () => {
    app = await openTestApp()
    const { digest, dir, sourceId } = await publish(app, NEWS.slice(0, 1), [])
    await run(app, digest, { date: app.deps.clock.now().slice(0, 10) })
    const [before] = await app.deps.store.stories.list(1)
    const changed = NEWS[0] as Note
    const at = new Date(Date.parse(app.deps.clock.now()) - HOUR_MS).toISOString()
    writeNote(
      dir,
      { ...changed, body: 'The bridge closed again on Friday after a cable snapped in the wind.' },
      at,
    )
    await run(app, digest)
    expect(await app.deps.store.documents.counts(sourceId)).toEqual({ updated: 1 })
    const article = await app.deps.store.articles.find('https://valley.example/bridge-1')
    expect(article).toMatchObject({ version: 2, story_id: before?.id })
    const story = await app.deps.store.stories.get(before?.id ?? '')
    expect(story?.sentences.map(({ text }) => text).join(' ')).toContain('cable snapped')
  })

  test('what is old at first sight stays out of the current edition and is in that of its date', async () => {
    app = await openTestApp()
    const old = { ...(NEWS[5] as Note), at: '2025-03-10T09:00:00Z' }
    const { digest } = await publish(app, [old], READERS)
    expect(await run(app, digest)).toMatchObject({ stories: 0, counts: {} })
    const dated = await run(app, digest, { date: '2025-03-11' })
    expect(dated).toMatchObject({ date: '2025-03-11', stories: 1, counts: {} })
    expect(await mailed()).toEqual([])
    expect(await run(app, digest, { date: '2025-03-11', deliver: true })).toMatchObject({
      editionId: dated.editionId,
      counts: { accepted: 2 },
    })
  })

  test('one article per URL, whichever file names it first', async () => {
    app = await openTestApp()
    const at = new Date(Date.parse(app.deps.clock.now()) - HOUR_MS).toISOString()
    const earlier = new Date(Date.parse(at) - HOUR_MS).toISOString()
    const one = NEWS[5] as Note
    const { digest, dir, sourceId } = await publish(app, [one], [])
    const more = `originalUrl: "https://valley.example/otter?utm_source=feed"`
    writeNote(dir, { ...one, file: 'a-repeat.md', title: 'Otters are back', at: earlier, more }, at)
    await run(app, digest)
    expect(await app.deps.store.documents.counts(sourceId)).toEqual({ new: 1, duplicate: 1 })
    expect(await app.deps.store.articles.find('https://valley.example/otter')).toMatchObject({
      title: 'Otters are back',
    })
  })

  test('a file that cannot be read is named with the reason and the rest goes on', async () => {
    app = await openTestApp()
    const { digest, dir, sourceId } = await publish(app, NEWS.slice(0, 2), [])
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(dir, 'broken.md'), '---\ntitle: [unclosed\n---\ntext\n')
    writeFileSync(join(dir, 'evil.md'), '---js\nglobalThis.dosePwned = true\n---\ntext\n')
    await run(app, digest)
    expect(await app.deps.store.documents.counts(sourceId)).toEqual({ new: 2, rejected: 2 })
    const reasons = await app.deps.store.documents.rejections(sourceId)
    expect(reasons.map(({ ref, reason }) => `${ref}: ${reason}`)).toEqual([
      expect.stringMatching(/^broken\.md: .*broken\.md/),
      expect.stringMatching(/^evil\.md: .*evil\.md/),
    ])
    expect('dosePwned' in globalThis).toBe(false)
  })
})

describe('what is lost is found again', () => {
  test('emptied queues lose no article: reconcile rings for what the rows still want', async () => {
    app = await openTestApp()
    const dir = newsFolder(NEWS, new Date(Date.parse(app.deps.clock.now()) - HOUR_MS).toISOString())
    const sourceId = await addFolder(app, dir)
    const { store, queues } = app.deps
    await store.documents.put(
      sourceId,
      [await reading(dir, 'chip-1.md'), await reading(dir, 'chip-2.md')],
      app.deps.clock.now(),
    )
    for (const queue of queues.list()) await queue.obliterate({ force: true })
    startWorkers(app.deps)
    await handTo(reconcile, [WAKE], 'test', queues)
    await expect.poll(stories, { timeout: 20_000 }).toContain('chip-1 chip-2')
  })

  test('a firing that was missed is made up once, and only once', async () => {
    let now = '2026-03-02T06:00:00.000Z'
    app = await openTestApp({}, { clock: { now: () => now } })
    const dir = newsFolder(NEWS, '2026-03-02T05:00:00.000Z')
    await addFolder(app, dir)
    const digest = await addDigest(app)
    await addReaders(app, digest, READERS)
    startWorkers(app.deps)
    await handTo(reconcile, [WAKE], 'test', app.deps.queues)
    await expect.poll(stories, { timeout: 20_000 }).toHaveLength(3)
    expect(await app.deps.store.editions.list(5)).toEqual([])

    now = '2026-03-02T15:30:00.000Z' // the process slept through 07:00
    await handTo(reconcile, [WAKE], 'test', app.deps.queues)
    await expect.poll(async () => (await mailed()).length, { timeout: 20_000 }).toBe(2)
    await handTo(reconcile, [WAKE], 'test', app.deps.queues)
    await expect
      .poll(async () =>
        (await app.deps.store.editions.list(5)).map(({ date, state }) => [date, state]),
      )
      .toEqual([['2026-03-02', 'sent']])
    expect(await mailed()).toHaveLength(2)
  })

  test('a schedule that is changed begins then: its hour of that morning was not missed', async () => {
    let now = '2026-03-02T06:00:00.000Z'
    app = await openTestApp({}, { clock: { now: () => now } })
    const { store } = app.deps
    await store.digests.put({ name: 'Weekly', schedule: '0 7 * * 1', timeZone: 'UTC' }, now)
    const look = async () => {
      await reconcile.run(WAKE, stageContext(app))
      return (await store.editions.list(5)).map(({ date }) => date)
    }
    now = '2026-03-05T12:00:00.000Z'
    await store.digests.put({ name: 'Weekly', schedule: '0 7 * * *', timeZone: 'UTC' }, now)
    expect(await look()).toEqual([])
    now = '2026-03-05T18:00:00.000Z'
    await store.digests.put(
      { name: 'Weekly', schedule: '0 7 * * *', timeZone: 'UTC', size: 9 },
      now,
    )
    now = '2026-03-06T07:01:00.000Z'
    expect(await look()).toEqual(['2026-03-06'])
  })

  test('every digest has a clock of its own in the queue, in its zone', async () => {
    app = await openTestApp()
    const { store, queues } = app.deps
    const choices = { name: 'Noon', schedule: '0 12 * * *', timeZone: 'Asia/Tokyo' }
    const { after } = await store.digests.put(choices, app.deps.clock.now())
    await setClocks({ store, queues })
    const queue = queues.list().find(({ name }) => name === 'reconcile')
    expect(await queue?.getJobScheduler(`digest-${after.id}`)).toMatchObject({
      pattern: '0 12 * * *',
      tz: 'Asia/Tokyo',
      next: Date.parse(nextFiring('0 12 * * *', 'Asia/Tokyo', app.deps.clock.now())),
    })
  })

  test('what is put into a story after an edition was frozen is in the next one, and only there', async () => {
    let now = '2026-03-02T06:30:00.000Z'
    app = await openTestApp({}, { clock: { now: () => now } })
    const { store, queues } = app.deps
    const [early, late] = [NEWS[3] as Note, NEWS[5] as Note]
    const dir = newsFolder([early], '2026-03-02T05:00:00.000Z')
    const id = await addFolder(app, dir)
    await addDigest(app)
    startWorkers(app.deps)
    const ringReconcile = () => handTo(reconcile, [WAKE], 'test', queues)
    await ringReconcile()
    await expect.poll(stories, { timeout: 20_000 }).toEqual(['chip-1'])

    await queues.stopWorkers()
    startWorkers(
      app.deps,
      stageNames.filter((name) => name !== 'cluster'),
    )
    now = '2026-03-02T06:59:59.000Z'
    writeNote(dir, late, '2026-03-02T06:50:00.000Z')
    await handTo(fetch, [{ id, version: 9 }], 'test', queues)
    await expect.poll(() => store.articles.count(), { timeout: 20_000 }).toBe(2)
    const headlines = async (date: string) => {
      const edition = (await store.editions.list(9)).find((one) => one.date === date)
      return edition && edition.state !== 'draft' ? edition.pool.map((card) => card.headline) : null
    }
    now = '2026-03-02T07:00:01.000Z'
    await ringReconcile()
    await expect.poll(() => headlines('2026-03-02'), { timeout: 20_000 }).toEqual([early.title])

    startWorkers(app.deps, ['cluster'])
    await expect.poll(stories, { timeout: 20_000 }).toEqual(['chip-1', 'otter'])
    now = '2026-03-03T07:00:01.000Z'
    await ringReconcile()
    await expect.poll(() => headlines('2026-03-03'), { timeout: 20_000 }).toEqual([late.title])
  })

  test('looking at the edition of a day does not keep it from its readers', async () => {
    let now = '2026-03-02T06:00:00.000Z'
    app = await openTestApp({}, { clock: { now: () => now } })
    const dir = newsFolder(NEWS, '2026-03-02T05:00:00.000Z')
    await addFolder(app, dir)
    const digest = await addDigest(app)
    await addReaders(app, digest, READERS)
    startWorkers(app.deps)
    await handTo(reconcile, [WAKE], 'test', app.deps.queues)
    await expect.poll(stories, { timeout: 20_000 }).toHaveLength(3)
    now = '2026-03-02T09:00:00.000Z' // nothing rang at seven
    const looked = await run(app, digest, { date: '2026-03-02' })
    expect(looked).toMatchObject({ stories: 3, counts: {} })
    await handTo(reconcile, [WAKE], 'test', app.deps.queues)
    await expect.poll(async () => (await mailed()).length, { timeout: 20_000 }).toBe(2)
    expect((await app.deps.store.editions.list(5)).map(({ id }) => id)).toEqual([looked.editionId])
  })

  test('a sender that dies gives back what it claimed and leaves as unknown what it had submitted', async () => {
    app = await openTestApp()
    const { store, clock } = app.deps
    startWorkers(
      app.deps,
      stageNames.filter((name) => name !== 'deliver'),
    )
    const dir = newsFolder(NEWS, new Date(Date.parse(clock.now()) - HOUR_MS).toISOString())
    await addFolder(app, dir)
    const digest = await addDigest(app)
    await addReaders(app, digest, [...READERS, 'cyd@reader.example'])
    const running = run(app, digest)
    await expect
      .poll(async () => (await store.deliveries.due(clock.now()))[0]?.n, { timeout: 20_000 })
      .toBe(3)
    const [edition] = await store.editions.list(1)

    const { DATABASE_URL } = app.settings
    const connection = DATABASE_URL ? new pg.Client(DATABASE_URL) : null
    await connection?.connect()
    const others = createSenders(store.db, store.kind, async () => connection)
    const dead = await others.register(clock.now())
    const { claims } = await store.deliveries.claim(edition?.id ?? '', dead.id, 2, clock.now())
    const { emailKey = '' } = claims[0] ?? {}
    const sent = { issueHash: 'x', messageId: '<x@y>', emailKey }
    await store.deliveries.submit(claims[0]?.id ?? '', dead.id, sent, clock.now())
    if (connection) expect(await store.senders.reapDead(clock.now())).toBe(0) // silent is not dead
    await connection?.end()
    const settled = async () => {
      await store.senders.reapDead(clock.now()) // or the run that waits has done so
      return store.deliveries.counts(edition?.id ?? '')
    }
    await expect.poll(settled).toEqual({ planned: 2, unknown: 1 })

    startWorkers(app.deps, ['deliver'])
    expect((await running).counts).toEqual({ accepted: 2, unknown: 1 })
    expect(await mailed()).toHaveLength(2)
  })
})

describe('readers', () => {
  test('who has unsubscribed or is suppressed gets nothing more, and the ledger says why', async () => {
    app = await openTestApp()
    const { digest } = await publish(app, NEWS, [
      'ann@reader.example',
      'bob@reader.example',
      'cyd@reader.example',
    ])
    await app.deps.store.subscribers.unsubscribe('bob@reader.example')
    await app.deps.store.subscribers.suppress(
      'cyd@reader.example',
      'complained',
      app.deps.clock.now(),
    )
    const { editionId, counts } = await run(app, digest)
    expect(counts).toEqual({ accepted: 1, skipped: 1 })
    expect(await app.deps.store.deliveries.list(editionId, 'skipped')).toMatchObject([
      { subscriber: 'cyd@reader.example', reason: 'suppressed' },
    ])
    expect(
      await app.deps.store.subscribers.enrol(
        digest.id,
        { email: 'bob@reader.example', emailKey: 'bob@reader.example', consent: 'again' },
        app.deps.clock.now(),
      ),
    ).toBe('unsubscribed')
  })
})

async function reading(dir: string, ref: string) {
  const { readFileSync } = await import('node:fs')
  const bytes = readFileSync(join(dir, ref))
  return {
    ref,
    url: null,
    contentType: null,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
}
