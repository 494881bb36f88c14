import { DoseError } from '../errors.ts'
import type { SendResult } from './mail.ts'

/** What one account may send; all processes together keep it. */
export type AccountLimit = {
  /** Messages a second. */
  readonly rate?: number
  /** Messages in any hour, and in any 24 hours. */
  readonly hourly?: number
  readonly daily?: number
  /** Messages of the first day; each further day half as many more, until `daily` or for good. */
  readonly warmup?: number
}

/** Leave to use an account or to write to a domain: at once, after a moment, or not now. */
export type Permit =
  | { readonly kind: 'given'; readonly waitMs: number }
  | { readonly kind: 'busy'; readonly retryMs: number; readonly reason: string }

/** Who knows the limits and pauses that all processes share. */
export type Steward = {
  /** May a message go to a domain of recipients? */
  admit(domain: string): Promise<Permit>
  /** May a message leave by an account? */
  permit(account: string, limit: AccountLimit): Promise<Permit>
  /** Hears how a sending by an account ended; 0 strikes: it works. */
  tell(account: string, strikes: number, reason: string): Promise<void>
}

/** So many strikes in a row, and nothing is sent by the account for a while. */
export const STRIKES_MAX = 10

/** A message alone against the sender, and a server that cannot be used, weigh more than a refusal. */
const HEAVY = 4

const OPTIONS = ['weight', 'rate', 'hourly', 'daily', 'warmup'] as const
const NUMBER = /^\d{1,9}(\.\d{1,3})?$/
const WEIGHT_MAX = 1_000

/**
 * Takes the options of ours out of the URL of an account: `?weight=3&rate=10&hourly=500&daily=5000&warmup=200`.
 *
 * @throws {DoseError} CONFIG_INVALID naming the option
 */
export function takeAccount(url: URL, where: string): { weight: number; limit: AccountLimit } {
  const numbers: Partial<Record<(typeof OPTIONS)[number], number>> = {}
  for (const option of OPTIONS) {
    const text = url.searchParams.get(option)
    url.searchParams.delete(option)
    if (text === null) continue
    const number = NUMBER.test(text) ? Number(text) : 0
    const isWhole = option === 'rate' || Number.isInteger(number)
    if (number <= 0 || !isWhole || (option === 'weight' && number > WEIGHT_MAX))
      throw new DoseError(
        'CONFIG_INVALID',
        `SMTP_URL, ${where}: ${option}=${text} is no such number`,
      )
    numbers[option] = number
  }
  const { weight = 1, ...limit } = numbers
  return { weight, limit }
}

/**
 * Accounts in the order in which to try them: by turns, each as often as its weight says. Whoever asks for the
 * next because the last had no room gives that turn to one of the others, by their weights as well; an account
 * that had no room for long makes up for nothing afterwards.
 */
export function createTurns<Account extends { readonly weight: number }>(
  accounts: readonly Account[],
): () => Iterable<Account> {
  // Start-time fair queueing: each turn takes 1/weight of a time of their own, and the earliest is next.
  let now = 0
  const entries = accounts.map((account) => ({ account, due: 0 }))
  return function* () {
    const untried = new Set(entries)
    while (untried.size > 0) {
      const next = [...untried].reduce((first, one) => (one.due < first.due ? one : first))
      untried.delete(next)
      now = Math.max(now, next.due)
      next.due = now + 1 / next.account.weight
      yield next.account
    }
  }
}

/**
 * What a sending says of the account it left by; `null`: nothing, as of a recipient who is put off. A
 * refused log-in is enough alone; refusals by policy (RFC 3463, 5.7) and a server that cannot be used
 * weigh more than one address that is refused, of which a list has some.
 */
export function strikesOf(
  result: SendResult,
  isServerDown: boolean,
  code: string | null,
): number | null {
  if (code === 'EAUTH') return STRIKES_MAX
  if (isServerDown) return HEAVY
  if (result.kind === 'bounced') return result.code.startsWith('5.7.') ? HEAVY : 1
  if (result.kind === 'unknown') return 1
  return result.kind === 'accepted' ? 0 : null
}
