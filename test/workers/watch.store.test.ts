import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mute } from '../../src/commands/alert.ts'
import { runCommand } from '../../src/commands/operation.ts'
import { WAKE } from '../../src/workers/stage.ts'
import { watch } from '../../src/workers/watch.ts'
import { addSource, stageContext } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { sendLetters } from '../web/letters.ts'

const START = Date.parse('2026-11-25T10:00:00.000Z')
const KEY = 'a-key-of-sixteen-characters'

/** A receiver that answers as it is told, and keeps what it got. */
const got: { readonly body: string; readonly signature: string }[] = []
let answers = 204
let server: Server
let app: TestApp
let minutes = 0

beforeAll(async () => {
  server = createServer(async (request, response) => {
    got.push({ body: await text(request), signature: String(request.headers['dose-signature']) })
    response.writeHead(answers).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const settings = {
    ALERT_MAIL: 'operator@news.example',
    ALERT_WEBHOOK: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    ALERT_KEY: KEY,
  }
  const now = () => new Date(START + minutes * 60_000).toISOString()
  app = await openTestApp(settings, { clock: { now } })
})
afterAll(async () => {
  await app.close()
  server.close()
})

async function lookAt(minute: number): Promise<{ mails: string[]; notes: object[] }> {
  minutes = minute
  const before = got.length
  await watch.run(WAKE, stageContext(app))
  const mails = (await sendLetters(app)).map(({ subject }) => subject)
  return { mails, notes: got.slice(before).map(({ body }) => JSON.parse(body)) }
}

const sourceSince = (id: string, minute: number | null) =>
  app.deps.store.db
    .updateTable('source')
    .set({
      failing_since: minute === null ? null : new Date(START + minute * 60_000).toISOString(),
      last_error: 'HTTP 503',
    })
    .where('id', '=', id)
    .execute()

test('an operator is told once by mail and webhook, again when it is over, and not when muted', async () => {
  const id = await addSource(app, 'valley')
  await sourceSince(id, -60)
  expect(await lookAt(0)).toEqual({ mails: [], notes: [] })

  const alert = `source-down:${id}`
  await sourceSince(id, -25 * 60)
  const first = await lookAt(1)
  expect(first.mails).toEqual([`1 alert: ${alert}`])
  expect(first.notes).toMatchObject([{ firing: [{ rule: 'source-down', subject: id }] }])
  const { body = '', signature = '' } = got.at(-1) ?? {}
  const [, seconds = '', sent = ''] = /^t=(\d+),v1=(\w+)$/.exec(signature) ?? []
  expect(sent).toBe(createHmac('sha256', KEY).update(`${seconds}.${body}`).digest('hex'))
  expect(await lookAt(2)).toEqual({ mails: first.mails, notes: [] })

  await sourceSince(id, null)
  expect((await lookAt(8)).notes).toEqual([])
  const over = await lookAt(12)
  expect(over.mails.at(-1)).toBe(`Resolved: ${alert}`)
  expect(over.notes).toMatchObject([{ firing: [], resolved: [{ subject: id }] }])

  const emit = { row: () => undefined, note: () => undefined }
  await runCommand(mute, { alert, hours: 2 }, app.deps, emit, true)
  await sourceSince(id, -25 * 60)
  expect((await lookAt(60)).notes).toEqual([])

  answers = 500
  expect((await lookAt(12 + 121)).notes).toMatchObject([{ firing: [{ subject: id }] }])
  answers = 204
  expect((await lookAt(12 + 122)).notes).toEqual([])
  const [again] = (await lookAt(12 + 130)).notes
  expect(again).toMatchObject({ id: JSON.parse(got.at(-2)?.body ?? '').id })
  expect(await app.deps.store.alerts.notesDue('2027-01-01T00:00:00.000Z', 10)).toEqual([])
})
