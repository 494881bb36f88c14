import { describe, expect, test } from 'vitest'
import type { SendResult } from '../../src/io/mail.ts'
import { createTurns, STRIKES_MAX, strikesOf } from '../../src/io/smtp-account.ts'
import { parseSmtpUrls } from '../../src/io/smtp-session.ts'

describe('an account in SMTP_URL', () => {
  test('has weight and limits of its own, which the connection never sees', () => {
    const [first, second] = parseSmtpUrls(
      'smtp://a.example:25?weight=3&rate=0.5&requireTLS=true, smtp://b.example?daily=500&warmup=20',
    )
    expect(first).toMatchObject({ name: 'a.example:25', weight: 3, limit: { rate: 0.5 } })
    expect(first?.options).toMatchObject({ requireTLS: true })
    expect(first?.options).not.toHaveProperty('weight')
    expect(second).toMatchObject({ weight: 1, limit: { daily: 500, warmup: 20 } })
  })

  const named = (setting: string) => parseSmtpUrls(setting).map(({ name }) => name)
  const ann = 'smtps://ann%40news.example:one@mail.example'
  const bob = 'smtps://bob%40news.example:two@mail.example?daily=500'

  test('is told from others on its host by a mark of its user, whatever their order', () => {
    const [first = '', second = '', third] = named(`${ann}, ${bob}, smtp://other.example`)
    expect(third).toBe('other.example')
    expect(first).toMatch(/^mail\.example#[0-9a-f]{6}$/)
    expect(second).toMatch(/^mail\.example#[0-9a-f]{6}$/)
    expect(second).not.toBe(first)
    expect(named(`${bob},smtp://cyd:x@mail.example,${ann}`).filter((_, n) => n !== 1)).toEqual([
      second,
      first,
    ])
  })

  test('has the plain name of its host where no other user is on it, however often it is named', () => {
    expect(named(ann)).toEqual(['mail.example'])
    expect(named(`${ann},${ann}?weight=2`)).toEqual(['mail.example', 'mail.example'])
    expect(named(`${ann},smtps://bob:x@mail.example:465`)).toEqual([
      'mail.example',
      'mail.example:465',
    ])
  })

  test.each(['weight=0', 'weight=2000', 'rate=fast', 'hourly=1.5', 'daily=-1', 'warmup=1e9'])(
    '%s is refused by name',
    (option) => {
      expect(() => parseSmtpUrls(`smtp://u:secret@a.example?${option}`)).toThrow(
        new RegExp(`entry 1: ${option.split('=')[0]}`),
      )
    },
  )
})

describe('accounts take turns', () => {
  const accounts = [
    { name: 'a', weight: 3 },
    { name: 'b', weight: 1 },
    { name: 'c', weight: 2 },
  ]
  type Turns = () => Iterable<(typeof accounts)[number]>
  const takerOf = (turns: Turns, full: string) => {
    for (const { name } of turns()) if (!full.includes(name)) return name
    return null
  }
  /** How often each is used in sixty turns while some have no room. */
  const use = (turns: Turns, full = '') => {
    const used = Array.from({ length: 60 }, () => takerOf(turns, full))
    return ['a', 'b', 'c'].map((name) => used.filter((one) => one === name).length)
  }

  test('as often as their weights say, and the others stand behind', () => {
    const turns = createTurns(accounts)
    expect(use(turns)).toEqual([30, 10, 20])
    expect([...turns()]).toHaveLength(3)
  })

  test.each([
    { full: 'a', is: [0, 20, 40] },
    { full: 'b', is: [36, 0, 24] },
    { full: 'c', is: [45, 15, 0] },
    { full: 'ac', is: [0, 60, 0] },
  ])('without $full by the weights of those that have room', ({ full, is }) => {
    expect(use(createTurns(accounts), full)).toEqual(is)
  })

  test('one that was left alone for long makes up for nothing', () => {
    const turns = createTurns(accounts)
    for (let n = 0; n < 10; n++) use(turns, 'a')
    for (const [n, times] of use(turns).entries())
      expect(Math.abs(times - (accounts[n]?.weight ?? 0) * 10)).toBeLessThanOrEqual(1)
  })
})

const bounced = (code: string): SendResult => ({ kind: 'bounced', reason: '', code, hard: false })

test.each<[string, SendResult, boolean, string | null, number | null]>([
  ['accepted', { kind: 'accepted', reply: '250' }, false, null, 0],
  ['a recipient put off', { kind: 'deferred', reason: '451' }, false, 'EENVELOPE', null],
  ['an address refused', bounced('5.1.1'), false, 'EENVELOPE', 1],
  ['policy', bounced('5.7.1'), false, 'EENVELOPE', 4],
  ['a server that cannot be used', { kind: 'deferred', reason: '' }, true, 'ECONNECTION', 4],
  ['a log-in refused', { kind: 'deferred', reason: '535' }, true, 'EAUTH', STRIKES_MAX],
  ['no answer to the body', { kind: 'unknown', reason: '' }, false, 'ESOCKET', 1],
  ['called off', { kind: 'abandoned' }, false, null, null],
])('strikes of %s', (_name, result, isServerDown, code, strikes) => {
  expect(strikesOf(result, isServerDown, code)).toBe(strikes)
})
