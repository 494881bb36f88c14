import { timingSafeEqual } from 'node:crypto'
import { seal } from './token.ts'

/**
 * What a mail to one of our own addresses is about; the letter it begins with.
 * bounce   the delivery it names did not arrive: its envelope sender (VERP)
 * letter   the same of a letter
 * leave    the reader of that delivery unsubscribes: the mailto of List-Unsubscribe
 * reports  complaints about any delivery: what feedback loops are registered with
 */
const PREFIXES = { bounce: 'b', letter: 'l', leave: 'u', reports: 'r' } as const
export type ReturnPurpose = keyof typeof PREFIXES

/** A return address that is ours, and the delivery or letter it names. */
export type ReturnAddress = { readonly purpose: ReturnPurpose; readonly id: string }

/** The one address of feedback loops names nothing. */
export const ALL_REPORTS = 'all'

/** 96 bits in hex: some mail servers write the part before the @ in lower case, and 64 characters are its most. */
const MAC_CHARS = 24
const LOCAL = new RegExp(`^([a-z])-([0-9a-z-]{1,36})-([0-9a-f]{${MAC_CHARS}})$`)
/** What may be such an address among other words. */
const ANYWHERE = new RegExp(
  `\\b[a-z]-[0-9a-z-]{1,36}-[0-9a-f]{${MAC_CHARS}}@[a-z0-9.-]{1,253}`,
  'gi',
)

/**
 * An address to which only answers to one mail of ours come: signed, so that nobody can make another
 * reader's mail bounce.
 */
export function returnAddress(
  secret: string,
  purpose: ReturnPurpose,
  id: string,
  domain: string,
): string {
  return `${PREFIXES[purpose]}-${id}-${macOf(secret, purpose, id)}@${domain}`
}

/** What an address is for; `null` when it is forged or of another domain. */
export function readReturnAddress(
  secret: string,
  domain: string,
  address: string,
): ReturnAddress | null {
  const at = address.lastIndexOf('@')
  if (address.slice(at + 1).toLowerCase() !== domain.toLowerCase()) return null
  const [, letter, id = '', mac = ''] = LOCAL.exec(address.slice(0, at).toLowerCase()) ?? []
  const purpose = purposeOf(letter)
  if (purpose === undefined) return null
  const right = Buffer.from(macOf(secret, purpose, id))
  return timingSafeEqual(Buffer.from(mac), right) ? { purpose, id } : null
}

/** Addresses in a text that may be return addresses: whether they are, their seal tells. */
export const findReturnAddresses = (text: string): string[] => text.match(ANYWHERE) ?? []

const purposeOf = (letter: string | undefined): ReturnPurpose | undefined =>
  (Object.keys(PREFIXES) as ReturnPurpose[]).find((purpose) => PREFIXES[purpose] === letter)

const macOf = (secret: string, purpose: ReturnPurpose, id: string): string =>
  seal(secret, `mail ${purpose}`, id).toString('hex').slice(0, MAC_CHARS)
