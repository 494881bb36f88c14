import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../model.ts'

/**
 * What a link may do; a token of one scope is worth nothing in another.
 * unsubscribe  ends one subscription, for ever
 * preferences  changes how one digest comes, for ever: it is in mails, which get forwarded
 * view         shows one reader's issue, for ever
 * lean         moves stories like one up or down for one subscription, or mutes a source of it, for ever
 * click        leads to one link of an edition, for ever; it is the same for all readers
 * confirm      begins a subscription, for days
 * move         makes the address it was sent to the reader's, for days
 * owner        all that only the owner of an address may do, for hours
 * form         tells when a form was fetched
 */
export type TokenScope =
  | 'unsubscribe'
  | 'preferences'
  | 'view'
  | 'lean'
  | 'click'
  | 'confirm'
  | 'move'
  | 'owner'
  | 'form'

/** A token that ends: `ended` tells whether it has. An ended one still tells whom to write to. */
export type Timed = { readonly id: string; readonly ends: Instant; readonly ended: boolean }

/** 128 bits: less can be guessed. */
const SECRET_CHARS_MIN = 16

/** Longer text is refused unread. */
const TOKEN_CHARS_MAX = 512

/** Seconds of an end in base 36, and the id behind it. */
const TIMED = /^([0-9a-z]{1,8})~(.*)$/s

/**
 * A link's token: an id and its HMAC-SHA-256 (RFC 2104) over scope and id, each in base64url.
 * It holds no address and is the same each time, so that a mail rendered twice is one mail.
 *
 * @param secret at least 16 characters, the same in every process
 * @param id     what the link is about, such as a subscription
 * @throws {RangeError} when the secret is too short: a slip in code, not in data
 */
export function signToken(secret: string, scope: TokenScope, id: string): string {
  return `${Buffer.from(id).toString('base64url')}.${seal(secret, scope, id).toString('base64url')}`
}

/** The id a token was signed for, or `null` when it is forged, damaged or of another scope. */
export function readToken(secret: string, scope: TokenScope, token: string): string | null {
  if (token.length > TOKEN_CHARS_MAX) return null
  const [body, sealed, ...rest] = token.split('.')
  if (body === undefined || sealed === undefined || rest.length > 0) return null
  const id = Buffer.from(body, 'base64url').toString()
  const given = Buffer.from(sealed, 'base64url')
  const right = seal(secret, scope, id)
  return given.length === right.length && timingSafeEqual(given, right) ? id : null
}

/** A token that ends at an instant, to the second. */
export function signTimed(secret: string, scope: TokenScope, id: string, ends: Instant): string {
  const seconds = Math.floor(Date.parse(ends) / 1_000)
  return signToken(secret, scope, `${seconds.toString(36)}~${id}`)
}

/** What a token that ends was signed for; `null` when it is forged, damaged or of another scope. */
export function readTimed(
  secret: string,
  scope: TokenScope,
  token: string,
  now: Instant,
): Timed | null {
  const [, seconds, id] = TIMED.exec(readToken(secret, scope, token) ?? '') ?? []
  if (seconds === undefined || id === undefined) return null
  const ends = Number.parseInt(seconds, 36) * 1_000
  return { id, ends: new Date(ends).toISOString(), ended: ends <= Date.parse(now) }
}

/** No scope holds a line break, so scope and id cannot be shifted against each other. */
export function seal(secret: string, scope: string, id: string): Buffer {
  if (secret.length < SECRET_CHARS_MIN) {
    throw new RangeError(`a signing secret needs ${SECRET_CHARS_MIN} characters`)
  }
  return createHmac('sha256', secret).update(`${scope}\n${id}`).digest()
}
