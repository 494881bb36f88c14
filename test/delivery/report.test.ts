import { describe, expect, test } from 'vitest'
import { readReport } from '../../src/delivery/report.ts'
import type { ReturnPurpose } from '../../src/delivery/verp.ts'
import { readReturned } from '../../src/io/returned.ts'
import { makeComplaint, makeDsn, makeReturned } from '../support/returned.ts'

const BOUNCE = { from: '', purpose: 'bounce' as ReturnPurpose | null }

async function read(bytes: Buffer, envelope = BOUNCE) {
  const mail = await readReturned(bytes)
  if (mail === null) throw new Error('unreadable')
  return readReport(mail, envelope)
}

const ORIGINAL = `Return-Path: <b-v0123456789abcdef0123-0123456789abcdef01234567@bounce.news.example>
Message-ID:
 <v0123456789abcdef0123@news.example>
List-Unsubscribe: <https://dose.example/u/x>
Subject: 5.1.1 ways to fold a map`

describe('a delivery status', () => {
  test.each([
    {
      name: 'no such user',
      dsn: ['5.1.1', '550 5.1.1 <ann@reader.example> no such user'],
      is: 'hard',
      status: '5.1.1',
    },
    {
      name: 'a host that does not exist',
      dsn: ['5.1.2', 'host not found'],
      is: 'hard',
      status: '5.1.2',
    },
    { name: 'mailbox full', dsn: ['5.2.2', '552 5.2.2 over quota'], is: 'soft', status: '5.2.2' },
    {
      name: 'refused for policy',
      dsn: ['5.7.1', '550 5.7.1 not wanted'],
      is: 'soft',
      status: '5.7.1',
    },
    {
      name: 'tried for too long',
      dsn: ['4.4.7', 'delivery time expired'],
      is: 'soft',
      status: '4.4.7',
    },
    {
      name: 'a general code, an exact one said',
      dsn: ['5.0.0', '550-5.1.1 unknown user'],
      is: 'hard',
      status: '5.1.1',
    },
    {
      name: 'a general code and nothing said',
      dsn: ['5.0.0', '550 go away'],
      is: 'soft',
      status: '5.0.0',
    },
    {
      name: 'words behind the code',
      dsn: ['5.1.1 (bad mailbox)', 'no'],
      is: 'hard',
      status: '5.1.1',
    },
  ] as const)('$name: $is', async ({ dsn: [code, diagnostic], is, status }) => {
    expect(await read(makeDsn(code, diagnostic))).toMatchObject({ kind: is, status })
  })

  test.each(['delayed', 'delivered', 'relayed', 'expanded'])('%s is no bounce', async (action) => {
    const report = await read(makeDsn('4.4.1', 'connection timed out', { action }))
    expect(report.kind).toBe('notice')
  })

  test('tells which mail it is about, and the words of the server without the address', async () => {
    const report = await read(
      makeDsn('5.1.1', '550 <ann@reader.example> gone', { original: ORIGINAL }),
    )
    expect(report).toMatchObject({
      reason: '550 … gone',
      messageId: '<v0123456789abcdef0123@news.example>',
      addresses: ['b-v0123456789abcdef0123-0123456789abcdef01234567@bounce.news.example'],
    })
  })

  test('one of several recipients who did not get it counts', async () => {
    const status = `Reporting-MTA: dns; mx.reader.example

Final-Recipient: rfc822; a@list.example
Action: relayed
Status: 2.0.0

Final-Recipient: rfc822; b@list.example
Action: FAILED
Status: 5.2.1`
    expect(await read(makeReturned({ status }))).toMatchObject({ kind: 'hard', status: '5.2.1' })
  })

  test('one without an action is read by its code', async () => {
    const report = await read(makeReturned({ status: 'Final-Recipient: rfc822; a\nStatus: 5.1.1' }))
    expect(report.kind).toBe('hard')
  })
})

describe('a complaint', () => {
  test.each([
    { type: 'abuse', is: 'complaint' },
    { type: 'fraud', is: 'complaint' },
    { type: 'not-spam', is: 'notice' },
    { type: 'auth-failure', is: 'notice' },
    { type: 'opt-out', is: 'unsubscribe' },
  ])('of type $type: $is', async ({ type, is }) => {
    const report = await read(makeComplaint(ORIGINAL, type), { from: 'fbl@x', purpose: 'reports' })
    expect(report).toMatchObject({ kind: is, messageId: '<v0123456789abcdef0123@news.example>' })
  })
})

describe('a bounce in words of its own', () => {
  const QMAIL = `Hi. This is the qmail-send program at mx.reader.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ann@reader.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <x@y.example>
Message-ID: <v0123456789abcdef0123@news.example>
Subject: 550 5.2.1 ways`
  const EXIM = `This message was created automatically by mail delivery software.

  ann@reader.example
    SMTP error from remote mail server after RCPT TO:<ann@reader.example>:
    host mx.reader.example [192.0.2.1]: 552 5.2.2 mailbox is full

------ This is a copy of the message, including all the headers. ------

Subject: 550 5.1.1 ways`

  test.each([
    { name: 'qmail', text: QMAIL, is: 'hard', status: '5.1.1', reason: /no mailbox here/ },
    { name: 'Exim', text: EXIM, is: 'soft', status: '5.2.2', reason: /mailbox is full/ },
    {
      name: 'a code of three digits',
      text: 'He said: 550 no.',
      is: 'soft',
      status: null,
      reason: /550 no/,
    },
    {
      name: 'no code',
      text: 'Your mail could not be delivered.',
      is: 'soft',
      status: null,
      reason: /Failure/,
    },
  ])('$name: $is', async ({ text, is, status, reason }) => {
    const headers = [
      'From: Mail Delivery System <MAILER-DAEMON@mx.reader.example>',
      'Subject: Failure',
    ]
    const report = await read(makeReturned({ headers, text }), { ...BOUNCE, from: 'x@y.example' })
    expect(report).toMatchObject({ kind: is, status })
    expect(report.reason).toMatch(reason)
  })

  test('names the mail it brings back', async () => {
    const report = await read(makeReturned({ headers: ['Subject: failure notice'], text: QMAIL }))
    expect(report.messageId).toBe('<v0123456789abcdef0123@news.example>')
  })
})

describe('what is no bounce', () => {
  const AWAY = [
    { name: 'RFC 3834', headers: ['Subject: Away', 'Auto-Submitted: auto-replied (vacation)'] },
    { name: 'an old program', headers: ['Subject: Away', 'X-Autoreply: yes'] },
    { name: 'Exchange', headers: ['Subject: Automatic reply: Morning Dose'] },
    { name: 'German', headers: ['Subject: Abwesenheitsnotiz'] },
  ]
  test.each(AWAY)('an automatic reply: $name', async ({ headers }) => {
    const text = 'I am away until 5.12. Call 550 123 or read release 5.1.1.'
    expect((await read(makeReturned({ headers, text }))).kind).toBe('auto-reply')
  })

  test('a person who writes to it', async () => {
    const headers = ['From: Ann <ann@reader.example>', 'Subject: Re: Morning Dose']
    const text = 'Nice edition! I run version 5.1.1 myself.'
    const report = await read(makeReturned({ headers, text }), { ...BOUNCE, from: 'ann@x.example' })
    expect(report.kind).toBe('unknown')
  })
})

describe('the address to unsubscribe', () => {
  const LEAVE = { from: 'ann@reader.example', purpose: 'leave' as const }
  test('any mail to it unsubscribes', async () => {
    expect((await read(makeReturned({ text: '' }), LEAVE)).kind).toBe('unsubscribe')
  })
  test('a machine does not', async () => {
    const away = makeReturned({ headers: ['Auto-Submitted: auto-replied'] })
    expect((await read(away, LEAVE)).kind).toBe('auto-reply')
  })
  test('a forged bounce to it, which is on every forwarded copy, harms nobody', async () => {
    expect((await read(makeDsn('5.1.1', '550 gone'), LEAVE)).kind).toBe('auto-reply')
    expect((await read(makeComplaint(ORIGINAL), LEAVE)).kind).toBe('unsubscribe')
  })
})

describe('hostile mails', () => {
  test.each([
    { name: 'empty', bytes: Buffer.alloc(0) },
    {
      name: 'noise',
      bytes: Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919) % 256)),
    },
    {
      name: 'fields without end',
      bytes: makeReturned({ status: 'Status:5.1.1\n\n'.repeat(20_000) }),
    },
    { name: 'one line', bytes: makeReturned({ text: `550 ${'-'.repeat(400_000)}` }) },
    { name: 'many dashes', bytes: makeReturned({ text: `${'-'.repeat(300)}\n`.repeat(1_000) }) },
  ])('$name: read as something, or not at all', async ({ bytes }) => {
    const mail = await readReturned(bytes)
    const report = mail && readReport(mail, BOUNCE)
    expect(report?.reason.length ?? 0).toBeLessThanOrEqual(200)
  })

  test('parts within parts are given up', async () => {
    const nested = Array.from(
      { length: 500 },
      (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\r\n\r\n--b${n}\r\n`,
    )
    expect(await readReturned(Buffer.from(nested.join('')))).toBeNull()
  })
})
