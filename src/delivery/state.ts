import type { DeliveryState } from '../model.ts'

/** Why a reader was rightly sent nothing. */
export type SkipReason =
  | 'suppressed'
  | 'paused'
  | 'quiet'
  | 'deadline'
  | 'merged'
  | 'recalled'
  | 'unsubscribed'

/**
 * Which state may follow which (design, section 4). The order of writes is what makes the ledger
 * honest: `submitted` is committed before the first byte of the body leaves, so that a sender
 * that dies after it leaves `unknown` behind and one that dies before it leaves nothing sent.
 */
const NEXT: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  planned: ['claimed', 'deferred', 'skipped'],
  // Back to planned at its next try; taken at once when that has already come.
  deferred: ['planned', 'claimed', 'skipped'],
  // Planned again when its sender died or gave it back; refused or put off before the body.
  claimed: ['submitted', 'planned', 'deferred', 'bounced', 'skipped'],
  // Answered, or its sender died or lost the connection before the answer came; a report may be faster.
  submitted: ['accepted', 'deferred', 'bounced', 'unknown', 'complained'],
  // What a late bounce message or a complaint brings.
  accepted: ['bounced', 'complained'],
  // Its own sender was alive after all and learned the answer; a bounce or a complaint proves that
  // it left. No sender may plan it again, since it may have arrived: only an operator or the rule of
  // its digest can, and a recall takes that back (store/sending.ts).
  unknown: ['accepted', 'bounced', 'complained'],
  bounced: [],
  complained: [],
  skipped: [],
}

/** States of a mail that has left, or may have: what comes back about it is believed. */
export const LEFT: readonly DeliveryState[] = ['submitted', 'accepted', 'unknown']

/** Whether a delivery in state `from` may be written as `to`. Staying as it is is no transition. */
export function mayBecome(from: DeliveryState, to: DeliveryState): boolean {
  return NEXT[from].includes(to)
}

/** The states from which a delivery may be written as `to`. */
export const statesBefore = (to: DeliveryState): DeliveryState[] =>
  (Object.keys(NEXT) as DeliveryState[]).filter((from) => mayBecome(from, to))
