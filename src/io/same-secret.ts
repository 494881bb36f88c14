import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares what was given with a secret, in a time that tells neither length nor the first difference. */
export function isSameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}
