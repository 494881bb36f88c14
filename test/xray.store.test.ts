import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Step, Xray } from '../src/commands/xray/step.ts'
import { doseOn } from './commands/dose.ts'
import { keepLog } from './support/log.ts'
import { NEWS, publish, run as runDigest } from './support/news.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

let app: TestApp
let editionId: string
const { log, lines } = keepLog()
let dose: ReturnType<typeof doseOn>
beforeAll(async () => {
  app = await openTestApp({}, { log })
  dose = doseOn(app)
  const { digest } = await publish(app, NEWS, ['ann@reader.example', 'bob@reader.example'])
  editionId = (await runDigest(app, digest)).editionId
})
afterAll(() => app?.close())

async function xray(input: object) {
  const [head, ...steps] = (await dose('xray', input)).rows as unknown as [Xray, ...Step[]]
  return { head, steps, names: steps.filter(({ part }) => part === 'way').map(({ step }) => step) }
}

const stepOf = (steps: readonly Step[], name: RegExp) => steps.find(({ step }) => name.test(step))

describe('xray', () => {
  test('an article: from its source to two inboxes, with what every stage did', async () => {
    const url = (await app.deps.store.stories.partition()).find(({ url }) => /bridge-1/.test(url))
    const { head, steps, names } = await xray({ key: url?.url })
    expect(head).toMatchObject({ kind: 'article', title: 'Tarn bridge reopens after two years' })
    expect(head.verdict).toMatch(/^It is in 1 edition, the newest that of \d{4}-.*is cited\.$/)
    expect(names.slice(0, 4)).toEqual(['source', 'read', 'article', 'score'])
    expect(stepOf(steps, /^inboxes of/)).toMatchObject({
      outcome: 'sent',
      detail: expect.stringMatching(/^rank \d of 3 with [\d.]+ = \w.* \+ .*2 accepted$/),
      ref: editionId,
    })
    const runs = steps.filter(({ part }) => part === 'run')
    expect(runs.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['ingest', 'score', 'summarise']),
    )
    expect(runs.every(({ outcome }) => outcome === 'done')).toBe(true)
  })

  test('one that was withdrawn says where it stopped', async () => {
    const { head } = await xray({ key: 'secret.md' })
    expect(head.verdict).toMatch(/unpublished|withdrawn|It became no article/)
  })

  test('a trace: one id from the fetch to the inboxes, in the runs and in every line of the log', async () => {
    const [ingest] = await app.deps.store.db
      .selectFrom('run')
      .select('trace')
      .where('stage', '=', 'ingest')
      .execute()
    const { steps } = await xray({ key: ingest?.trace })
    const stages = new Set(steps.map(({ step }) => step))
    for (const stage of ['fetch', 'ingest', 'score', 'cluster', 'summarise', 'compose', 'deliver'])
      expect(stages).toContain(stage)
    for (const sentence of ['source read', 'edition frozen'])
      expect(lines.find((line) => line.startsWith(sentence))).toContain(ingest?.trace)
  })

  test('a trace names the other that it meets where the clock rang for the edition', async () => {
    const { db } = app.deps.store
    const [ingest] = await db
      .selectFrom('run')
      .select('trace')
      .where('stage', '=', 'ingest')
      .execute()
    await db
      .updateTable('run')
      .set({ trace: 'of-the-clock' })
      .where('stage', '=', 'compose')
      .execute()
    const read = await xray({ key: ingest?.trace })
    expect(stepOf(read.steps, /^went into$/)).toMatchObject({ ref: 'of-the-clock' })
    const composed = await xray({ key: 'of-the-clock' })
    expect(stepOf(composed.steps, /^came from$/)).toMatchObject({ ref: ingest?.trace })
    expect(stepOf(composed.steps, /^went into$/)).toBeUndefined()
  })

  test('an edition, a delivery, a reader, a story and a source know each other', async () => {
    const edition = await xray({ key: editionId })
    expect(edition.head.verdict).toBe('It is sent: 2 accepted.')
    const reader = await xray({ key: ' Ann@Reader.example' })
    expect(reader.head).toMatchObject({ kind: 'reader', id: 'ann@reader.example' })
    const mail = stepOf(reader.steps, / of \d{4}-/)
    expect(mail).toMatchObject({ outcome: 'accepted', tone: 'good' })
    const delivery = await xray({ key: mail?.ref ?? '' })
    expect(delivery.head).toMatchObject({ kind: 'delivery' })
    expect(delivery.head.verdict).toMatch(/^The mail server took it/)
    expect(delivery.names.filter((name) => name === 'delivery').length).toBeGreaterThan(2)
    expect(stepOf(delivery.steps, /^edition$/)?.ref).toBe(editionId)

    const [card] = (await app.deps.store.editions.get(editionId))?.pool ?? []
    const story = await xray({ key: card?.storyId ?? '', kind: 'story' })
    expect(story.head.verdict).toMatch(/^3 articles; told by /)
    const article = await xray({ key: stepOf(story.steps, /^article$/)?.ref ?? '' })
    const source = await xray({ key: stepOf(article.steps, /^source$/)?.ref ?? '' })
    expect(source.head.verdict).toMatch(/^It is active, and asked again /)
  })

  test('what nobody knows is not found', async () => {
    await expect(xray({ key: 'no-such-thing' })).rejects.toThrow(/^NOT_FOUND anything by the name/)
    await expect(xray({ key: 'nobody@reader.example' })).rejects.toThrow(/^NOT_FOUND/)
  })
})

test('article retry runs the stage again that failed, and no other', async () => {
  const { store, queues } = app.deps
  const id = (await store.stories.partition())[0]?.story_id ?? ''
  await store.db
    .updateTable('run')
    .set({ state: 'failed' })
    .where('stage', '=', 'score')
    .where('row_id', '=', id)
    .execute()
  await queues.stopWorkers()
  const { rows } = await dose('article retry', { key: id })
  expect(rows).toEqual([{ stage: 'score', row: id }])
  expect((await queues.counts('score')).waiting).toBe(1)
})
