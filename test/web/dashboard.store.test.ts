import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, openHouse, PASSWORD, THERE } from './house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
}, 60_000)
afterAll(() => house?.close())

const basic = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`

/** A form of the dashboard, as it was shown to somebody. */
async function openForm() {
  const page = await house.server.inject({
    url: '/admin/zone',
    ...THERE,
    headers: { ...THERE.headers, authorization: basic },
  })
  const cookie = page.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
  return {
    token: /name="token" value="([^"]+)"/.exec(page.body)?.[1] ?? '',
    cookie: cookie.join('; '),
  }
}

async function press(
  command: string,
  fields: Readonly<Record<string, string | readonly string[]>>,
  form?: { token: string; cookie: string },
) {
  const { token, cookie } = form ?? (await openForm())
  const body = new URLSearchParams({ token })
  for (const [name, values] of Object.entries(fields))
    for (const value of [values].flat()) body.append(name, value)
  return house.server.inject({
    method: 'POST',
    url: `/admin/do/${command}`,
    remoteAddress: THERE.remoteAddress,
    headers: {
      ...THERE.headers,
      authorization: basic,
      cookie,
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: body.toString(),
  })
}

/** What the page that follows says. */
async function noticeAfter(answer: Awaited<ReturnType<typeof press>>): Promise<string> {
  const cookie = answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
  const page = await house.server.inject({
    url: '/admin/zone',
    ...THERE,
    headers: { ...THERE.headers, authorization: basic, cookie: cookie.join('; ') },
  })
  return /<section class="notice[\s\S]*?<\/section>/.exec(page.body)?.[0] ?? ''
}

describe('a button of the dashboard', () => {
  test('runs the command, leads back and tells what came of it', async () => {
    const answer = await press('echo/say', { word: 'morning', _back: '/admin/runs?state=failed' })
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/admin/runs?state=failed'])
    const notice = await noticeAfter(answer)
    expect(notice).toContain('echo say: done')
    expect(notice).toContain('1: morning')
  })

  test('asks first where much hangs on it, and keeps what was typed', async () => {
    const asked = await press('echo/say', { word: 'a&b', times: '2' })
    expect([asked.statusCode, asked.body]).toEqual([
      200,
      expect.stringContaining('Say a&amp;b 2 times?'),
    ])
    expect(asked.body).toContain('name="word" value="a&amp;b"')
    const sure = await press('echo/say', { word: 'a&b', times: '2', _sure: 'yes' })
    expect(await noticeAfter(sure)).toContain('2: a&amp;b')
  })

  test('does the same to every row that is ticked', async () => {
    const answer = await press('echo/say', { _each: 'word', _ids: ['one', 'two'] })
    expect(await noticeAfter(answer)).toMatch(/1: one[\s\S]*1: two/)
    expect(await noticeAfter(await press('echo/say', { _each: 'word' }))).toContain(
      'Nothing was ticked',
    )
  })

  test('says what was wrong, and never where in our code', async () => {
    expect(await noticeAfter(await press('echo/lose', {}))).toContain('echo &quot;x&quot;')
    expect(await noticeAfter(await press('echo/say', {}))).toMatch(/not done[\s\S]*word/)
    const broken = await press('echo/break', {})
    expect([broken.statusCode, broken.body.includes('place.ts')]).toEqual([500, false])
  })

  test('does nothing for another site, and leads to no other', async () => {
    const forged = await press('echo/say', { word: 'x' }, { token: 'guessed', cookie: '' })
    expect(forged.statusCode).toBe(403)
    const led = await press('echo/say', { word: 'x', _back: 'https://evil.example/' })
    expect(led.headers.location).toBe('/admin')
    expect((await press('echo/nothing', {})).statusCode).toBe(404)
  })
})

test('an open page is told its parts when it comes, and then which of them has changed', async () => {
  const url = await house.server.listen({ host: '127.0.0.1', port: 0 })
  const stop = new AbortController()
  const answer = await fetch(`${url}/admin/live?parts=queues,nonsense`, {
    headers: { authorization: basic },
    signal: stop.signal,
  })
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  let told = ''
  const listening = (async () => {
    for await (const chunk of answer.body ?? []) told += Buffer.from(chunk).toString()
  })().catch(() => undefined) // it is broken off below
  const news = () => told.match(/^data: .*$/gm) ?? []
  await expect.poll(news, { timeout: 15_000 }).toEqual(['data: queues'])
  const job = { id: crypto.randomUUID(), version: 1, trace: 't' }
  await house.app.deps.queues.add('score', [job])
  await expect.poll(news, { timeout: 15_000 }).toEqual(['data: queues', 'data: queues'])
  stop.abort()
  await listening
})

test.each([
  { own: 'Europe/Zurich', mine: 'Asia/Tokyo', heads: ['In Europe/Zurich', 'In Asia/Tokyo', 'UTC'] },
  { own: 'Europe/Zurich', mine: 'Europe/Zurich', heads: ['In Europe/Zurich', 'UTC'] },
  { own: 'Europe/Zurich', mine: 'UTC', heads: ['In Europe/Zurich', 'In UTC'] },
  { own: 'UTC', mine: 'UTC', heads: ['In UTC'] },
])('what rings next in $own is told to one in $mine in $heads', async ({ own, mine, heads }) => {
  const { store, clock } = house.app.deps
  await store.digests.put({ name: 'Bell', schedule: '0 7 * * *', timeZone: own }, clock.now())
  const cookie = `dose_zone=${encodeURIComponent(mine)}`
  const headers = { ...THERE.headers, authorization: basic, cookie }
  const page = await house.server.inject({ url: '/admin/schedules', ...THERE, headers })
  const [, bell = ''] = page.body.split('<h2>Bell')
  const [next = ''] = bell.split('</table>')
  const told = [...next.matchAll(/<th scope="col">([^<]+)<\/th>/g)].map(([, head]) => head)
  expect(told).toEqual(heads)
  expect([...next.matchAll(/<tr><td/g)]).toHaveLength(5)
})
