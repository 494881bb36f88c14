import { createHash } from 'node:crypto'
import type { Instant, Message, Rendered } from '../model.ts'
import { type Mailbox, oneLine } from './mailbox.ts'

/** One reader's copy of an edition, rendered and with its links filled in. */
export type MessageInput = {
  readonly rendered: Rendered
  readonly editionId: string
  readonly subscriptionId: string
  /** `slug` stands in the list's id and may hold any text; letters and digits of it are used. */
  readonly digest: { readonly name: string; readonly slug: string }
  readonly from: Mailbox
  readonly to: Mailbox
  /** The one-click address; RFC 8058 wants https, mail programs ignore anything else. */
  readonly unsubscribeUrl: string
  /** An address that takes unsubscriptions by mail. */
  readonly unsubscribeMailto?: string
  readonly date: Instant
}

/** Fourth part of Feedback-ID: the kind of sender, the same in every mail (5–15 characters). */
const FEEDBACK_SENDER = 'dailydose'

/** RFC 1035: what fits into one label of a domain name. */
const SLUG_CHARS_MAX = 63

/**
 * Builds the mail. The same input gives the same message, its id included, so that a second copy
 * of one delivery is recognised as such by any mail program. Texts from outside lose their line
 * breaks: none can add a header.
 *
 * @throws {TypeError} when `unsubscribeUrl` is no URL: a slip in code, not in data
 */
export function buildMessage(input: MessageInput): Message {
  const { rendered, from, to } = input
  return {
    messageId: messageIdOf(input.editionId, input.subscriptionId, domainOf(from.address)),
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

/** RFC 5322 section 3.6.4: unique to the pair, and telling nothing about either. */
function messageIdOf(editionId: string, subscriptionId: string, domain: string): string {
  const digest = createHash('sha256').update(`${editionId}\n${subscriptionId}`).digest('hex')
  return `<${digest.slice(0, 32)}@${domain}>`
}

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
