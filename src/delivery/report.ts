import type { Email } from 'postal-mime'
import type { ReportKind } from '../model.ts'
import { isHardCode, tidy } from './bounce.ts'
import { type Fields, readFieldGroups, readHead } from './report-fields.ts'
import { isAutoReply, readBounceText } from './report-text.ts'
import { findReturnAddresses, type ReturnPurpose } from './verp.ts'

/** A mail that came back to one of our addresses, with its parts as text. */
export type ReturnedMail = Pick<Email, 'headers' | 'from' | 'subject' | 'text' | 'attachments'>

/** How it came: who it says sent it on its envelope, and what the address it came to is for. */
export type ReturnEnvelope = { readonly from: string; readonly purpose: ReturnPurpose | null }

/** What such a mail says. */
export type Report = {
  readonly kind: ReportKind
  /** RFC 3463, such as `5.1.1`. */
  readonly status: string | null
  /** One line, without addresses. */
  readonly reason: string
  /** Of the mail it is about, in angle brackets. */
  readonly messageId: string | null
  /** Addresses in it that may be ours and then name a delivery. */
  readonly addresses: readonly string[]
}

type Finding = Pick<Report, 'kind' | 'status' | 'reason'>

const STATUS_PART = /^message\/(?:global-)?delivery-status$/
const FEEDBACK_PART = /^message\/feedback-report$/
const ORIGINAL_PART = /^(?:message\/(?:rfc822|global)|(?:text\/rfc822|message\/global)-headers)$/

/** RFC 5965 section 7.3 and RFC 6650: what is said of a mail that is no complaint about it. */
const FEEDBACK: Readonly<Record<string, ReportKind>> = {
  'not-spam': 'notice',
  'auth-failure': 'notice',
  'opt-out': 'unsubscribe',
  'opt-out-list': 'unsubscribe',
}

/**
 * Reads a mail that answers one of ours: a complaint (ARF, RFC 5965), a delivery status (DSN, RFC
 * 3464), an unsubscription by mail, an automatic reply, or a bounce in a form of its own.
 */
export function readReport(mail: ReturnedMail, envelope: ReturnEnvelope): Report {
  const original = readHead(partOf(mail, ORIGINAL_PART) ?? '')
  const heads = [...original.values(), ...mail.headers.map(({ value }) => value)]
  return {
    ...findingOf(mail, envelope),
    messageId:
      messageIdIn(original.get('message-id')) ??
      messageIdIn(/^message-id:(.*)$/im.exec(mail.text ?? '')?.[1]) ??
      messageIdIn(mail.headers.find(({ key }) => key === 'in-reply-to')?.value),
    addresses: [partOf(mail, FEEDBACK_PART) ?? '', ...heads].flatMap(findReturnAddresses),
  }
}

function findingOf(mail: ReturnedMail, { from, purpose }: ReturnEnvelope): Finding {
  if (purpose === 'leave') return readLeave(mail)
  const feedback = partOf(mail, FEEDBACK_PART)
  if (feedback !== undefined) return readFeedback(readHead(feedback))
  const status = partOf(mail, STATUS_PART)
  const told = status === undefined ? null : readStatus(readFieldGroups(status))
  if (told) return told
  const subject = tidy(mail.subject ?? '')
  if (isAutoReply(mail)) return { kind: 'auto-reply', status: null, reason: subject }
  return readBounceText(mail, from) ?? { kind: 'unknown', status: null, reason: subject }
}

/** Whoever has a forwarded mail knows this address: it can do what the link for it can, and no more. */
function readLeave(mail: ReturnedMail): Finding {
  const isMachine = isAutoReply(mail) || partOf(mail, STATUS_PART) !== undefined
  const kind = isMachine ? 'auto-reply' : 'unsubscribe'
  return { kind, status: null, reason: tidy(mail.subject ?? '') }
}

function readFeedback(fields: Fields): Finding {
  const type = fields.get('feedback-type')?.toLowerCase() ?? ''
  return { kind: FEEDBACK[type] ?? 'complaint', status: null, reason: tidy(type) }
}

/** Of a mail to one reader there is one recipient; where it was passed on, whoever did not get it counts. */
function readStatus(groups: readonly Fields[]): Finding | null {
  const recipients = groups.filter((fields) => fields.has('action') || fields.has('status'))
  const failed = recipients.find(hasFailed)
  const told = failed ?? recipients[0]
  if (told === undefined) return null
  const diagnostic = told.get('diagnostic-code')?.replace(/^[\w-]+;\s*/, '') ?? ''
  const status = statusOf(told.get('status'), diagnostic)
  const reason = tidy(diagnostic) || (told.get('action') ?? '')
  if (!failed) return { kind: 'notice', status, reason }
  return { kind: status !== null && isHardCode(status) ? 'hard' : 'soft', status, reason }
}

/** RFC 3464 section 2.3.3; some leave the action out. */
function hasFailed(fields: Fields): boolean {
  const action = fields.get('action')?.toLowerCase()
  return action === undefined ? /^[45]\./.test(fields.get('status') ?? '') : action === 'failed'
}

/** What the receiving server said is more exact than a `5.0.0` made of it. */
function statusOf(field = '', diagnostic: string): string | null {
  const [status] = /^[245]\.\d{1,3}\.\d{1,3}\b/.exec(field) ?? []
  if (status !== undefined && !status.endsWith('.0.0')) return status
  const [, said] = /(?:^|[\s#(-])([45]\.\d{1,3}\.\d{1,3})(?![.\d])/.exec(diagnostic) ?? []
  return said ?? status ?? null
}

function partOf({ attachments }: ReturnedMail, type: RegExp): string | undefined {
  const part = attachments.find(({ mimeType }) => type.test(mimeType))
  return typeof part?.content === 'string' ? part.content : undefined
}

const messageIdIn = (value = ''): string | null => /<[^<>\s]{1,250}>/.exec(value)?.[0] ?? null
