import type { Instant, Message, Rendered } from '../model.ts'
import { type Mailbox, oneLine } from './mailbox.ts'

/** One reader's copy of an edition, rendered and with its links filled in. */
export type MessageInput = {
  readonly rendered: Rendered
  readonly editionId: string
  readonly deliveryId: string
  /** `slug` stands in the list's id and may hold any text; letters and digits of it are used. */
  readonly digest: { readonly name: string; readonly slug: string }
  readonly from: Mailbox
  readonly to: Mailbox
  /** The one-click address; RFC 8058 wants https, mail programs ignore anything else. */
  readonly unsubscribeUrl: string
  /** An address that takes unsubscriptions by mail. */
  readonly unsubscribeMailto?: string | undefined
  readonly date: Instant
}

/** Fourth part of Feedback-ID: the kind of sender, the same in every mail (5–15 characters). */
const FEEDBACK_SENDER = 'dailydose'

/** RFC 1035: what fits into one label of a domain name. */
const SLUG_CHARS_MAX = 63

/**
 * Builds the mail. The same input gives the same message. Its id is that of the delivery, which derives
 * from edition and subscription and tells nothing about either: a second copy is recognised as such by
 * any mail program, and what comes back says what it is about. Texts from outside lose their line
 * breaks: none can add a header.
 *
 * @throws {TypeError} when `unsubscribeUrl` is no URL: a slip in code, not in data
 */
export function buildMessage(input: MessageInput): Message {
  const { rendered, from, to } = input
  return {
    messageId: `<${input.deliveryId}@${domainOf(from.address)}>`,
    from: { name: oneLine(from.name), address: from.address },
    to: { name: oneLine(to.name), address: to.address },
    subject: oneLine(rendered.subject),
    html: rendered.html,
    text: rendered.text,
    headers: listHeaders(input),
    date: input.date,
  }
}

/**
 * List-Id (RFC 2919); both ways out in one List-Unsubscribe (RFC 2369 section 3.2) and the promise
 * that a POST suffices (RFC 8058); Auto-Submitted, as RFC 3834 section 5.1 wants it on what is sent
 * by the clock, which keeps holiday replies away; Feedback-ID, by which Gmail groups complaints.
 */
function listHeaders(input: MessageInput): Record<string, string> {
  const slug = slugOf(input.digest.slug)
  return {
    'List-Id': `${phraseOf(input.digest.name)}<${slug}.${domainOf(input.from.address)}>`,
    'List-Unsubscribe': unsubscribeValue(input),
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Auto-Submitted': 'auto-generated',
    'Feedback-ID': `${slugOf(input.editionId)}:${slug}:digest:${FEEDBACK_SENDER}`,
  }
}

function unsubscribeValue(input: MessageInput): string {
  const web = `<${new URL(input.unsubscribeUrl).href}>`
  if (input.unsubscribeMailto === undefined) return web
  return `${web}, <mailto:${encodeURI(oneLine(input.unsubscribeMailto))}?subject=unsubscribe>`
}

/** The delivery that a Message-ID of ours names; `null` for another's. */
export const deliveryOf = (messageId: string): string | null =>
  /^<?(v[0-9a-f]{20})@[^<>\s]+>?$/.exec(messageId.trim())?.[1] ?? null

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/** A name in ASCII as a quoted string. Others are left out: the phrase is optional, the id is not. */
function phraseOf(name: string): string {
  const line = oneLine(name)
  return /^[ -~]+$/.test(line) ? `"${line.replace(/["\\]/g, '\\$&')}" ` : ''
}

function slugOf(text: string): string {
  const words =
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  return words.join('-').slice(0, SLUG_CHARS_MAX).replace(/-$/, '') || 'digest'
}
