import { DoseError } from '../errors.ts'
import { readAddress } from './address.ts'

/** As in a From or To line. */
export type Mailbox = { readonly name: string; readonly address: string }

const MAILBOX_CHARS_MAX = 512

/**
 * Reads `Name <address>`, `"Name" <address>` or a bare address.
 *
 * @param setting where it was written, for the error: `MAIL_FROM`
 * @throws {DoseError} CONFIG_INVALID naming the setting and what is wrong with it
 */
export function parseMailbox(text: string, setting: string): Mailbox {
  if (text.length > MAILBOX_CHARS_MAX) throw invalid(setting, 'longer than any sender is')
  const trimmed = text.trim()
  const open = trimmed.lastIndexOf('<')
  const isBare = open === -1 && !trimmed.includes('>')
  if (!isBare && (open === -1 || !trimmed.endsWith('>'))) {
    throw invalid(setting, `"${trimmed}" is not of the form Name <address>`)
  }
  const read = readAddress(isBare ? trimmed : trimmed.slice(open + 1, -1))
  if (read.fault !== undefined) throw invalid(setting, `"${trimmed}": ${read.fault}`)
  return { name: isBare ? '' : plainName(trimmed.slice(0, open)), address: read.address }
}

function plainName(text: string): string {
  const trimmed = text.trim()
  const isQuoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"')
  const bare = isQuoted ? trimmed.slice(1, -1).replace(/\\(.)/gu, '$1') : trimmed
  return oneLine(bare)
}

function invalid(setting: string, fault: string): DoseError {
  return new DoseError('CONFIG_INVALID', `${setting}: ${fault}`)
}

/** The text with line breaks and other control characters made spaces: fit for a header. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
