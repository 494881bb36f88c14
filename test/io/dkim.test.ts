import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { afterAll, describe, expect, test } from 'vitest'
import { createDkim, dkimRecord } from '../../src/io/dkim.ts'
import { composeMime } from '../../src/io/mime.ts'
import { outgoing } from '../support/message.ts'

const pemOf = ({ privateKey }: { privateKey: { export(form: object): string | Buffer } }) =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const RSA = pemOf(generateKeyPairSync('rsa', { modulusLength: 2_048 }))
const ED25519 = pemOf(generateKeyPairSync('ed25519'))
const settings = { domain: 'news.example', selector: 'dose', key: RSA }

const { message } = outgoing('ann@reader.example', { unsubscribeMailto: 'leave@news.example' })

/** What a receiver finds who looks the key up. */
async function verify(bytes: Buffer, record: string) {
  const asked: string[] = []
  const resolver = async (name: string) => {
    asked.push(name)
    return [[record]]
  }
  const { results } = await dkimVerify(bytes, { resolver })
  return { results, asked }
}

describe.each([
  { name: 'RSA', key: RSA, algorithm: 'rsa-sha256' },
  { name: 'Ed25519', key: ED25519, algorithm: 'ed25519-sha256' },
])('signed with $name', ({ key, algorithm }) => {
  const signed = async () => createDkim({ ...settings, key })(composeMime(message))

  test('a receiver finds the signature good, for the domain of the sender', async () => {
    const { results, asked } = await verify(await signed(), dkimRecord(key))
    expect(asked).toEqual(['dose._domainkey.news.example'])
    expect(results).toMatchObject([
      { status: { result: 'pass', aligned: 'news.example' }, algo: algorithm },
    ])
  })

  test.each([
    'two  spaces,\ta tab and a space \t at once',
    'an end of a line after a space \n and after a tab\t\nand more',
    '\n\nempty lines before and after\n\n\n',
  ])('white space in a body leaves the signature good: %j', async (text) => {
    const sealed = await createDkim({ ...settings, key })(composeMime({ ...message, text }))
    const { results } = await verify(sealed, dkimRecord(key))
    expect(results).toMatchObject([{ status: { result: 'pass' } }])
  })

  test('the signature covers the ways out, so that receivers offer one click', async () => {
    const { results } = await verify(await signed(), dkimRecord(key))
    const keys = results[0]?.signingHeaders?.keys.toLowerCase().split(': ') ?? []
    for (const name of ['list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'feedback-id'])
      expect(keys).toContain(name)
  })

  test('the same message has the same bytes each time', async () => {
    expect((await signed()).equals(await signed())).toBe(true)
  })

  test.each([
    { name: 'a word of the body', from: 'reopened', to: 'reclosed' },
    { name: 'the way out', from: '/u/token', to: '/u/taken' },
    { name: 'a second subject', from: 'MIME-Version', to: 'Subject: Free money\r\nMIME-Version' },
  ])('changing $name breaks it', async ({ from, to }) => {
    const forged = (await signed()).toString('latin1').replace(from, to)
    const { results } = await verify(Buffer.from(forged, 'latin1'), dkimRecord(key))
    expect(results[0]?.status.result).not.toBe('pass')
  })
})

test('a relay that folds headers and trims lines anew does not break it', async () => {
  const signed = await createDkim(settings)(composeMime(message))
  const relayed = signed
    .toString('latin1')
    .replace('Subject: Bridge', 'Subject:  Bridge')
    .replace(/\r\n$/, '\r\n\r\n\r\n')
  const { results } = await verify(Buffer.from(relayed, 'latin1'), dkimRecord(RSA))
  expect(results[0]?.status.result).toBe('pass')
})

describe('the key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dose-dkim-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('may stand in a file, or in one line', async () => {
    const file = join(folder, 'dkim.pem')
    writeFileSync(file, RSA)
    expect(dkimRecord(file)).toBe(dkimRecord(RSA))
    expect(dkimRecord(RSA.replaceAll('\n', '\\n'))).toBe(dkimRecord(RSA))
  })

  test.each([
    { name: 'no file', key: join(folder, 'none.pem'), says: 'DKIM_KEY: no such file' },
    { name: 'no key', key: '-----BEGIN PRIVATE KEY-----\nAAAA', says: 'DKIM_KEY: no private key' },
    {
      name: 'too short',
      key: pemOf(generateKeyPairSync('rsa', { modulusLength: 512 })),
      says: 'DKIM_KEY: expected RSA of 1024 bits',
    },
    {
      name: 'of another kind',
      key: pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
      says: 'DKIM_KEY: expected RSA',
    },
  ])('is refused by name: $name', ({ key, says }) => {
    expect(() => createDkim({ ...settings, key })).toThrow(says)
  })

  test.each([
    { domain: 'news example', says: 'DKIM_DOMAIN' },
    { selector: 'a;b', says: 'DKIM_SELECTOR' },
  ])('$says is checked', ({ says, ...over }) => {
    expect(() => createDkim({ ...settings, ...over })).toThrow(says)
  })
})
