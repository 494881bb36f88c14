import { describe, expect, test } from 'vitest'
import { judgeFailure, nextTry, type SendFailure } from '../../src/delivery/bounce.ts'

function reply(text: string, command = 'RCPT TO', over: Partial<SendFailure> = {}): SendFailure {
  const replyCode = Number(text.slice(0, 3)) || null
  return { code: 'EENVELOPE', replyCode, command, text, bodyBegun: command === 'DATA', ...over }
}

describe('judgeFailure', () => {
  test.each([
    {
      name: 'no such user',
      failure: reply('550 5.1.1 no such user'),
      kind: 'bounced',
      code: '5.1.1',
      hard: true,
    },
    {
      name: 'on several lines',
      failure: reply('550-5.1.1 no\n550 5.1.1 user'),
      kind: 'bounced',
      code: '5.1.1',
      hard: true,
    },
    {
      name: 'mailbox shut',
      failure: reply('550 5.2.1 disabled'),
      kind: 'bounced',
      code: '5.2.1',
      hard: true,
    },
    {
      name: 'a domain without mail',
      failure: reply('556 5.1.10 null MX'),
      kind: 'bounced',
      code: '5.1.10',
      hard: true,
    },
    {
      name: 'mailbox full for good',
      failure: reply('552 5.2.2 full'),
      kind: 'bounced',
      code: '5.2.2',
      hard: false,
    },
    {
      name: 'no enhanced code',
      failure: reply('550 mailbox unavailable'),
      kind: 'bounced',
      code: '550',
      hard: false,
    },
    {
      name: 'spam',
      failure: reply('554 5.7.1 rejected', 'DATA'),
      kind: 'bounced',
      code: '5.7.1',
      hard: false,
    },
    {
      name: 'text like a code',
      failure: reply('550 5.1.1x'),
      kind: 'bounced',
      code: '550',
      hard: false,
    },
    { name: 'greylisted', failure: reply('451 4.7.1 later'), kind: 'deferred' },
    { name: 'mailbox full for now', failure: reply('452 4.2.2 full'), kind: 'deferred' },
    { name: '552 read as 452', failure: reply('552 too many recipients'), kind: 'deferred' },
    { name: 'body put off', failure: reply('451 4.3.0 later', 'DATA'), kind: 'deferred' },
    { name: 'closing down', failure: reply('421 4.3.2 closing', 'DATA'), kind: 'deferred' },
    { name: 'wrong password', failure: reply('535 5.7.8 no', 'AUTH PLAIN'), kind: 'deferred' },
    {
      name: 'log-in wanted',
      failure: reply('530 5.7.0 log in first', 'RCPT TO'),
      kind: 'deferred',
    },
    {
      name: 'refused at the greeting',
      failure: reply('554 5.7.1 blocked', 'CONN'),
      kind: 'deferred',
    },
    { name: 'sender refused', failure: reply('550 5.7.1 no', 'MAIL FROM'), kind: 'deferred' },
    { name: 'out of step', failure: reply('503 5.5.1 bad sequence', 'DATA'), kind: 'deferred' },
    {
      name: 'unreachable',
      failure: reply('connect ECONNREFUSED', 'CONN', { code: 'ESOCKET' }),
      kind: 'deferred',
    },
    {
      name: 'lost before the body',
      failure: reply('closed', 'CONN', { code: 'ECONNECTION' }),
      kind: 'deferred',
    },
    {
      name: 'lost after it',
      failure: reply('closed', 'CONN', { code: 'ECONNECTION', bodyBegun: true }),
      kind: 'unknown',
    },
    {
      name: 'silent after it',
      failure: reply('timeout', 'CONN', { code: 'ETIMEDOUT', bodyBegun: true }),
      kind: 'unknown',
    },
    { name: 'nonsense after it', failure: reply('354 go on', 'DATA'), kind: 'unknown' },
    {
      name: 'no address for an envelope',
      failure: reply('Invalid recipient', 'API'),
      kind: 'bounced',
      code: '5.1.3',
      hard: false,
    },
    {
      name: 'too large',
      failure: reply('too large', 'MAIL FROM', { code: 'EMESSAGE' }),
      kind: 'bounced',
      code: '5.3.4',
      hard: false,
    },
  ])('$name → $kind', ({ failure, ...verdict }) => {
    const { name: _, ...expected } = verdict
    expect(judgeFailure(failure)).toMatchObject(expected)
  })

  test('a reason is one short line without an address', () => {
    const text = `550 5.1.1 <ann@reader.example>:\r\nunknown\0 ${'x '.repeat(5_000)}`
    const { reason } = judgeFailure(reply(text))
    expect(reason).toMatch(/^550 5\.1\.1 … unknown x x/)
    expect(reason.length).toBeLessThanOrEqual(200)
  })
})

describe('nextTry', () => {
  const now = '2026-11-20T06:00:00.000Z'
  const minutes = (attempt: number, seed = 'd-1') =>
    (Date.parse(nextTry(attempt, now, seed)) - Date.parse(now)) / 60_000

  test.each([
    { attempt: 1, wait: 5 },
    { attempt: 2, wait: 10 },
    { attempt: 3, wait: 20 },
    { attempt: 4, wait: 40 },
    { attempt: 5, wait: 60 },
    { attempt: 500, wait: 60 },
  ])('after attempt $attempt within a quarter of $wait minutes', ({ attempt, wait }) => {
    for (const seed of ['d-1', 'd-2', 'd-3', 'd-4']) {
      expect(minutes(attempt, seed)).toBeGreaterThanOrEqual(0.75 * wait)
      expect(minutes(attempt, seed)).toBeLessThanOrEqual(1.25 * wait)
    }
  })

  test('is the same for the same delivery and spreads many', () => {
    expect(minutes(1)).toBe(minutes(1))
    expect(
      new Set(Array.from({ length: 100 }, (_, n) => minutes(1, `d-${n}`))).size,
    ).toBeGreaterThan(90)
  })
})
