import type { LightMyRequestResponse } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { clickUrl } from '../../src/delivery/clicks.ts'
import { signToken } from '../../src/delivery/token.ts'
import { linksIn } from '../../src/edition/via.ts'
import { createServer } from '../../src/web/server.ts'
import { doseOn } from '../commands/dose.ts'
import { sentMails } from '../support/mails.ts'
import { NEWS, publish, run } from '../support/news.ts'
import { type House, openHouse } from './house.ts'

let house: House
afterEach(() => house?.close())

const BASE = 'https://dose.example'
const PHONE = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/131.0 Mobile Safari/537.36'

type Visit = { method?: 'HEAD'; remoteAddress?: string; agent?: string }

/** Follows links at a server that then closes, and so has counted what it had to. */
async function follow<T>(
  visits: (get: (url: string, visit?: Visit) => Promise<LightMyRequestResponse>) => Promise<T>,
): Promise<T> {
  const server = await createServer({ ...house.options, operations: [] })
  const seen = await visits((url, { agent = PHONE, ...where } = {}) =>
    server.inject({
      ...{ url, remoteAddress: '198.51.100.7', ...where },
      headers: { 'user-agent': agent, accept: 'text/html' },
    }),
  )
  await server.close()
  return seen
}

test('links of mails lead through the house where a digest counts them, and nobody is told apart', async () => {
  house = await openHouse({ PUBLIC_URL: BASE })
  const { app } = house
  const dose = doseOn(app)
  const readers = ['ann@reader.example', 'bob@reader.example']
  const { digest } = await publish(app, NEWS, readers)
  await dose('digest clicks', { name: digest.name, count: 'on' })
  const { editionId } = await run(app, digest)
  const mails = await sentMails(app)
  const clicksOf = ({ links }: { links: readonly string[] }) =>
    links.filter((link) => link.startsWith('/c/'))
  const [links = [], others = []] = mails.map(clicksOf)
  expect(links.length).toBeGreaterThan(5)
  expect(others).toEqual(links)
  for (const { text, html } of mails) {
    expect(text).toContain('Which links are followed is counted, not by whom.')
    expect(html).not.toMatch(/href="https?:\/\/(?!dose\.example)/)
  }

  const distinct = [...new Set(links)]
  const targets = await follow((get) =>
    Promise.all(
      distinct.map(async (link) => {
        const answer = await get(link, { agent: 'a scanning proxy' })
        expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([302, undefined])
        return String(answer.headers.location)
      }),
    ),
  )
  const pool = (await app.deps.store.editions.get(editionId))?.pool ?? []
  const shown = linksIn(pool)
  for (const target of targets) expect(shown).toContain(target)

  const [one = '', two = ''] = distinct
  await follow(async (get) => {
    await get(one)
    await get(one)
    await get(one, { remoteAddress: '198.51.100.8' })
    await get(two, { method: 'HEAD', remoteAddress: '198.51.100.9' })
    for (const link of distinct) await get(link, { remoteAddress: '198.51.100.10' })
  })
  const { rows } = await dose('edition clicks', { id: editionId })
  expect(rows).toEqual([{ editionId, clicks: 2, url: targets[0] }])
})

test('a counted link leads to nothing but what its edition shows, and counts nothing once that is off', async () => {
  house = await openHouse({ PUBLIC_URL: BASE })
  const { app, store } = house
  const { digest } = await publish(app, NEWS, [])
  const { editionId } = await run(app, digest)
  const secret = await store.settings.signingSecret()
  const link = (url: string, edition = editionId) => clickUrl('', secret, edition, url)
  const cited = (await store.editions.get(editionId))?.pool[0]?.citations[0]?.url ?? ''
  await follow(async (get) => {
    expect((await get(link(cited))).headers.location).toBe(cited)
    expect((await get(link('https://evil.example/'))).statusCode).toBe(404)
    expect((await get(link(cited, 'e-none'))).statusCode).toBe(404)
    const forged = `/c/${signToken(secret, 'view', `${editionId}.x`)}`
    expect((await get(forged)).statusCode).toBe(400)
  })
  expect(await store.clicks.of(editionId)).toEqual([])
  await doseOn(app)('takedown add', { target: cited, reason: 'asked for' })
  await follow(async (get) => expect((await get(link(cited))).statusCode).toBe(404))
})
