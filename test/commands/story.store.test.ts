import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Part } from '../../src/model.ts'
import { NEWS, publish, run as runDigest } from '../support/news.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { doseOn } from './dose.ts'

let app: TestApp
let editionId: string
let dose: ReturnType<typeof doseOn>
beforeAll(async () => {
  app = await openTestApp()
  dose = doseOn(app)
  const { digest } = await publish(app, NEWS, ['ann@reader.example'])
  editionId = (await runDigest(app, digest)).editionId
})
afterAll(() => app?.close())

const cards = async () => (await app.deps.store.editions.get(editionId))?.pool ?? []
const cents = (parts: readonly Part[]) =>
  parts.reduce((sum, { value }) => sum + Math.round(100 * value), 0)

describe('story why --edition', () => {
  test('every card is explained as it was frozen: place, score, parts and what spread it', async () => {
    const pool = await cards()
    expect(pool.length).toBeGreaterThan(1)
    for (const card of pool) {
      const { rows } = await dose('story why', { id: card.storyId, edition: editionId })
      const [row] = rows as { printed: number; score: number; value: number }[] & typeof rows
      expect(row).toMatchObject({
        headline: card.headline,
        printed: card.rank,
        score: card.score,
        parts: card.parts,
      })
      expect(cents(row?.parts as Part[])).toBe(Math.round(100 * card.score))
      expect(cents(row?.parts as Part[]) + cents(row?.costs as Part[])).toBe(
        Math.round(100 * Number(row?.value)),
      )
    }
  })

  test('`latest` is the newest, and people are told in sentences', async () => {
    const [top] = await cards()
    const { shown } = await dose('story why', { id: top?.storyId, edition: 'latest' })
    expect(shown[0]).toContain(`place 1 of `)
    expect(shown[0]).toContain('printed 1.')
    expect(shown[0]).toMatch(/ heat\b/)
  })

  test('a story it does not have is not found', async () => {
    await expect(dose('story why', { id: 'nobody', edition: editionId })).rejects.toThrow(
      /^NOT_FOUND story nobody among those of /,
    )
  })
})

test('story why: among those of its last day, and in the next edition only what is new', async () => {
  const [top] = await cards()
  const { rows } = await dose('story why', { id: top?.storyId })
  expect(rows[0]).toMatchObject({
    storyId: top?.storyId,
    among: expect.stringContaining('the day'),
  })
  const digest = (await app.deps.store.digests.list())[0]?.name
  await expect(dose('story why', { id: top?.storyId, digest })).rejects.toThrow(/NOT_FOUND/)
})

test('story show: what a story is about is stored with it', async () => {
  const { rows } = await dose('story list')
  const about = []
  for (const { id } of rows) about.push((await dose('story show', { id })).rows[0])
  expect(about.flatMap((row) => row?.phrases as string[]).length).toBeGreaterThan(0)
})
