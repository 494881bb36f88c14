import { createHash, randomBytes } from 'node:crypto'

/** Keys we hand out once: whoever holds one is let in, and rows hold only what it hashes to. */

const KEY_BYTES = 32

/** 256 bits: nobody guesses one, so a plain hash of it is as good as a slow one. */
export const makeKey = (): string => randomBytes(KEY_BYTES).toString('base64url')

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('base64url')
