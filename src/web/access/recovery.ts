import { randomBytes } from 'node:crypto'
import { hashKey } from '../../store/keys.ts'
import { toBase32 } from './totp.ts'

/** Codes for whoever has lost the phone. Each works once. */

const CODES = 10
/** 80 bits, so that a plain hash of one is enough. */
const CODE_BYTES = 10

export const makeRecoveryCodes = (): string[] =>
  Array.from({ length: CODES }, () => grouped(toBase32(randomBytes(CODE_BYTES)).toLowerCase()))

/** However it was typed. */
export const hashRecoveryCode = (code: string): string =>
  hashKey(code.toLowerCase().replace(/[^a-z2-7]/g, ''))

const grouped = (code: string): string => code.replace(/.{4}(?=.)/g, '$&-')
