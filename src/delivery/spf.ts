import ipaddr from 'ipaddr.js'

/** One term of an SPF record (RFC 7208 section 5). */
export type SpfTerm = {
  readonly qualifier: '+' | '-' | '~' | '?'
  readonly mechanism: 'all' | 'include' | 'a' | 'mx' | 'ptr' | 'ip4' | 'ip6' | 'exists'
  /** A domain, or a network of `ip4` and `ip6`; empty where it is that of the record. */
  readonly value: string
  /** Leading bits that count, of IPv4 and of IPv6. */
  readonly bits: readonly [number, number]
}

export type Spf = { readonly terms: readonly SpfTerm[]; readonly redirect: string | null }

const VERSION = /^v=spf1(?: |$)/i
const TERM =
  /^([+~?-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^\s/][^\s]*?))?(?:\/(\d{1,2}))?(?:\/\/(\d{1,3}))?$/i
const IP6_TERM = /^([+~?-]?)(ip6):([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i

/** A domain's SPF record among its text records; `fault` where receivers take it for an error. */
export function readSpf(
  texts: readonly string[],
): { readonly spf: Spf | null; readonly fault?: never } | { readonly fault: string } {
  const [record, ...more] = texts.filter((text) => VERSION.test(text))
  if (record === undefined) return { spf: null }
  if (more.length > 0) return { fault: 'two SPF records; receivers then believe neither' }
  const terms: SpfTerm[] = []
  let redirect: string | null = null
  for (const word of record.split(/ +/).slice(1).filter(Boolean)) {
    const [, name = '', value = ''] = /^([a-z][\w.-]*)=(.*)$/i.exec(word) ?? []
    if (name.toLowerCase() === 'redirect') redirect = value
    if (name !== '') continue
    const term = readTerm(word)
    if (term === null) return { fault: `“${word}” is no term of SPF` }
    terms.push(term)
  }
  return { spf: { terms, redirect } }
}

/** Whether an address lies in a network, of which so many leading bits count. */
export function isWithin(
  address: string,
  network: string,
  [bits4, bits6]: SpfTerm['bits'],
): boolean {
  if (!ipaddr.isValid(address) || !ipaddr.isValid(network)) return false
  const [one, other] = [ipaddr.process(address), ipaddr.process(network)]
  if (one.kind() !== other.kind()) return false
  return one.match(other, one.kind() === 'ipv4' ? bits4 : bits6)
}

function readTerm(word: string): SpfTerm | null {
  const ip6 = IP6_TERM.exec(word)
  const [, qualifier = '', mechanism = '', value = '', four, six] = ip6 ?? TERM.exec(word) ?? []
  if (mechanism === '') return null
  const bits = ip6 ? [32, Number(four ?? 128)] : [Number(four ?? 32), Number(six ?? 128)]
  const [bits4 = 32, bits6 = 128] = bits
  if (bits4 > 32 || bits6 > 128) return null
  return {
    qualifier: (qualifier || '+') as SpfTerm['qualifier'],
    mechanism: mechanism.toLowerCase() as SpfTerm['mechanism'],
    value,
    bits: [bits4, bits6],
  }
}
