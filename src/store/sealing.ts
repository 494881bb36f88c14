import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** What a row may hold of a secret: sealed, bound to its place, different each time it is written. */

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Names the form, so that another can follow. */
const FORM = 'v1.'

/**
 * The key of one purpose (HKDF, RFC 5869).
 *
 * @param secret the installation's signing secret, which stands among the rows.
 * @param pepper the setting SECRETS_KEY, which does not; empty where there is none.
 */
export function sealingKey(secret: string, pepper: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', `${secret}\n${pepper}`, '', purpose, KEY_BYTES))
}

/** @param place where the sealed text may stand; it opens nowhere else. */
export function seal(key: Buffer, place: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return FORM + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** The text, or `null` when the key or the place is another, or a bit has changed. */
export function unseal(key: Buffer, place: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed.slice(FORM.length), 'base64url')
  if (!sealed.startsWith(FORM) || bytes.length < NONCE_BYTES + TAG_BYTES) return null
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(place)).setAuthTag(tag)
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    return null // the one thing `final` tells: this was not sealed with that key for that place
  }
}
