/** What a source's answers have said of its address so far. */
export type Move = {
  /** Where the last answers say it has moved for good. */
  readonly to: string | null
  /** How many in a row said so. */
  readonly times: number
}

/** A move is believed when three visits in a row were sent to the same place. */
const CONFIRMATIONS = 3

/** One more answer: `movedTo` is where it was sent for good, `null` when it was not. */
export function countMove(before: Move, movedTo: string | null): Move {
  if (movedTo === null) return { to: null, times: 0 }
  return { to: movedTo, times: movedTo === before.to ? before.times + 1 : 1 }
}

export const isConfirmed = ({ times }: Move): boolean => times >= CONFIRMATIONS

/** Whether a move leads to another host or scheme: a log-in of the source must not follow it there. */
export const leavesOrigin = (from: string, to: string): boolean =>
  URL.parse(from)?.origin !== URL.parse(to)?.origin
