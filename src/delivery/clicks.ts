import { createHash } from 'node:crypto'
import { readToken, signToken } from './token.ts'

/** A link of an edition; it is the same for all readers, so that following it tells nothing of one. */
export type ClickLink = { readonly editionId: string; readonly key: string }

/** Of the few hundred links of one edition no two are the same by so much of a hash. */
const KEY_CHARS = 12

export const clickKey = (url: string): string =>
  createHash('sha256').update(url).digest('base64url').slice(0, KEY_CHARS)

/** Where a link of a mail leads when clicks are counted: to us, and from there to its source. */
export const clickUrl = (base: string, secret: string, editionId: string, url: string): string =>
  `${base}/c/${signToken(secret, 'click', `${editionId}.${clickKey(url)}`)}`

/** `null` when it is forged, damaged or of another scope. */
export function readClick(secret: string, token: string): ClickLink | null {
  const [editionId, key] = readToken(secret, 'click', token)?.split('.') ?? []
  return editionId && key ? { editionId, key } : null
}
