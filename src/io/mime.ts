import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Message } from '../model.ts'

/**
 * The bytes of a message as they leave: multipart/alternative, quoted-printable, CRLF. The same
 * message gives the same bytes, because the part boundary is derived from its id and the date is
 * its own: a copy can be told from another message by its hash.
 */
export function composeMime(message: Message): Promise<Buffer> {
  const { messageId, from, to, subject, html, text, headers, date } = message
  const composer = new MailComposer({
    messageId,
    from,
    to,
    subject,
    html,
    text,
    headers: asTheyStand(headers),
    date: new Date(date),
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 24),
    encoding: 'quoted-printable',
    newline: 'win',
    // Texts come from feeds: whatever they hold is content, never a file or page to load.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

/**
 * Structured fields leave as they are, only folded: nodemailer would make an encoded word of the
 * quotes in a List-Id, which RFC 2047 section 5 forbids and no receiver reads.
 */
function asTheyStand(headers: Message['headers']) {
  const entries = Object.entries(headers).map(([key, value]) => {
    const isPlain = /^[ -~]*$/.test(value)
    return [key, isPlain ? { prepared: true, foldLines: true, value } : value]
  })
  return Object.fromEntries(entries)
}
