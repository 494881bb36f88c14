import { generateKeyPairSync } from 'node:crypto'
import { devNull } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { authenticate } from 'mailauth'
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { buildLetter } from '../../src/delivery/letter.ts'
import { makeDemo } from '../../src/demo.ts'
import { dkimRecord } from '../../src/io/dkim.ts'
import { composeMime } from '../../src/io/mime.ts'
import { ALL, freePort, type Served, serve } from '../../src/serve.ts'
import { doseOn } from '../commands/dose.ts'
import type { Server } from '../setups/server.ts'
import { unsupportedIn } from '../support/clients.ts'
import { makeLetter } from '../support/letter.ts'
import { startPostfix } from '../support/postfix.ts'
import { renderer } from '../support/renderer.ts'
import { freshSettings } from '../support/setup.ts'
import { type Sink, startSink } from '../support/smtp.ts'
import { scoreSpam } from '../support/spam.ts'

/** The demo's edition by a real mail server: ada gets it, ben's mailbox is gone. */

const START_MS = 120_000
const WAIT_MS = 30_000
const FIRST_PORT = 3_300
const DOMAIN = 'bounce.news.example'

const KEY = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

/** What the DNS of the sender says. */
const ZONE: Readonly<Record<string, string>> = {
  [DOMAIN]: 'v=spf1 ip4:127.0.0.1 -all',
  'dose._domainkey.news.example': dkimRecord(KEY),
  '_dmarc.news.example': 'v=DMARC1; p=reject',
}

const parts: (() => unknown)[] = []
let sink: Sink
let postfix: Server
let served: Served

beforeAll(async () => {
  sink = await startSink()
  parts.push(sink.close)
  sink.behave({ do: 'reply', at: 'rcpt', reply: '550 5.1.1 no such user' }, 'ben@reader.example')
  const inbox = await freePort(FIRST_PORT)
  postfix = await startPostfix({ domains: { [DOMAIN]: inbox }, rest: sink.port })
  parts.push(postfix.stop)
  const settings = await freshSettings()
  const { config } = loadConfig(
    {
      ...settings,
      PORT: '0',
      SMTP_URL: `smtp://127.0.0.1:${postfix.port}`,
      MAIL_FROM: 'Daily Dose <dose@news.example>',
      BOUNCE_DOMAIN: DOMAIN,
      BOUNCE_LISTEN: `127.0.0.1:${inbox}`,
      DKIM_DOMAIN: 'news.example',
      DKIM_SELECTOR: 'dose',
      DKIM_KEY: KEY,
      PUBLIC_URL: 'https://news.example',
      POSTAL_ADDRESS: 'Daily Dose, 1 Sample Street, Exampleton',
      ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    },
    devNull,
  )
  served = await serve(config, ALL, { command: 'test' }, () => {})
  parts.push(served.stop)
  const feeds = await makeDemo(served.app.deps, config.DATA_DIR, () => {})
  parts.push(feeds.close)
  await until(() => sink.messages.length > 0)
}, START_MS)
afterAll(async () => {
  for (const close of parts.reverse()) await close()
})

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = WAIT_MS; !(await isSo()); left -= 100) {
    if (left <= 0) throw new Error('it has not come about')
    await sleep(100)
  }
}

const mailOf = (name: string) =>
  sink.messages.find(({ to }) => to.startsWith(name)) ?? expect.fail(`no mail to ${name}`)

const dose = (name: string, input: object) =>
  doseOn({ deps: served.app.deps } as Parameters<typeof doseOn>[0])(name, input)

test('receivers believe its sender: SPF, DKIM with the ways out, and DMARC', async () => {
  const { raw, from } = mailOf('ada')
  const resolver = async (name: string) => {
    const record = ZONE[name]
    if (record !== undefined) return [[record]]
    throw Object.assign(new Error(`nothing at ${name}`), { code: 'ENOTFOUND' })
  }
  const { spf, dkim, dmarc } = await authenticate(raw, {
    ip: '127.0.0.1',
    helo: 'mx.news.example',
    sender: from,
    mta: 'mx.reader.example',
    resolver,
  })
  expect(from).toMatch(/^b-v[0-9a-f]{20}-[0-9a-f]{24}@bounce\.news\.example$/)
  expect(spf).toMatchObject({ status: { result: 'pass' } })
  expect(dkim.results).toMatchObject([{ status: { result: 'pass', aligned: 'news.example' } }])
  expect(dmarc).toMatchObject({ status: { result: 'pass' } })
  const signed = dkim.results[0]?.signingHeaders?.keys.toLowerCase().split(': ') ?? []
  expect(signed).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']))
})

test('SpamAssassin finds next to nothing against it', async () => {
  const letter = buildLetter({
    ...{ letterId: 'l1', rendered: renderer.letter(makeLetter()), to: 'ada@reader.example' },
    ...{
      from: { name: 'Daily Dose', address: 'dose@news.example' },
      date: new Date().toISOString(),
    },
  })
  for (const raw of [mailOf('ada').raw, String(composeMime(letter))]) {
    const { score, rules } = await scoreSpam(raw)
    expect(rules).not.toEqual([]) // it has looked
    expect(score, rules.join(', ')).toBeLessThanOrEqual(1)
  }
})

test('the big clients support all it uses, and show it whole', async () => {
  const { html = '' } = await PostalMime.parse(mailOf('ada').raw)
  expect(html).toContain('Daily Dose of AI')
  expect(unsupportedIn(html)).toEqual([])
  for (const { raw } of sink.messages) expect(Buffer.byteLength(raw)).toBeLessThan(100_000)
})

test('what the mail server sends back ends the delivery and shuts the address', async () => {
  const { store } = served.app.deps
  await until(async () => (await store.readers.suppression('ben@reader.example')) !== undefined)
  // The demo sends two editions; where the bounce was faster, the second one did not go to him.
  const { edition_id: edition } = await store.db
    .selectFrom('delivery')
    .select('edition_id')
    .where('state', '=', 'bounced')
    .executeTakeFirstOrThrow()
  const { rows } = await dose('delivery why', { address: 'ben@reader.example', edition })
  expect(rows[0]).toMatchObject({
    state: 'bounced',
    because: expect.stringContaining('came back: 5.1.1'),
    reports: [{ kind: 'hard', status: '5.1.1', via: 'mail' }],
  })
  const trail = rows[0]?.trail as readonly { readonly state: string }[]
  expect(trail.map(({ state }) => state)).toEqual([
    'planned',
    'claimed',
    'submitted',
    'accepted',
    'bounced',
  ])
})

test('a mail to the address in List-Unsubscribe ends the subscription; a forged one does not', async () => {
  const [, leave = ''] = /<mailto:([^?>]+)\?/.exec(mailOf('ada').raw.replace(/\r\n\s+/g, ' ')) ?? []
  const post = createTransport({ host: '127.0.0.1', port: postfix.port, secure: false })
  const send = (to: string) =>
    post.sendMail({ from: 'ada@reader.example', to, subject: 'unsubscribe', text: '' })
  const stateOf = async (email: string) =>
    (await served.app.deps.store.subscribers.list()).find((one) => one.email === email)?.state
  await send(leave.replace(/[0-9a-f]@/, (end) => (end === '0@' ? '1@' : '0@')))
  // Postfix tells whoever wrote to an address that there is not.
  await until(() => sink.messages.some(({ from, to }) => from === '' && to.startsWith('ada')))
  expect(await stateOf('ada@reader.example')).toBe('confirmed')
  await send(leave)
  await until(async () => (await stateOf('ada@reader.example')) === 'unsubscribed')
  post.close()
})
