import { describe, expect, test } from 'vitest'
import { parseMailbox } from '../../src/delivery/mailbox.ts'
import { buildMessage, deliveryOf } from '../../src/delivery/message.ts'
import { DoseError } from '../../src/errors.ts'
import { input } from '../support/message.ts'

describe('buildMessage', () => {
  test('carries what the large receivers ask of a newsletter', () => {
    const both = buildMessage({ ...input, unsubscribeMailto: 'leave@news.example' })
    expect(both.headers).toEqual({
      'List-Id': '"Morning Dose" <morning-dose.news.example>',
      'List-Unsubscribe':
        '<https://dose.example/u/token>, <mailto:leave@news.example?subject=unsubscribe>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
      'Feedback-ID': 'ed-1:morning-dose:digest:dailydose',
    })
  })

  test('its id is that of the delivery, and tells it', () => {
    const { messageId } = buildMessage(input)
    expect(buildMessage({ ...input, date: '2026-11-20T09:00:00.000Z' }).messageId).toBe(messageId)
    expect(deliveryOf(messageId)).toBe(input.deliveryId)
    expect(deliveryOf(messageId.slice(1, -1))).toBe(input.deliveryId)
    for (const foreign of ['', '<x@news.example>', `<x${messageId}>`, `${messageId}x`])
      expect(deliveryOf(foreign)).toBeNull()
  })

  test('no text from outside can add a header', () => {
    const evil = 'x\r\nBcc: all@reader.example\u2028y'
    const message = buildMessage({
      ...input,
      rendered: { ...input.rendered, subject: evil },
      editionId: evil,
      digest: { name: evil, slug: evil },
      from: { ...input.from, name: evil },
      to: { ...input.to, name: evil },
      unsubscribeUrl: 'https://dose.example/u/a\r\nBcc: b>c',
      unsubscribeMailto: 'leave@news.example\r\nBcc: a',
    })
    const { subject, from, to, headers } = message
    for (const value of [subject, from.name, to.name, ...Object.values(headers)]) {
      expect(value).not.toMatch(/[\r\n\u2028]/)
    }
    expect(headers['List-Unsubscribe']).toMatch(/^<[^<>\s]+>, <[^<>\s]+>$/)
  })

  test.each([
    {
      name: 'a name that is not ASCII',
      digest: { name: 'Grüße', slug: 'Grüße' },
      id: '<gru-e.news.example>',
    },
    {
      name: 'quotes',
      digest: { name: 'The "Dose"', slug: 'dose' },
      id: '"The \\"Dose\\"" <dose.news.example>',
    },
    {
      name: 'accents',
      digest: { name: 'Tägliche Dosis', slug: 'Tägliche Dosis' },
      id: '<tagliche-dosis.news.example>',
    },
    {
      name: 'no letter to stand for it',
      digest: { name: '日報', slug: '日報' },
      id: '<digest.news.example>',
    },
    {
      name: 'a long one',
      digest: { name: 'L', slug: 'long '.repeat(50) },
      id: `"L" <${'long-'.repeat(12)}lon.news.example>`,
    },
  ])('List-Id of $name', ({ digest, id }) => {
    expect(buildMessage({ ...input, digest }).headers['List-Id']).toBe(id)
  })
})

describe('parseMailbox', () => {
  test.each([
    {
      text: 'Morning Dose <dose@news.example>',
      name: 'Morning Dose',
      address: 'dose@news.example',
    },
    {
      text: '"Dose, Morning" <dose@news.example>',
      name: 'Dose, Morning',
      address: 'dose@news.example',
    },
    { text: '  dose@News.Example ', name: '', address: 'dose@news.example' },
    { text: '<dose@news.example>', name: '', address: 'dose@news.example' },
    { text: 'Grüße <post@bücher.example>', name: 'Grüße', address: 'post@xn--bcher-kva.example' },
    { text: 'A\r\nBcc: b <dose@news.example>', name: 'A Bcc: b', address: 'dose@news.example' },
  ])('$text', ({ text, ...mailbox }) => {
    expect(parseMailbox(text, 'MAIL_FROM')).toEqual(mailbox)
  })

  test.each([
    { text: '', says: 'the address is empty' },
    { text: 'Morning Dose', says: 'expected name@domain' },
    { text: 'Dose <dose@news.example', says: 'not of the form Name <address>' },
    { text: 'Dose <dose@>', says: 'expected name@domain' },
    { text: 'x'.repeat(10_000), says: 'longer than any sender is' },
  ])('"$text" is refused by name', ({ text, says }) => {
    const refusal = () => parseMailbox(text, 'MAIL_FROM')
    expect(refusal).toThrow(DoseError)
    expect(refusal).toThrow(/^CONFIG_INVALID MAIL_FROM: /)
    expect(refusal).toThrow(says)
  })
})
