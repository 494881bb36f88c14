import { createHmac } from 'node:crypto'
import { fetch } from 'undici'

/** Whoever has not answered by then is asked again later. */
const PATIENCE_MS = 10_000

export type Hook = { readonly url: string; readonly key: string }

/**
 * Tells a URL of the operator's something, as JSON. `Dose-Signature: t=SECONDS,v1=HEX` is the
 * HMAC-SHA-256 of `SECONDS.BODY`, so that a receiver knows who sent it, and that it is not an old one.
 * Unlike what is fetched for readers it may stand on a private host: the operator named it.
 *
 * @param id the same for each try, so that what comes twice is told from what happened twice.
 * @returns why it was not taken; `null` where it was. A redirect is no yes.
 */
export async function tellHook(
  { url, key }: Hook,
  id: string,
  content: object,
  nowMs: number,
): Promise<string | null> {
  const body = JSON.stringify({ id, ...content })
  const seconds = Math.floor(nowMs / 1_000)
  const signature = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'dose-signature': `t=${seconds},v1=${signature}`,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    await answer.body?.cancel()
    return answer.ok ? null : `answered ${answer.status}`
  } catch (error) {
    const { cause, message } = error as Error
    return cause instanceof Error ? cause.message : message
  }
}
