import { describe, expect, test } from 'vitest'
import { hashRecoveryCode, makeRecoveryCodes } from '../../../src/web/access/recovery.ts'
import {
  makeSecret,
  otpauthUrl,
  stepAt,
  stepOfCode,
  toBase32,
  totp,
} from '../../../src/web/access/totp.ts'

/** The secret of the test vectors. */
const SECRET = toBase32(Buffer.from('12345678901234567890'))

describe('RFC 4226, appendix D', () => {
  test.each(
    ['755224', '287082', '359152', '969429', '338314', '254676'].map((code, counter) => ({
      code,
      counter,
    })),
  )('counter $counter → $code', ({ code, counter }) => expect(totp(SECRET, counter)).toBe(code))
})

describe('RFC 6238, appendix B', () => {
  test.each([
    { seconds: 59, code: '94287082' },
    { seconds: 1_111_111_109, code: '07081804' },
    { seconds: 1_111_111_111, code: '14050471' },
    { seconds: 1_234_567_890, code: '89005924' },
    { seconds: 2_000_000_000, code: '69279037' },
    { seconds: 20_000_000_000, code: '65353130' },
  ])('$seconds s → $code', ({ seconds, code }) => {
    expect(totp(SECRET, stepAt(seconds * 1_000), 8)).toBe(code)
  })
})

describe('base 32 (RFC 4648)', () => {
  test.each([
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('%s → %s', (text, coded) => expect(toBase32(Buffer.from(text))).toBe(coded))
})

describe('a code', () => {
  const now = Date.parse('2026-11-20T06:00:00Z')
  const at = (steps: number) => totp(SECRET, stepAt(now) + steps)
  test.each([
    { name: 'of now', code: at(0), step: stepAt(now) },
    { name: 'of half a minute ago', code: at(-1), step: stepAt(now) - 1 },
    { name: 'with a blank in it', code: at(0).replace(/^.{3}/, '$& '), step: stepAt(now) },
    { name: 'of a minute ago', code: at(-2), step: null },
    { name: 'that is empty', code: '', step: null },
    { name: 'that is too long', code: `${at(0)}0`, step: null },
  ])('$name', ({ code, step }) => expect(stepOfCode(SECRET, code, now)).toBe(step))

  test('comes from a secret of 160 bits that apps can scan', () => {
    const secret = makeSecret()
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(otpauthUrl(secret, 'anna@paper.example', 'Daily Dose')).toBe(
      `otpauth://totp/Daily%20Dose:anna%40paper.example?secret=${secret}&issuer=Daily%20Dose`,
    )
  })
})

test('recovery codes differ, and may be typed in any form', () => {
  const codes = makeRecoveryCodes()
  expect(new Set(codes).size).toBe(10)
  const [code = ''] = codes
  expect(code).toMatch(/^(?:[a-z2-7]{4}-){3}[a-z2-7]{4}$/)
  expect(hashRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')}`)).toBe(
    hashRecoveryCode(code),
  )
})
