import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Card } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'
import { type House, openHouse, THERE } from './house.ts'

let house: House
let digestId: string
const ids: string[] = []

beforeAll(async () => {
  house = await openHouse()
  digestId = (await house.addDigest('Harbour Morning')).id
  const evening = await house.addDigest('Evening')
  await house.addStories()
  for (const date of ['2026-11-18', '2026-11-19']) ids.push(await house.addEdition(digestId, date))
  await house.addEdition(digestId, '2026-11-20', null)
  await house.addEdition(evening.id, '2026-11-19', POOL.slice(1, 3))
}, 60_000)
afterAll(() => house?.close())

const get = (url: string) => house.server.inject({ url, ...THERE })
const headlines = (body: string) =>
  [...body.matchAll(/<li><a href="\/stories\/[^"]+">([^<]+)<\/a>/g)].map(([, text]) => text)

describe('the archive', () => {
  test('is found by words of a headline or a sentence, in any order, by how they begin', async () => {
    const { body, headers } = await get('/search?q=crossing+TUNNEL')
    expect(headlines(body)).toEqual([expect.stringMatching(/^Harbour tunnel opens/)])
    expect(body).toContain(`href="/editions/${ids[0]}"`)
    expect(body).toContain(`href="/editions/${ids[1]}"`)
    expect(headers['x-robots-tag']).toBe('noindex')
    expect(headlines((await get('/search?q=comet')).body)).toEqual([
      expect.stringMatching(/^Small observatory/),
    ])
    expect(headlines((await get('/search?q=reserv')).body)).toEqual([
      expect.stringMatching(/^Rain fills upland reservoirs/),
    ])
  })

  test('of one digest only what it sent', async () => {
    expect(headlines((await get('/d/Evening/search?q=tunnel')).body)).toEqual([])
    expect(headlines((await get('/d/Evening/search?q=reservoirs')).body)).toHaveLength(1)
  })

  test('does not hold what was not printed: what poses as news, where no editor put it in', async () => {
    const card = POOL.find(({ headline }) => /^Small observatory/.test(headline)) as Card
    const noise = { name: 'noise', value: -8 }
    const placed = { name: 'editor', value: 8 }
    const { id } = await house.addDigest('Adverts')
    const find = async () => headlines((await get('/d/Adverts/search?q=comet')).body)
    await house.addEdition(id, '2026-11-18', [{ ...card, rank: 1, parts: [noise] }])
    expect(await find()).toEqual([])
    await house.addEdition(id, '2026-11-19', [{ ...card, rank: 1, parts: [noise, placed] }])
    expect(await find()).toEqual([card.headline])
    const heads = await house.store.archive.heads(2, id)
    expect(heads.map(({ stories }) => stories)).toEqual([1, 0])
  })

  test('any question gets a page, whatever stands in it', async () => {
    for (const q of [
      '',
      '&',
      "'); drop table",
      ':*',
      '!!a & b | (',
      '%00',
      '日本',
      '<script>',
      'a'.repeat(9_999),
    ]) {
      const { statusCode, body } = await get(`/search?q=${encodeURIComponent(q)}`)
      expect([q.slice(0, 20), statusCode]).toEqual([q.slice(0, 20), 200])
      expect(body).not.toContain('<script>')
    }
    expect((await get('/search?q=a&before=nonsense')).statusCode).toBe(400)
  })

  test('a topic has its stories, and a story the days it was told', async () => {
    const { topic = '', storyId = '' } = POOL[0] ?? {}
    const page = await get(`/topics/${encodeURIComponent(topic)}`)
    expect(page.statusCode).toBe(200)
    expect(headlines(page.body)).toContain(POOL[0]?.headline)
    expect((await get('/topics/nothing-of-the-kind')).statusCode).toBe(404)
    const story = (await get(`/stories/${storyId}`)).body
    for (const id of ids) expect(story).toContain(`href="/editions/${id}"`)
  })

  test('what was taken down is found no more, and no engine keeps what a source wants kept out', async () => {
    const card = POOL.find(({ headline }) => /^Small observatory/.test(headline))
    expect(headlines((await get('/search?q=observatory+comet')).body)).toHaveLength(1)
    for (const { articleId } of card?.citations ?? [])
      await house.store.db
        .insertInto('takedown')
        .values({
          ...{ id: `t${articleId}`, kind: 'article', target: articleId },
          ...{ name: articleId, reason: 'asked for', at: '2026-11-21T00:00:00.000Z' },
        })
        .execute()
    const { body } = await get('/search?q=observatory+comet')
    expect(headlines(body)).toEqual([])
    expect(body).not.toContain('Small observatory')
  })
})
