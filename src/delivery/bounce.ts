import { createHash } from 'node:crypto'
import type { Instant } from '../model.ts'

const MINUTE_MS = 60_000

/** Longest wait. A daily edition is worth little after hours of silence. */
const LONGEST_WAIT_MS = 60 * MINUTE_MS

/** A wait is drawn from 75 % to 125 % of its length, so that put-off mail does not return as one wave. */
const JITTER = 0.25

/** What is kept of a server's reply. */
const REASON_CHARS_MAX = 200

/** How a sending failed: nodemailer's error codes and the server's reply, as far as there was one. */
export type SendFailure = {
  /** Nodemailer's or Node's name of the error, such as `EENVELOPE` or `ECONNREFUSED`. */
  readonly code: string | null
  /** First three digits of the reply, 200–599. */
  readonly replyCode: number | null
  /** The command the reply answers: `MAIL FROM`, `RCPT TO`, `DATA`; `CONN` before any. */
  readonly command: string | null
  /** The reply as it came, or the error's own words. */
  readonly text: string
  /** The first byte of the body may have left. */
  readonly bodyBegun: boolean
}

/** What a failure means for the delivery. `hard`: the address is of no use to anybody. */
export type SendVerdict =
  | { readonly kind: 'deferred' | 'unknown'; readonly reason: string }
  | {
      readonly kind: 'bounced'
      readonly reason: string
      readonly code: string
      readonly hard: boolean
    }

/** Refusals of our account or session, not of a reader: RFC 4954 section 6, RFC 5321 section 4.2.2. */
const OURS: ReadonlySet<number> = new Set([503, 530, 534, 535, 538])

/** Enhanced codes (RFC 3463, RFC 5248 registry) that say: this address does not exist or was shut. */
const HARD: ReadonlySet<string> = new Set([
  '5.1.1', // bad destination mailbox
  '5.1.2', // bad destination system
  '5.1.3', // bad destination mailbox syntax
  '5.1.6', // mailbox has moved, no forwarding address
  '5.1.10', // recipient domain takes no mail (null MX)
  '5.2.1', // mailbox disabled
])

/** Failures of our own making, before any server was asked. */
const LOCAL: Readonly<Record<string, string>> = {
  EENVELOPE: '5.1.3', // an address that cannot be written on an envelope
  EMESSAGE: '5.3.4', // larger than the server takes
}

/**
 * Judges a failed sending by RFC 5321 section 4.2.1 and RFC 3463. A permanent refusal counts
 * against the reader only when it answers their address or the message: refused at the greeting,
 * at log-in or at MAIL FROM it is our trouble, and trying again spares the list. No reply after
 * the body began is `unknown`, since the server may have taken it; before, it is `deferred`.
 */
export function judgeFailure(failure: SendFailure): SendVerdict {
  const { replyCode } = failure
  const reason = tidy(failure.text)
  if (replyCode === null || replyCode < 400) return judgeSilence(failure, reason)
  if (replyCode < 500 || isOurs(failure, replyCode)) return { kind: 'deferred', reason }
  const code = enhancedCode(failure.text) ?? String(replyCode)
  return { kind: 'bounced', reason, code, hard: isHardCode(code) }
}

/** Whether a code says that the address is of no use to anybody. */
export const isHardCode = (code: string): boolean => HARD.has(code)

/** How a refusal counts against a reader's address: RFC 3463's 5.7 is policy, and so about us. */
export function blameOf(code: string, hard: boolean) {
  if (hard) return { weight: 'hard', code } as const
  return { weight: code.startsWith('5.7.') ? 'none' : 'soft', code } as const
}

/**
 * When to try a deferred delivery again: the wait doubles from the first up to an hour, with a
 * jitter that depends on the seed and the attempt only.
 *
 * @param attempt     attempts made so far, from 1
 * @param seed        differs between deliveries: the delivery's id
 * @param firstWaitMs most greylists let a message pass after five minutes (RFC 6647 section 5)
 */
export function nextTry(
  attempt: number,
  now: Instant,
  seed: string,
  firstWaitMs = 5 * MINUTE_MS,
): Instant {
  const wait = Math.min(LONGEST_WAIT_MS, firstWaitMs * 2 ** Math.min(attempt - 1, 10))
  const drawn = createHash('sha256').update(`${seed}\n${attempt}`).digest().readUInt32BE() / 2 ** 32
  const jittered = wait * (1 - JITTER + 2 * JITTER * drawn)
  return new Date(Date.parse(now) + Math.round(jittered)).toISOString()
}

function judgeSilence(failure: SendFailure, reason: string): SendVerdict {
  if (failure.bodyBegun) return { kind: 'unknown', reason }
  const code = failure.code === null ? undefined : LOCAL[failure.code]
  if (code !== undefined) return { kind: 'bounced', reason, code, hard: false }
  return { kind: 'deferred', reason }
}

function isOurs(failure: SendFailure, replyCode: number): boolean {
  if (OURS.has(replyCode)) return true
  // RFC 5321 section 4.5.3.1.10: 552 to RCPT TO was meant as "too many", and is to be read as 452.
  if (replyCode === 552 && failure.command === 'RCPT TO') return enhancedCode(failure.text) === null
  return failure.command !== 'RCPT TO' && failure.command !== 'DATA'
}

/** `5.1.1` of `550 5.1.1 …` or `550-5.1.1 …`; only that of a permanent failure. */
function enhancedCode(text: string): string | null {
  return /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})(?!\S)/.exec(text)?.[1] ?? null
}

/** One line, bounded, and without addresses: reasons are logged. */
export function tidy(text: string): string {
  const words = text.slice(0, 4 * REASON_CHARS_MAX).split(/[\s\p{Cc}]+/u)
  const line = words.map((word) => (word.includes('@') ? '…' : word)).join(' ')
  return line.trim().slice(0, REASON_CHARS_MAX)
}
