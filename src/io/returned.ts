import PostalMime, { type Email } from 'postal-mime'

/** A bounce brings the head of a mail back, or all of it: editions stay below 100 KB. */
export const RETURNED_BYTES_MAX = 512 * 1_024

/** Bounds that no mail server comes near. */
const HEAD_BYTES_MAX = 128 * 1_024
const DEPTH_MAX = 20

/** A mail that came back, its parts as text; `null` when it cannot be read. */
export async function readReturned(bytes: Uint8Array): Promise<Email | null> {
  return PostalMime.parse(bytes, {
    attachmentEncoding: 'utf8',
    forceRfc822Attachments: true,
    maxNestingDepth: DEPTH_MAX,
    maxHeadersSize: HEAD_BYTES_MAX,
  }).catch(() => null)
}
