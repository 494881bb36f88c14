import { readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Inbox, openInbox } from '../../src/io/inbox.ts'
import { RETURNED_BYTES_MAX } from '../../src/io/returned.ts'

const OURS = 'b-1@bounce.news.example'

type Received = { readonly from: string; readonly to: string; readonly text: string }
let inbox: Inbox
let received: Received[]
let isBroken: boolean

beforeEach(async () => {
  received = []
  isBroken = false
  inbox = await openInbox({
    listen: '127.0.0.1:0',
    accepts: (address) => address.endsWith('@bounce.news.example'),
    async receive({ from, to, bytes }) {
      if (isBroken) throw new Error('Connection terminated unexpectedly')
      received.push({ from, to, text: bytes.toString() })
    },
    onError: () => {},
  })
})
afterEach(() => inbox.close())

/** Sends with an envelope of its own; resolves with the reply, a refusal too. */
async function send(to: string | string[], text = 'gone'): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port: inbox.port, secure: false })
  const raw = `Subject: bounce\r\n\r\n${text}\r\n`
  try {
    return (await transport.sendMail({ envelope: { from: '', to }, raw })).response
  } catch (error) {
    return (error as { response?: string }).response ?? String(error)
  } finally {
    transport.close()
  }
}

test('what comes to an address of ours is stored before it is answered', async () => {
  expect(await send(OURS)).toMatch(/^250 /)
  expect(received).toMatchObject([{ from: '', to: OURS, text: expect.stringContaining('gone') }])
})

test('nothing is taken in for anybody else, and so nothing is passed on', async () => {
  for (const other of ['ann@reader.example', 'postmaster@news.example'])
    expect(await send(other)).toMatch(/^550 /)
  expect(await send([OURS, 'ann@reader.example'])).toMatch(/^250 /)
  expect(received.map(({ to }) => to)).toEqual([OURS])
})

test('one that cannot be stored now is asked for again', async () => {
  isBroken = true
  expect(await send(OURS)).toMatch(/^451 /)
  isBroken = false
  expect(await send(OURS)).toMatch(/^250 /)
  expect(received).toHaveLength(1)
})

test('one that is too large is refused, by its announced size and by what comes', async () => {
  expect(await send(OURS, `${'x'.repeat(70)}\r\n`.repeat(RETURNED_BYTES_MAX / 70))).toMatch(/^552 /)
  const replies = await talk([
    'EHLO mx.reader.example',
    'MAIL FROM:<>',
    `RCPT TO:<${OURS}>`,
    'DATA',
    `${`${'x'.repeat(70)}\r\n`.repeat(RETURNED_BYTES_MAX / 70)}.`,
  ])
  expect(replies.at(-1)).toMatch(/^552 /)
  expect(received).toEqual([])
})

test('it has nothing to log in to', async () => {
  const [greeting, offers, login] = await talk(['EHLO mx.reader.example', 'AUTH PLAIN AGEAYg=='])
  expect(greeting).toMatch(/^220 /)
  expect(offers).not.toMatch(/AUTH|STARTTLS/)
  expect(login).toMatch(/^5\d\d /)
})

test('a place that is taken is named', async () => {
  const listen = `127.0.0.1:${inbox.port}`
  const options = { accepts: () => true, receive: async () => {}, onError: () => {} }
  await expect(openInbox({ listen, ...options })).rejects.toThrow(/BOUNCE_LISTEN 127.0.0.1:\d+/)
})

const pem = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url))

test('with a certificate whoever wants TLS gets it, and who does not is heard as well', async () => {
  const cert = pem('mx.pem')
  const seen: string[] = []
  const secure = await openInbox({
    listen: '127.0.0.1:0',
    tls: { cert, key: pem('mx.key') },
    accepts: () => true,
    receive: async ({ bytes }) => seen.push(bytes.toString()),
    onError: () => {},
  })
  const sendWith = (options: object) =>
    createTransport({ host: '127.0.0.1', port: secure.port, ...options }).sendMail({
      envelope: { from: '', to: OURS },
      raw: 'Subject: bounce\r\n\r\ngone\r\n',
    })
  await sendWith({ requireTLS: true, tls: { ca: cert, servername: 'mx.news.example' } })
  await sendWith({ ignoreTLS: true })
  await secure.close()
  expect(seen).toHaveLength(2)
  await expect(
    createTransport({ host: '127.0.0.1', port: inbox.port, requireTLS: true }).verify(),
  ).rejects.toThrow()
})

test('a certificate that is none is named', async () => {
  const options = { accepts: () => true, receive: async () => {}, onError: () => {} }
  const tls = { cert: Buffer.from('none'), key: pem('mx.key') }
  await expect(openInbox({ listen: '127.0.0.1:0', tls, ...options })).rejects.toThrow(
    /BOUNCE_TLS_CERT/,
  )
})

/** Says one line after another, each when the one before was answered. @returns greeting and replies. */
async function talk(lines: readonly string[]): Promise<string[]> {
  const socket = createConnection(inbox.port, '127.0.0.1').setEncoding('utf8')
  const replies: string[] = []
  let said = ''
  for await (const chunk of socket) {
    said += chunk
    if (!/^\d{3} .*\r\n$/m.test(said)) continue
    replies.push(said)
    said = ''
    const line = lines[replies.length - 1]
    if (line === undefined) break
    socket.write(`${line}\r\n`)
  }
  socket.destroy()
  return replies
}
