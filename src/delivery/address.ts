/** RFC 5321 section 4.5.3.1: 64 octets before the @, 254 in all (256 with the angle brackets). */
const LOCAL_MAX = 64
const ADDRESS_MAX = 254

/** RFC 1035 section 2.3.4. */
const DOMAIN_MAX = 253
const LABEL_MAX = 63

/** RFC 5322 section 3.2.3, `atext` and the dots between. */
const LOCAL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/

/** What would end the host or mean something else when the domain is read as a part of a URL. */
const NOT_IN_DOMAIN = /[\s/?#@:%\\[\]<>"|^`{}&=!$'()*+,;]/

const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/

/** An address that can be written to, or what is wrong with it, as a phrase that names the fix. */
export type ReadAddress =
  | { readonly address: string; readonly fault?: never }
  | { readonly address?: never; readonly fault: string }

/**
 * Reads an e-mail address: spaces around it are dropped, the domain becomes lower-case ASCII
 * (`bücher.example` is `xn--bcher-kva.example`), the part before the @ stays as given. Quoted
 * local parts and IP literals are legal but unheard of among readers, and refused.
 */
export function readAddress(text: string): ReadAddress {
  const trimmed = text.slice(0, 4 * ADDRESS_MAX).trim()
  const at = trimmed.lastIndexOf('@')
  if (trimmed === '') return { fault: 'the address is empty' }
  if (at < 1 || at === trimmed.length - 1) return { fault: 'expected name@domain' }
  const local = trimmed.slice(0, at)
  const domain = readDomain(trimmed.slice(at + 1))
  const fault = localFault(local)
  if (fault !== null) return { fault }
  if (domain === null) return { fault: 'the part after the @ is no domain, such as mail.example' }
  const address = `${local}@${domain}`
  if (address.length > ADDRESS_MAX) return { fault: `longer than ${ADDRESS_MAX} characters` }
  return { address }
}

/** What two spellings of one address have in common: compare and store uniquely by this. */
export function addressKey(address: string): string {
  return address.toLowerCase()
}

/** Of these every dot before the @ is left out by the server, and both are one (support.google.com/mail/answer/7436150). */
const DOTLESS = /^(?:gmail|googlemail)\.com$/

/**
 * The mailbox behind an address, as far as its spelling tells: without the `+tag` that most servers deliver
 * to the same one. For counting what one person gets; two readers may share it.
 */
export function mailboxKey(address: string): string {
  const key = addressKey(address)
  const at = key.lastIndexOf('@')
  const name = key.slice(0, at).replace(/^([^+]+)\+.*$/, '$1')
  const domain = key.slice(at + 1)
  return DOTLESS.test(domain) ? `${name.replaceAll('.', '')}@gmail.com` : `${name}@${domain}`
}

function localFault(local: string): string | null {
  if (local.length > LOCAL_MAX) return `more than ${LOCAL_MAX} characters before the @`
  if (!LOCAL.test(local)) {
    return "before the @ only plain letters, digits and .!#$%&'*+/=?^_`{|}~- are possible"
  }
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) {
    return 'a dot before the @ needs a character on both sides'
  }
  return null
}

/** By the URL standard's host parser, which does IDNA (UTS 46); `null` when it is no domain. */
export function readDomain(domain: string): string | null {
  if (domain.length > DOMAIN_MAX || NOT_IN_DOMAIN.test(domain)) return null
  const host = URL.parse(`http://${domain}/`)?.hostname ?? ''
  const labels = host.split('.')
  const isWhole = labels.length > 1 && host.length <= DOMAIN_MAX
  // The last label of a name has a letter: four numbers are an IP address.
  const isName = /[a-z]/.test(labels.at(-1) ?? '')
  const areLabels = labels.every((label) => label.length <= LABEL_MAX && LABEL.test(label))
  return isWhole && isName && areLabels ? host : null
}

/** Mail addresses as they stand in sentences; the `@` of a profile's URL has nothing before it. */
const IN_TEXT = /[^\s"'<>()[\],;:/@]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63})+/gu

/** A text without mail addresses. */
export const withoutAddresses = (text: string): string => text.replace(IN_TEXT, '<address>')
