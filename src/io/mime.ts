import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Message } from '../model.ts'
import { encodeQuotedPrintable } from './quoted-printable.ts'

/**
 * The bytes of a message as they leave: multipart/alternative, quoted-printable, CRLF. nodemailer writes
 * the heads; it would send the bodies through streams, which takes longer than all the rest. The same
 * message gives the same bytes, because the part boundary is derived from its id and the date is
 * its own: a copy can be told from another message by its hash.
 */
export function composeMime(message: Message): Buffer {
  const { messageId, from, to, subject, html, text, headers, date } = message
  const composer = new MailComposer({
    messageId,
    from,
    to,
    subject,
    html: 'there is one',
    text: 'and another',
    headers: asTheyStand(headers),
    date: new Date(date),
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 24),
    encoding: 'quoted-printable',
  })
  const whole = composer.compile()
  const head = whole.buildHeaders()
  const [plain, rich] = whole.childNodes.map((node) => node.buildHeaders())
  const delimiter = `--${whole.boundary}`
  return Buffer.concat([
    Buffer.from(`${head}\r\n\r\n${delimiter}\r\n${plain}\r\n\r\n`),
    encodeQuotedPrintable(text),
    Buffer.from(`\r\n${delimiter}\r\n${rich}\r\n\r\n`),
    encodeQuotedPrintable(html),
    Buffer.from(`\r\n${delimiter}--\r\n`),
  ])
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
