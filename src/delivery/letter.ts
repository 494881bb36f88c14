import { createHash } from 'node:crypto'
import type { Instant, LetterKind, Message, Rendered } from '../model.ts'
import { type Mailbox, oneLine } from './mailbox.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Days a letter is known; with it goes the last that is known of whoever did not confirm. */
const LETTER_DAYS = 30

/** How long the link of a letter works, milliseconds from the asking: mail may be slow. */
const LINK_MS: Readonly<Record<LetterKind, number>> = {
  signup: 7 * DAY_MS,
  move: 2 * DAY_MS,
  link: 2 * HOUR_MS,
  moved: 0,
  alert: 0,
}

/** Letters that one address gets at most, whoever asks: `gapMs` apart, `most` in `withinMs`. */
type Limit = { readonly gapMs: number; readonly most: number; readonly withinMs: number }
const LIMITS: Readonly<Partial<Record<LetterKind, Limit>>> = {
  signup: { gapMs: 6 * HOUR_MS, most: 3, withinMs: LETTER_DAYS * DAY_MS },
  move: { gapMs: 6 * HOUR_MS, most: 3, withinMs: LETTER_DAYS * DAY_MS },
  link: { gapMs: 5 * MINUTE_MS, most: 6, withinMs: DAY_MS },
}

/** One that could not be sent for so long is asked for again, or not wanted any more. */
const GIVE_UP_MS = DAY_MS

export type Asking = { readonly at: Instant; readonly digestId: string | null }

/** When the link of a letter ends that was asked for at `at`. */
export const linkEnds = (kind: LetterKind, at: Instant): Instant =>
  new Date(Date.parse(at) + LINK_MS[kind]).toISOString()

/** How far back earlier letters count. */
export const limitReach = (kind: LetterKind, at: Instant): Instant =>
  new Date(Date.parse(at) - (LIMITS[kind]?.withinMs ?? 0)).toISOString()

/**
 * Whether one more letter would be a nuisance. The gap is between two of the same matter; the
 * number counts all of the kind, so that many digests make no flood.
 *
 * @param earlier of this kind to this address that did not do their work, within `limitReach`
 */
export function isTooMany(kind: LetterKind, asking: Asking, earlier: readonly Asking[]): boolean {
  const limit = LIMITS[kind]
  if (!limit) return false
  const since = Date.parse(asking.at) - limit.gapMs
  const isRecent = ({ at, digestId }: Asking) =>
    digestId === asking.digestId && Date.parse(at) > since
  return earlier.length >= limit.most || earlier.some(isRecent)
}

/** Whether a letter that was put off is tried again. */
export const isWorthATry = (at: Instant, next: Instant): boolean =>
  Date.parse(next) - Date.parse(at) < GIVE_UP_MS

/** A mail gets forwarded, and a page is looked at by others: enough for its owner to know it. */
export function maskAddress(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, 1)}***${email.slice(at)}`
}

/**
 * What the link of an owner is signed for: the reader, and the address it went to. Once the address
 * has changed, links that went to the old one are worth nothing.
 */
export function ownerKey(readerId: string, emailKey: string): string {
  return `${readerId}.${createHash('sha256').update(emailKey).digest('hex').slice(0, 16)}`
}

export type LetterInput = {
  readonly letterId: string
  readonly rendered: Rendered
  readonly from: Mailbox
  readonly to: string
  /** When it was asked for. */
  readonly date: Instant
}

/**
 * A mail to one person at their request: no list and no way out of one, as nothing follows. The
 * same letter is the same message, its id included. Auto-Submitted keeps holiday replies away
 * (RFC 3834 section 5).
 */
export function buildLetter({ letterId, rendered, from, to, date }: LetterInput): Message {
  const id = createHash('sha256').update(`letter\n${letterId}`).digest('hex').slice(0, 32)
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    messageId: `<${id}@${domain}>`,
    from: { name: oneLine(from.name), address: from.address },
    to: { name: '', address: to },
    subject: oneLine(rendered.subject),
    html: rendered.html,
    text: rendered.text,
    headers: { 'Auto-Submitted': 'auto-replied' },
    date,
  }
}
