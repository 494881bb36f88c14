import type { Lean } from '../model.ts'
import { readToken, signToken } from './token.ts'

/** The links of one reader in one mail. */
export type ReaderLinks = {
  readonly viewUrl: string
  readonly preferencesUrl: string
  readonly unsubscribeUrl: string
  leanUrl(storyId: string, lean: Lean): string
}

/**
 * The links of one reader in the mail of one edition, each signed for one act. They are the same
 * whenever they are made.
 *
 * @param base where readers reach the server, without a slash at its end
 */
export function readerLinks(
  base: string,
  secret: string,
  editionId: string,
  subscriptionId: string,
): ReaderLinks {
  const view = signToken(secret, 'view', `${editionId}.${subscriptionId}`)
  return {
    viewUrl: `${base}/v/${view}`,
    preferencesUrl: `${base}/p/${signToken(secret, 'preferences', subscriptionId)}`,
    unsubscribeUrl: `${base}/u/${signToken(secret, 'unsubscribe', subscriptionId)}`,
    leanUrl: (storyId, lean) =>
      `${base}/l/${signToken(secret, 'lean', `${subscriptionId}.${storyId}.${lean}`)}`,
  }
}

/** What a link for more or less was signed for. */
export type LeanLink = {
  readonly subscriptionId: string
  readonly storyId: string
  readonly lean: Lean
}

/** `null` when it is forged, damaged or of another scope. */
export function readLean(secret: string, token: string): LeanLink | null {
  const [subscriptionId, storyId, lean] = readToken(secret, 'lean', token)?.split('.') ?? []
  if (!subscriptionId || !storyId || (lean !== 'more' && lean !== 'less')) return null
  return { subscriptionId, storyId, lean }
}
