import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** One-time codes by the clock (RFC 6238), as every authenticator app makes them. */

const STEP_SECONDS = 30
const DIGITS = 6
/** RFC 4226 recommends 160 bits. */
const SECRET_BYTES = 20
/** Steps a phone's clock may be off, either way. */
const DRIFT = 1

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export const makeSecret = (): string => toBase32(randomBytes(SECRET_BYTES))

/** @param secret in base 32. */
export function totp(secret: string, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f // RFC 4226, 5.3
  const number = mac.readUInt32BE(offset) & 0x7f_ff_ff_ff
  return String(number % 10 ** digits).padStart(digits, '0')
}

export const stepAt = (ms: number): number => Math.floor(ms / 1_000 / STEP_SECONDS)

/** The step whose code this is, now or a moment ago; `null` when it is none. */
export function stepOfCode(secret: string, code: string, nowMs: number): number | null {
  const given = Buffer.from(code.replace(/\s/g, ''))
  for (let step = stepAt(nowMs) - DRIFT; step <= stepAt(nowMs) + DRIFT; step++) {
    const right = Buffer.from(totp(secret, step))
    if (given.length === right.length && timingSafeEqual(given, right)) return step
  }
  return null
}

/** What an app scans (Key Uri Format). */
export function otpauthUrl(secret: string, account: string, issuer: string): string {
  const label = [issuer, account].map(encodeURIComponent).join(':')
  const query = new URLSearchParams({ secret, issuer }).toString().replaceAll('+', '%20')
  return `otpauth://totp/${label}?${query}`
}

/** RFC 4648, without padding. */
export function toBase32(bytes: Uint8Array): string {
  let [text, bits, held] = ['', 0, 0]
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = []
  let [bits, held] = [0, 0]
  for (const letter of text) {
    held = (held << 5) | ALPHABET.indexOf(letter)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >>> bits) & 0xff)
    held &= (1 << bits) - 1
  }
  return Buffer.from(bytes)
}
