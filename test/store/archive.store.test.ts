import { afterEach, expect, test } from 'vitest'
import type { Card } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'
import { addDigest } from '../support/news.ts'
import { freezeEdition } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp
afterEach(async () => {
  await app?.close()
})

test('the newest edition that cites an article, or tells its story from others, is found by its pool', async () => {
  app = await openTestApp()
  const { archive } = app.deps.store
  const digest = await addDigest(app)
  const [first, second] = POOL as [Card, Card]
  await freezeEdition(app, digest, { date: '2026-11-19', pool: [first] })
  await freezeEdition(app, digest, { date: '2026-11-20', pool: [first, second] })
  await freezeEdition(app, digest, { date: '2026-11-21', pool: [second] })
  const cited = { id: first.citations[0]?.articleId ?? '', storyId: first.storyId }
  expect(await archive.telling(digest.id, cited)).toEqual({
    date: '2026-11-20',
    frozenAt: '2026-11-20T06:00:00.000Z',
    rank: first.rank,
    poolSize: 2,
    size: 12,
    cited: true,
  })
  const other = { id: 'a-of-no-edition', storyId: second.storyId }
  expect(await archive.telling(digest.id, other)).toMatchObject({
    date: '2026-11-21',
    rank: second.rank,
    cited: false,
  })
  expect(await archive.telling(digest.id, { id: 'a"]', storyId: null })).toBeUndefined()
})

test('editions are listed newest first with the number of their stories, drafts included', async () => {
  app = await openTestApp()
  const { archive, editions } = app.deps.store
  const digest = await addDigest(app)
  const id = await freezeEdition(app, digest, { pool: POOL.slice(0, 3) })
  const span = { from: '2026-11-20T06:00:00.000Z', to: '2026-11-21T06:00:00.000Z' }
  const making = { dated: false, deliver: true, atOnce: false, size: 12 }
  await editions.open({ digestId: digest.id, date: '2026-11-21', slot: 0, span }, making, span.to)
  const heads = await archive.heads(5, digest.id)
  expect(heads.map(({ date, state, stories }) => [date, state, stories])).toEqual([
    ['2026-11-21', 'draft', 0],
    ['2026-11-20', 'frozen', 3],
  ])
  expect(await archive.head(id)).toEqual(heads[1])
  expect(await archive.head('none')).toBeUndefined()
})
