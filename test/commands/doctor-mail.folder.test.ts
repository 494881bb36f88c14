import { generateKeyPairSync } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Config } from '../../src/config.ts'
import { dkimRecord } from '../../src/io/dkim.ts'
import { startDns, type Zone } from '../support/dns.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { type Sink, startSink } from '../support/smtp.ts'
import { doseOn } from './dose.ts'

const KEY = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

const SETTINGS = {
  MAIL_FROM: 'Morning Dose <dose@news.example>',
  BOUNCE_DOMAIN: 'bounce.news.example',
  DKIM_DOMAIN: 'news.example',
  DKIM_SELECTOR: 'dose',
  DKIM_KEY: KEY,
}

const ZONE: Zone = {
  'bounce.news.example MX': ['10 mx.news.example'],
  'bounce.news.example TXT': ['v=spf1 ip4:203.0.113.5 -all'],
  'dose._domainkey.news.example TXT': [dkimRecord(KEY)],
  '_dmarc.news.example TXT': ['v=DMARC1; p=reject; adkim=s'],
}

let app: TestApp
beforeAll(async () => {
  app = await openTestApp(SETTINGS)
})
afterAll(() => app?.close())

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close()
})

/** What the command finds: by check `status detail`, the records it wants, and its exit code. */
async function examine(zone: Zone, settings: Partial<Config>, sink?: Sink) {
  if (sink) open.push(sink)
  const { dns, close } = await startDns(zone)
  open.push({ close })
  const config = { ...app.deps.config, ...settings }
  const told = await doseOn({ ...app, deps: { ...app.deps, config, dns } })('doctor mail')
  const found = told.rows.map(({ check, status, detail }) => [check, `${status} ${detail}`])
  const records = told.rows.map(({ record }) => record).filter((record) => record !== null)
  return { found: Object.fromEntries(found), records, exit: told.exit, shown: told.shown }
}

test('a sender whom receivers believe', async () => {
  const sink = await startSink({ secure: true })
  const url = `${sink.url}?tls.rejectUnauthorized=false`
  const { found, records, exit } = await examine(ZONE, { SMTP_URL: url }, sink)
  expect(found).toEqual({
    tls: 'warn encrypted, but SMTP_URL takes any certificate',
    ptr: expect.stringMatching(/^warn is reached within this network/),
    mx: 'ok mx.news.example',
    spf: expect.stringMatching(/^warn has a record/),
    dkim: 'ok dose._domainkey.news.example holds our key',
    dmarc: 'ok p=reject, met by DKIM and SPF',
    reports: expect.stringMatching(/^ok /),
  })
  expect(records).toEqual([])
  expect(exit).toBe(0)
})

test('one of whom the DNS knows nothing: every record that is to be added', async () => {
  const sink = await startSink()
  const settings = { SMTP_URL: sink.url, PUBLIC_URL: 'https://dose.news.example' }
  const { found, records, exit, shown } = await examine({}, settings, sink)
  expect(exit).toBe(1)
  expect(found).toMatchObject({ tls: expect.stringMatching(/^fail not encrypted/) })
  expect(records).toEqual([
    'bounce.news.example. MX 10 dose.news.example.',
    'bounce.news.example. TXT "v=spf1 mx ~all"',
    expect.stringMatching(
      /^dose\._domainkey\.news\.example\. TXT "v=DKIM1; k=rsa; p=[^"]{237}" "[^"]+"$/,
    ),
    '_dmarc.news.example. TXT "v=DMARC1; p=none; rua=mailto:postmaster@news.example"',
  ])
  expect(shown.join('\n')).toContain('\tadd\tbounce.news.example. MX 10')
})

test('what contradicts itself, and a name server that fails, are told', async () => {
  const zone = {
    'bounce.other.example MX': ['0 .'],
    'bounce.other.example TXT': ['SERVFAIL'],
    'dose._domainkey.other.example TXT': ['v=DKIM1; p=AAAA'],
    '_dmarc.news.example TXT': ['v=DMARC1; p=reject'],
  }
  const settings = { BOUNCE_DOMAIN: 'bounce.other.example', DKIM_DOMAIN: 'other.example' }
  const { found, records, exit } = await examine(zone, settings)
  expect(found).toMatchObject({
    account: expect.stringMatching(/^fail not set/),
    mx: expect.stringMatching(/^fail says that it takes no mail/),
    spf: expect.stringMatching(/^fail .*ESERVFAIL/),
    dkim: expect.stringMatching(/^fail .*another key/),
    dmarc: expect.stringMatching(/^fail p=reject, and neither/),
  })
  expect(records).toEqual([expect.stringContaining('dose._domainkey.other.example. TXT')])
  expect(exit).toBe(1)
})
