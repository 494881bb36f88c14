import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { composeMime } from '../../src/io/mime.ts'
import { outgoing } from '../support/message.ts'

const { message } = outgoing()

test('the same message has the same bytes each time', async () => {
  const [one, two] = [composeMime(message), await composeMime(message)]
  expect(one.equals(two)).toBe(true)
  expect(one.toString()).toContain('Date: Fri, 20 Nov 2026 06:00:00 +0000')
})

test('two messages share no boundary', async () => {
  const boundary = async (to: string) =>
    /boundary="([^"]+)"/.exec(composeMime(outgoing(to).message).toString())?.[1]
  expect(await boundary('a@reader.example')).not.toBe(await boundary('b@reader.example'))
})

test('lines end in CRLF and none is longer than SMTP carries', async () => {
  const html = `<p>${'ein Wort '.repeat(2_000)}</p>`
  const bytes = composeMime({ ...message, html, subject: 'Grüße an alle: '.repeat(40) })
  const text = bytes.toString('latin1')
  expect(text).not.toMatch(/[^\r]\n|\r[^\n]/)
  expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThan(998)
})

test('what was put in can be read out', async () => {
  const sent = {
    ...message,
    from: { name: 'Zürich, heute "früh"', address: 'dose@news.example' },
    subject: 'Brücke über die Aare — 日本語 😀',
  }
  const read = await PostalMime.parse(composeMime(sent))
  expect(read).toMatchObject({ subject: sent.subject, from: sent.from, messageId: sent.messageId })
  expect(read.html).toContain('<p>The bridge <b>reopened</b> — at last.</p>')
  expect(read.text).toContain('\n.\n..dots at the start of a line')
})

test('one List-Unsubscribe holds both ways out, unbroken', async () => {
  const both = outgoing('ann@reader.example', {
    unsubscribeUrl: `https://dose.example/u/${'x'.repeat(200)}`,
    unsubscribeMailto: 'leave@news.example',
  })
  const { headers } = await PostalMime.parse(composeMime(both.message))
  const values = headers.filter(({ key }) => key === 'list-unsubscribe').map(({ value }) => value)
  expect(values).toEqual([
    `<https://dose.example/u/${'x'.repeat(200)}>, <mailto:leave@news.example?subject=unsubscribe>`,
  ])
})

test.each([
  { name: 'Morning Dose', phrase: '"Morning Dose" ' },
  { name: 'The "Dose" \\', phrase: '"The \\"Dose\\" \\\\" ' },
  { name: 'A long name. '.repeat(7).trim(), phrase: `"${'A long name. '.repeat(7).trim()}" ` },
  { name: 'Grüße', phrase: '' },
])('header fields of a list are readable as they stand: $name', async ({ name, phrase }) => {
  const bytes = composeMime(
    outgoing('ann@reader.example', { digest: { name, slug: 'dose' } }).message,
  )
  const [head = ''] = bytes.toString('latin1').split('\r\n\r\n')
  const fields = head.replace(/\r\n(?=[ \t])/g, '').split('\r\n')
  expect(fields).toEqual(
    expect.arrayContaining([
      `List-ID: ${phrase}<dose.news.example>`,
      'List-Unsubscribe: <https://dose.example/u/token>',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      'Auto-Submitted: auto-generated',
      'Feedback-ID: ed-1:dose:digest:dailydose',
    ]),
  )
})

test('no header value starts a line of its own', async () => {
  const headers = { ...message.headers, 'Feedback-ID': 'a\r\nBcc: all@reader.example' }
  expect(composeMime({ ...message, headers }).toString()).not.toMatch(/^Bcc/m)
})

test('a text that looks like a file or page is content', async () => {
  const read = await PostalMime.parse(composeMime({ ...message, text: '/etc/hostname' }))
  expect(read.text?.trim()).toBe('/etc/hostname')
})
