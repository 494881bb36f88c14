import { afterEach, beforeEach, expect, test } from 'vitest'
import { commands } from '../src/commands/commands.ts'
import { runCommand } from '../src/commands/operation.ts'
import type { Digest } from '../src/model.ts'
import { previewEdition } from '../src/workers/preview.ts'
import { reconcile } from '../src/workers/reconcile.ts'
import { type Deps, WAKE } from '../src/workers/stage.ts'
import { NEWS, publish, run, writeNote } from './support/news.ts'
import { stageContext } from './support/rows.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

/** News of the day after. */
const LATER = [
  ['ferry', 'Sael ferry stops for the winter', 'The last ferry of the year crossed the Sael.'],
  ['plums', 'Plum harvest doubles in Orrin', 'Growers in Orrin picked 900 tonnes of plums.'],
  [
    'growers',
    'Orrin growers pick 900 tonnes of plums',
    'The plum harvest in Orrin doubled to 900 tonnes.',
  ],
] as const

// biome-ignore lint/suspicious/noExplicitAny: rows are whatever a command prints
type Row = Record<string, any>

let app: TestApp
let digest: Digest
let dir: string
let ahead = 0

/** A clock that can be put forward. */
const clock = { now: () => new Date(Date.now() + ahead).toISOString() }

beforeEach(async () => {
  ahead = 0
  app = await openTestApp({}, { clock })
  const made = await publish(app, NEWS, ['ada@mail.example'])
  digest = made.digest
  dir = made.dir
})
afterEach(async () => {
  await app?.close()
})

/** Runs a command as the command line does. @returns its rows. */
async function dose(
  name: string,
  input: Record<string, unknown>,
  deps: Deps = app.deps,
): Promise<Row[]> {
  const command = commands.find((one) => one.name === name)
  if (!command) throw new Error(`no command ${name}`)
  const rows: Row[] = []
  const emit = { row: (row: object) => void rows.push(row as Row), note: () => undefined }
  await runCommand(command, input, deps, emit, true)
  return rows
}

const preview = async () => {
  const [head, ...stories] = await dose('edition preview', { name: 'Morning' })
  return { head: head as Row, stories, order: stories.map(({ headline }) => String(headline)) }
}

/** Reads the folder and makes stories of it, without an edition that anybody would get. */
async function readNews(): Promise<void> {
  await run(app, digest, { date: clock.now().slice(0, 10) })
}

/** To a minute after the digest fires next, as the clock would. */
async function fire(): Promise<void> {
  const { at } = await previewEdition(digest, app.deps)
  ahead += Date.parse(at) - Date.parse(clock.now()) + 60_000
  await reconcile.run(WAKE, stageContext(app))
}

async function untilWaiting() {
  for (;;) {
    const [waiting] = await app.deps.store.approvals.waiting(digest.id)
    if (waiting) return waiting
    await new Promise((resume) => setTimeout(resume, 50))
  }
}

async function untilState(id: string, state: string) {
  for (;;) {
    const edition = await app.deps.store.editions.get(id)
    if (edition?.state === state) return edition
    await new Promise((resume) => setTimeout(resume, 50))
  }
}

test('what an editor saw and froze is what readers get, whatever comes in until then', async () => {
  await readNews()
  const before = await preview()
  const last = before.stories.at(-1)?.storyId
  const lastHeadline = before.order.at(-1)
  const chips = before.stories.find(({ headline }) => String(headline).includes('Quillon'))
  await dose('edition place', { digest: 'Morning', story: last })
  await dose('edition leave-out', { digest: 'Morning', story: chips?.storyId })
  const { head, order } = await preview()
  expect(order[0]).toBe(lastHeadline)
  expect(order).not.toContain(chips?.headline)
  const diff = await dose('edition diff', { name: 'Morning', hours: 1 })
  expect(diff.every(({ kind }) => kind === 'came')).toBe(true)

  const wrong = dose('edition freeze', { name: 'Morning', hash: '0'.repeat(64), to: head.to })
  await expect(wrong).rejects.toThrow('CHANGED')
  const frozen = await dose('edition freeze', { name: 'Morning', hash: head.hash, to: head.to })
  const id = String(frozen[0]?.editionId)
  writeNote(
    dir,
    { file: 'late.md', title: 'Late news of the Sael', body: 'It came late.' },
    clock.now(),
  )
  expect(await app.deps.store.deliveries.counts(id)).toEqual({})
  expect((await preview()).head.hash).toBe(head.hash)
  await fire()
  const sent = await untilState(id, 'sent')
  expect(sent.hash).toBe(head.hash)
  expect(await app.deps.store.deliveries.counts(id)).toEqual({ accepted: 1 })
})

test('an edition waits for a yes; declined, its stories come with the next', async () => {
  await dose('digest add', { name: 'Morning', approve: '2:skip' })
  await readNews()
  const { order } = await preview()
  await fire()
  const waiting = await untilWaiting()
  expect(waiting).toMatchObject({ sends: false })
  const [told] = await dose('edition next', {})
  expect(told).toMatchObject({ editionId: waiting.id, state: 'waiting', at: waiting.approveBy })
  const shown = await app.deps.store.archive.list({ limit: 9, digestId: digest.id })
  expect(shown.map(({ id }) => id)).not.toContain(waiting.id)
  ahead += 3 * 3_600_000
  await reconcile.run(WAKE, stageContext(app))
  expect(await untilState(waiting.id, 'skipped')).toMatchObject({ number: 0 })
  expect((await preview()).order).toEqual(order)

  await fire()
  for (const [stories, size] of [
    [1, 1],
    ['none', digest.size],
  ] as const) {
    const { id } = await untilWaiting()
    await dose('edition size', { digest: 'Morning', stories })
    await untilWaiting()
    expect(await app.deps.store.editions.get(id)).toMatchObject({ size })
  }
  const next = await untilWaiting()
  const changed = dose('edition approve', { id: 'Morning', hash: 'of another' })
  await expect(changed).rejects.toThrow('CHANGED')
  await dose('edition approve', { id: 'Morning', hash: next.hash })
  const [after] = await dose('edition next', { stories: true })
  expect(String(after?.date) > next.date).toBe(true)
  expect(after).toMatchObject({ madeSince: null, subject: null, isComposing: true })
  expect(await untilState(next.id, 'sent')).toMatchObject({ hash: next.hash })
})

/** Fixes the edition that comes next as it is seen now. */
async function freezeAhead(): Promise<string> {
  const { head } = await preview()
  const [frozen] = await dose('edition freeze', { name: 'Morning', hash: head.hash, to: head.to })
  return String(frozen?.editionId)
}

test('an edition that is fixed ahead is made anew as it fires, also where one is made already for today', async () => {
  const now = new Date(clock.now())
  const inAnHour = new Date(now.getTime() + 3_600_000)
  ahead = inAnHour.getUTCDate() === now.getUTCDate() ? 0 : 3_600_000
  const hour = new Date(Date.parse(clock.now()) + 3_600_000).getUTCHours()
  await dose('digest add', { name: 'Morning', schedule: `0 ${hour} * * *`, timezone: 'UTC' })
  digest = (await app.deps.store.digests.find('Morning')) as Digest
  await readNews()
  const { editionId } = await run(app, digest)
  for (const [file, title, body] of LATER)
    writeNote(dir, { file: `${file}.md`, title, body }, clock.now())
  await run(app, digest, { date: '2020-01-01' }) // reads, and makes nothing that anybody gets
  const id = await freezeAhead()
  expect(id).not.toBe(editionId)
  await dose('edition size', { digest: 'Morning', stories: 1 })
  await reconcile.run(WAKE, stageContext(app))
  expect(await app.deps.store.editions.get(id)).toMatchObject({ state: 'skipped', deliver: false })
  await dose('edition size', { digest: 'Morning', stories: 'none' })
  expect((await preview()).head).toMatchObject({ editionId: id, size: digest.size })
})

test('one that waited through a day without us is sent to nobody', async () => {
  await readNews()
  const { order } = await preview()
  const id = await freezeAhead()
  ahead = 3 * 24 * 3_600_000
  await reconcile.run(WAKE, stageContext(app))
  expect(await app.deps.store.editions.get(id)).toMatchObject({ state: 'skipped', number: 0 })
  expect(await app.deps.store.deliveries.counts(id)).toEqual({})
  // Its stories are in that of today, which the same look has opened.
  const [next] = await app.deps.store.editions.list(1)
  expect(next?.id).not.toBe(id)
  const sent = await untilState(next?.id ?? '', 'sent')
  expect(sent.pool.map(({ headline }) => headline)).toEqual(order)
})

test('a muted story and a chosen headline hold, and are taken back', async () => {
  await readNews()
  const { stories } = await preview()
  const bridge = stories.find(({ headline }) => String(headline).includes('bridge'))
  const story = bridge?.storyId
  const members = await app.deps.store.articles.many(
    await app.deps.store.stories.members(String(story)),
  )
  const other = members.find(({ title }) => title !== bridge?.headline)
  const [chosen] = await dose('story headline', { story, article: other?.id })
  expect((await preview()).order).toContain(other?.title)
  const [muted] = await dose('story mute', { story, digest: 'Morning' })
  expect((await preview()).order.join()).not.toContain('bridge')
  await dose('story undo', { decision: muted?.decision })
  await dose('story undo', { decision: chosen?.decision })
  expect((await preview()).order).toEqual(stories.map(({ headline }) => headline))
})

test('a chosen headline holds in a story that outgrows what is read of one', async () => {
  const opened = 'The gates of the Orrin dam opened on Friday for the first time since the flood.'
  for (let teller = 0; teller < 45; teller++) {
    const body = `${opened} Teller ${teller} of it was there.`
    const [file, domain] = [`dam-${teller}.md`, `dam-${teller}.example`]
    writeNote(dir, { file, title: `Orrin dam opens, says ${teller}`, body, domain }, clock.now())
  }
  await readNews()
  const { stories } = await preview()
  const story = stories.find(({ headline }) => String(headline).includes('dam'))?.storyId
  const members = await app.deps.store.stories.members(String(story))
  const article = members[12] // neither of the first ten nor of the last thirty
  await dose('story headline', { story, article })
  const [chosen] = await app.deps.store.articles.many([String(article)])
  expect(members).toHaveLength(45)
  expect((await preview()).order).toContain(chosen?.title)
  await expect
    .poll(async () => (await app.deps.store.stories.get(String(story)))?.headline)
    .toBe(chosen?.title)
})

test('a correction stands in the next edition, marked as such, and changes nothing that was sent', async () => {
  const { editionId } = await run(app, digest)
  const sent = await app.deps.store.editions.get(editionId)
  const [card] = sent?.pool ?? []
  const text = 'The repairs cost 46 million crowns, not 48.'
  await dose('edition correct', { id: editionId, story: card?.storyId, text })
  const { head } = await preview()
  expect(await app.deps.store.editions.get(editionId)).toEqual(sent)
  writeNote(
    dir,
    { file: 'new.md', title: 'Sael ferry stops', body: 'The ferry stops.' },
    clock.now(),
  )
  ahead += 86_400_000
  const next = await run(app, digest)
  const edition = await app.deps.store.editions.get(next.editionId)
  expect(edition?.corrections).toMatchObject([{ editionId, headline: card?.headline, text }])
  expect(head.hash).not.toBe(edition?.hash)
})

test('past days come out as they were; with other weights they do not, and those can be adopted', async () => {
  await run(app, digest)
  ahead += 86_400_000
  for (const [name, title, body] of LATER)
    writeNote(dir, { file: `${name}.md`, title, body, domain: `${name}.example` }, clock.now())
  await run(app, digest)
  const days = { from: '2020-01-01', to: '2020-01-02' }
  const all = {
    from: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
    to: clock.now().slice(0, 10),
  }
  expect(await dose('replay', { digest: 'Morning', ...days })).toHaveLength(1)
  for (const anew of [false, true]) {
    const [sum, ...each] = await dose('replay', { digest: 'Morning', ...all, anew })
    expect(each).toHaveLength(2)
    expect(sum).toMatchObject({ state: 'done', same: 2, jaccard: 1, overlap: 1 })
  }
  const [other, ...each] = await dose('replay', { digest: 'Morning', ...all, set: 'source=-8' })
  expect(other).toMatchObject({ same: 0, jaccard: 1 })
  expect(each.flatMap(({ comparison: { changes } }) => changes).length).toBeGreaterThan(0)
  const less = await dose('replay', { digest: 'Morning', ...all, without: ['News'] })
  expect(less[0]).toMatchObject({ jaccard: 0 })
  await expect(dose('replay adopt', { id: less[0]?.replay })).rejects.toThrow('only weights')
  await dose('replay adopt', { id: other?.replay })
  expect(await app.deps.store.rankings.current(digest.id)).toMatchObject({
    version: 1,
    weights: { source: -8 },
  })
})

test('why the next edition cannot be composed is told to whoever does not wait as well, until it can', async () => {
  await readNews()
  const run = async () => Promise.reject(new Error('the thread has ended'))
  const broken: Deps = { ...app.deps, threads: { ...app.deps.threads, run } }
  const stops = async () => {
    const [next = {}] = await dose('edition next', { stories: true }, broken)
    return (next.blockers as { weight: string; what: string }[]).map(({ what }) => what)
  }
  await expect.poll(stops).toContain('It cannot be composed: the thread has ended')
  await expect(dose('edition preview', { name: 'Morning' }, broken)).rejects.toThrow('has ended')
  expect((await preview()).stories.length).toBeGreaterThan(0)
})
