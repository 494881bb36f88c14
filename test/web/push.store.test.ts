import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { startWorkers } from '../../src/workers/run.ts'
import { dose } from '../commands/source/dose.ts'
import { type House, openHouse, THERE, TOKEN } from './house.ts'

const FRESH_FOLDER_MS = 60_000

let house: House
beforeAll(async () => {
  house = await openHouse()
}, FRESH_FOLDER_MS)
afterAll(() => house?.close())

const push = (payload: object | string, token = TOKEN, url = '/api/articles') =>
  house.server.inject({
    method: 'POST',
    url,
    ...THERE,
    headers: {
      ...THERE.headers,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
    payload,
  })

const ARTICLE = {
  source: 'Harbour desk',
  url: 'https://harbour.example/lights?utm_source=desk',
  title: 'Harbour lights are back',
  text: 'The lights of the harbour burn again since Monday.\n\nThey had been dark for eleven days.',
  author: 'Ada Quay',
  publishedAt: '2026-11-20T07:00:00+01:00',
  language: 'en',
  images: ['https://harbour.example/lights.jpg'],
  topics: ['Coast'],
}

const documents = () => house.store.db.selectFrom('document').selectAll().execute()
const sources = async () => (await house.store.sources.list()).map(({ name }) => name)

describe('POST /api/articles', () => {
  beforeEach(async () => {
    for (const { id } of await house.store.sources.list()) await house.store.sources.remove(id)
  })

  test('makes the source and the document, and is idempotent by canonical URL', async () => {
    const first = await push(ARTICLE)
    expect(first.statusCode).toBe(202)
    expect(first.json().articles).toMatchObject([
      { url: 'https://harbour.example/lights', source: 'Harbour desk', outcome: 'accepted' },
    ])
    const again = await push([{ ...ARTICLE, url: 'https://harbour.example/lights' }])
    expect(again.json().articles).toMatchObject([{ outcome: 'unchanged' }])
    const changed = await push({ ...ARTICLE, title: 'Harbour lights burn again' })
    expect(changed.json().articles).toMatchObject([{ outcome: 'accepted' }])
    expect(await documents()).toMatchObject([
      { ref: 'https://harbour.example/lights', version: 2, state: 'pending' },
    ])
    expect(await sources()).toEqual(['Harbour desk'])
  })

  const WRONG = [
    { name: 'no URL', item: { ...ARTICLE, url: 'harbour/lights' }, says: /http or https/ },
    {
      name: 'a script for a URL',
      item: { ...ARTICLE, url: 'javascript:x' },
      says: /http or https/,
    },
    { name: 'neither text nor html', item: { ...ARTICLE, text: undefined }, says: /text or html/ },
    { name: 'both', item: { ...ARTICLE, html: '<p>x</p>' }, says: /text or html/ },
    { name: 'a NUL', item: { ...ARTICLE, source: 'Desk\0' }, says: /NUL/ },
    { name: 'a blank title', item: { ...ARTICLE, title: ' ' }, says: /blank/ },
    { name: 'no day', item: { ...ARTICLE, publishedAt: '2026-02-30T00:00:00Z' }, says: /instant/ },
    { name: 'an unknown field', item: { ...ARTICLE, body: 'x' }, says: /body/ },
    { name: 'a long text', item: { ...ARTICLE, text: 'x'.repeat(400_001) }, says: /400000/ },
    { name: 'the same URL twice', item: ARTICLE, says: /twice/ },
  ]
  test.each(WRONG)('$name: 400 with the place, and nothing is stored', async ({ item, says }) => {
    const answer = await push([ARTICLE, item])
    expect(answer.statusCode).toBe(400)
    const { error } = answer.json()
    expect(error.items).toHaveLength(1)
    expect(error.items[0]).toMatchObject({ index: 1 })
    expect(error.items[0].problem).toMatch(says)
    expect(await documents()).toEqual([])
    expect(await sources()).toEqual([])
  })

  test('bounds how much comes at once', async () => {
    const many = Array.from({ length: 51 }, (_, i) => ({
      ...ARTICLE,
      url: `${ARTICLE.url}&n=${i}`,
    }))
    expect((await push(many)).statusCode).toBe(400)
    expect((await push([])).statusCode).toBe(400)
    expect((await push(`"${'x'.repeat(9_000_000)}"`)).statusCode).toBe(413)
    expect((await push(many.slice(1))).json().articles).toHaveLength(50)
  })

  test('a paused source takes nothing in', async () => {
    await push(ARTICLE)
    await dose(house.app, 'source set', { target: 'Harbour desk', state: 'paused' })
    const answer = await push({ ...ARTICLE, url: 'https://harbour.example/2' })
    expect([answer.statusCode, answer.json().error.items.length]).toEqual([409, 1])
    expect(await documents()).toHaveLength(1)
  })

  test('wants the token, and tells its form in the document of the API', async () => {
    expect((await push(ARTICLE, 'wrong-token-of-some-length')).statusCode).toBe(401)
    const { body } = await house.server.inject({ url: '/openapi.json', ...THERE })
    const { requestBody } = JSON.parse(body).paths['/api/articles'].post
    const [one] = requestBody.content['application/json'].schema.anyOf
    expect(one.required).toEqual(['source', 'url', 'title'])
  })
})

describe('POST /api/bounces', () => {
  const report = (payload: object | string, token = TOKEN) => push(payload, token, '/api/bounces')
  const missing = { deliveryId: 'v0123456789abcdef0123', kind: 'hard', status: '5.1.1' }

  test('takes one or a list, and says what became of each', async () => {
    const answer = await report([missing, { messageId: '<x@else.example>', kind: 'complaint' }])
    expect(answer.statusCode).toBe(202)
    expect(answer.json().reports).toMatchObject([{ outcome: 'missing' }, { outcome: 'missing' }])
    expect((await report(missing)).statusCode).toBe(202)
  })

  test.each([
    { name: 'no kind there is', item: { ...missing, kind: 'bounce' }, says: /kind/ },
    { name: 'no mail', item: { kind: 'hard' }, says: /messageId or deliveryId/ },
    { name: 'no id of ours', item: { ...missing, deliveryId: 'v\0' }, says: /no id of a delivery/ },
    { name: 'no code', item: { ...missing, status: '550' }, says: /RFC 3463/ },
    { name: 'no instant', item: { ...missing, at: 'yesterday' }, says: /at/ },
    { name: 'an unknown field', item: { ...missing, email: 'ann@reader.example' }, says: /email/ },
    { name: 'null', item: null, says: /object/ },
  ])('$name: 400 with the place', async ({ item, says }) => {
    const answer = await report([missing, item])
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error.items).toMatchObject([{ index: 1 }])
    expect(answer.json().error.items[0].problem).toMatch(says)
  })

  test('wants the token, and bounds how much comes at once', async () => {
    expect((await report(missing, 'wrong-token-of-some-length')).statusCode).toBe(401)
    expect((await report(Array.from({ length: 501 }, () => missing))).statusCode).toBe(400)
    const { body } = await house.server.inject({ url: '/openapi.json', ...THERE })
    expect(JSON.parse(body).paths['/api/bounces'].post.requestBody).toBeDefined()
  })
})

test('article push: what is good goes in, what is not is named by its line; both become articles', async () => {
  const { app } = house
  await dose(app, 'source add', { target: 'Desk', kind: 'push', topics: 'Coast' })
  const html = { ...ARTICLE, source: 'desk', text: undefined, html: '<p>Tide is high at nine.</p>' }
  const lines = [
    ARTICLE,
    { ...ARTICLE, title: '' },
    { ...html, url: 'https://harbour.example/tide' },
  ]
  const content = [...lines.map((line) => JSON.stringify(line)), '{"broken'].join('\n')
  const { rows, notes, exit } = await runPush(content)
  expect(rows.map(({ outcome, source }) => [outcome, source])).toEqual([
    ['accepted', 'Harbour desk'],
    ['accepted', 'Desk'],
  ])
  expect(notes.map((note) => note.slice(0, 9))).toEqual(['x.jsonl:4', 'x.jsonl:2'])
  expect(exit).toBe(1)
  startWorkers(app.deps, ['ingest'])
  const idOf = (i: number) => String(rows[i]?.id)
  await expect.poll(() => app.deps.store.articles.get(idOf(1)), { timeout: 20_000 }).toBeDefined()
  await expect.poll(() => app.deps.store.articles.get(idOf(0)), { timeout: 20_000 }).toBeDefined()
  expect(await app.deps.store.articles.get(idOf(0))).toMatchObject({
    title: 'Harbour lights are back',
    author: 'Ada Quay',
    publishedAt: '2026-11-20T06:00:00.000Z',
    provider: { name: 'Harbour desk', domain: 'harbour.example' },
    text: ARTICLE.text,
    excerptOnly: false,
    topics: ['Coast'],
    images: [{ url: 'https://harbour.example/lights.jpg' }],
  })
  expect(await app.deps.store.articles.get(idOf(1))).toMatchObject({
    text: 'Tide is high at nine.',
  })
})

async function runPush(content: string) {
  const { commands } = await import('../../src/commands/commands.ts')
  const { runCommand } = await import('../../src/commands/operation.ts')
  const command = commands.find(({ name }) => name === 'article push')
  if (!command) throw new Error('no such command')
  const rows: Record<string, unknown>[] = []
  const notes: string[] = []
  const emit = {
    row: (row: object) => rows.push({ ...row }),
    note: (note: string) => notes.push(note),
  }
  const exit = await runCommand(command, { file: 'x.jsonl', content }, house.app.deps, emit, false)
  return { rows, notes, exit }
}
