import { afterAll, expect, test, vi } from 'vitest'
import type { Log } from '../src/io/log.ts'
import type { Queues } from '../src/io/queues.ts'
import { sentMails } from './support/mails.ts'
import { NEWS, publish, run } from './support/news.ts'
import { type House, openHouse, THERE } from './web/house.ts'
import { formToken, sendLetters } from './web/letters.ts'

let house: House
afterAll(() => house?.close())

const WAIT = { timeout: 20_000, interval: 100 }

const ADDRESS = /\w+(?:@|%40|=40)[\w-]*(?:reader|home)\.example/i

/** Everything that would stand in a log at its most talkative, with nothing redacted. */
function listen(lines: string[]): Log {
  const write = (sentence: string, fields: object = {}) => {
    const told = Object.entries(fields).map(([name, value]) =>
      value instanceof Error
        ? `${name}=${value.stack} ${value.cause}`
        : `${name}=${JSON.stringify(value)}`,
    )
    lines.push(`${sentence} ${told.join(' ')}`)
  }
  const log: Log = { debug: write, info: write, warn: write, error: write, with: () => log }
  return log
}

test('no address stands in a job, a line of the log or a URL, from sign-up to deletion', async () => {
  const lines: string[] = []
  const jobs: unknown[] = []
  const urls: string[] = []
  house = await openHouse({ PUBLIC_URL: 'https://dose.example' }, true, { log: listen(lines) })
  const { app, store, server } = house
  const { queues } = app.deps
  const { add, wake } = queues
  const listening: Pick<Queues, 'add' | 'wake'> = {
    add(stage, given) {
      jobs.push(...given)
      return add(stage, given)
    },
    wake(stage, given, delayMs) {
      jobs.push(given)
      return wake(stage, given, delayMs)
    },
  }
  Object.assign(queues, listening)
  const ask = async (url: string, body?: Record<string, string>) => {
    urls.push(url)
    const answer = await server.inject({
      ...{ url, ...THERE, method: body ? 'POST' : 'GET' },
      headers: {
        ...THERE.headers,
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
      },
      ...(body && { payload: new URLSearchParams(body).toString() }),
    })
    for (const [, found = ''] of answer.body.matchAll(/(?:href|action|src)="([^"]*)"/g))
      urls.push(found)
    urls.push(String(answer.headers.location ?? ''))
    return answer
  }

  const refused = 'rex@reader.example'
  const late = 'lil@reader.example'
  app.sink?.behave({ do: 'reply', at: 'rcpt', reply: `550 5.1.1 <${refused}> unknown` }, refused)
  app.sink?.behave({ do: 'reply', at: 'rcpt', reply: `451 4.7.1 <${late}> later` }, late)
  const { digest } = await publish(app, NEWS, ['ann@reader.example', refused, late])
  await store.digests.setOpen(digest.id, true)
  await store.digests.setCounting(digest.id, true)
  const form = await formToken(app)
  /** The workers send letters too, so one may still be on its way. */
  const linkOf = (to: string, path: string) =>
    vi.waitFor(async () => {
      const letters = (await sendLetters(app)).filter((letter) => letter.to === to)
      const link = letters.flatMap(({ links }) => links).findLast((one) => one.startsWith(path))
      if (!link) throw new Error(`no letter to ${to} with ${path}`)
      return link
    }, WAIT)
  await ask('/subscribe', { email: 'sue@reader.example', form })
  await ask(await linkOf('sue@reader.example', '/confirm/'), {})
  await ask('/subscribe', { email: 'no address@reader.example', form })

  const { counts } = await run(app, digest)
  expect(counts.accepted).toBeGreaterThanOrEqual(2)
  const mail = (await sentMails(app)).findLast(({ to }) => to === 'sue@reader.example')
  const links = mail?.links ?? []
  expect(links.length).toBeGreaterThan(10)
  for (const link of new Set(links)) await ask(link)
  const lean = links.find((link) => link.startsWith('/l/')) ?? ''
  await ask(lean, {})
  const preferences = links.find((link) => link.startsWith('/p/')) ?? ''
  await ask(preferences, { pace: 'daily', hour: '7', zone: 'UTC', language: 'de' })
  await ask(`${preferences}/link`, {})
  const owner = await linkOf('sue@reader.example', '/me/')
  await ask(owner)
  await ask(`${owner}/move`, { email: 'sue@home.example' })
  await ask(await linkOf('sue@home.example', '/move/'), {})
  await ask('/link', { email: 'sue@home.example', form })
  const again = await linkOf('sue@home.example', '/me/')
  await ask(`${again}/data.json`)
  await ask(`${again}/forget`, { sure: 'yes' })
  for (const to of ['ann@reader.example', 'sue@home.example'])
    expect((await store.readers.findByAddress(to)) !== undefined).toBe(to.startsWith('ann'))

  const sent = await sentMails(app)
  urls.push(...sent.flatMap((one) => one.links))
  const told = [...lines, ...jobs.map((job) => JSON.stringify(job)), ...urls]
  expect(lines.length).toBeGreaterThan(0)
  expect(jobs.length).toBeGreaterThan(5)
  expect(urls.length).toBeGreaterThan(100)
  expect(told.filter((text) => ADDRESS.test(text))).toEqual([])
})
