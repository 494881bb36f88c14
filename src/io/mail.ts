import type { Message } from '../model.ts'

/** A message on its way, with the ids under which the ledger knows it. */
export type Outgoing = {
  readonly message: Message
  readonly editionId: string
  readonly deliveryId: string
  /** Where bounces of it go; the sender of the message where absent. */
  readonly returnPath?: string | undefined
}

/**
 * What became of a sending.
 * accepted   the server took the message over; `reply` is its answer
 * deferred   nothing was delivered, trying again may help
 * bounced    refused for good with SMTP or enhanced code `code`; `hard`: the address is useless
 * unknown    the body may have left and no answer came: it may have arrived, or not
 * abandoned  `beforeBody` said no; nothing was delivered
 * postponed  it was not tried: a limit or a paused server has no room before `retryMs` are over
 */
export type SendResult =
  | { readonly kind: 'accepted'; readonly reply: string }
  | { readonly kind: 'deferred' | 'unknown'; readonly reason: string }
  | {
      readonly kind: 'bounced'
      readonly reason: string
      readonly code: string
      readonly hard: boolean
    }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'postponed'; readonly reason: string; readonly retryMs: number }

/** Takes messages out of the house. Every implementation settles each sending in bounded time. */
export type Mailer = {
  /**
   * Sends one message. Whatever happens to it is a result, not an error.
   *
   * @param beforeBody called at most once: when the recipient has been accepted and before the
   *   first byte of the body leaves. Here the ledger commits `submitted`, after a last look at the
   *   claim; `false` calls the sending off. It must settle: a result is never given while it runs.
   * @param settle called with the result while the connection is still this sending's. Here the ledger
   *   writes the outcome: before the connection serves the next message, so that a process that dies
   *   leaves no more in doubt than it had connections.
   * @throws what `beforeBody` throws, and then nothing was delivered; what `settle` throws
   */
  send(
    outgoing: Outgoing,
    beforeBody: () => Promise<boolean>,
    settle?: (result: SendResult) => Promise<unknown>,
  ): Promise<SendResult>
  /** @throws {DoseError} when no mail can be sent: which server or folder, and what it said */
  verify(): Promise<void>
  /** Lets running sendings end, then hangs up. A sending that comes later is deferred. */
  close(): Promise<void>
}
