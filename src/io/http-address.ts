import ipaddr from 'ipaddr.js'
import { DoseError } from '../errors.ts'

type Address = ReturnType<typeof ipaddr.process>
type Range = ReturnType<typeof ipaddr.parseCIDR>

/** Decides which addresses may be connected to. */
export type Guard = {
  /** Whether `host` may be reached at `address`, the literal or looked-up form of it. */
  permits(host: string, address: string): boolean
}

/**
 * Public address that a cloud answers for its guests alone, so that no range marks it:
 * Azure's platform address, https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16.
 * The others (169.254.169.254, fd00:ec2::254, 100.100.100.200) fall into private ranges.
 */
const METADATA = new Set(['168.63.129.16'])

/** What IANA hands out for the public internet, RFC 4291 §2.4; the rest of IPv6 is not routed. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3')

/** NAT64, RFC 6052 §2.1: an IPv6-only network reaches every IPv4 host here, private ones as well. */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96')

/**
 * A guard that permits public addresses and what the operator names.
 *
 * @param allowed host names, addresses or CIDR blocks. A name permits every address it resolves to.
 * @throws {DoseError} CONFIG_INVALID for an entry that is none of the three.
 */
export function createGuard(allowed: readonly string[]): Guard {
  const names = new Set<string>()
  const ranges: Range[] = []
  for (const entry of allowed) {
    const range = parseRange(entry)
    if (range) ranges.push(range)
    else names.add(parseName(entry))
  }
  return {
    permits(host, address) {
      if (names.has(plainHost(host))) return true
      const parsed = parseAddress(address)
      if (!parsed) return false
      return isPublic(parsed) || ranges.some((range) => contains(range, parsed))
    },
  }
}

/** A URL's host without brackets or the root's dot, in lower case. */
export const plainHost = (host: string) =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

/** Whether an address is one of the public internet; `false` for what is none. */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text)
  return address !== null && isPublic(address)
}

function isPublic(address: Address): boolean {
  if (METADATA.has(address.toString())) return false
  if (address.kind() === 'ipv4') return address.range() === 'unicast'
  if (contains(NAT64, address)) return isPublic(new ipaddr.IPv4(address.toByteArray().slice(12)))
  return address.range() === 'unicast' && contains(GLOBAL_IPV6, address)
}

/** IPv4-mapped IPv6 (`::ffff:127.0.0.1`) counts as the IPv4 address it reaches. */
function parseAddress(text: string): Address | null {
  return ipaddr.isValid(text) ? ipaddr.process(text) : null
}

function parseRange(entry: string): Range | null {
  const text = plainHost(entry)
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  const address = parseAddress(text)
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

function parseName(entry: string): string {
  const name = plainHost(entry)
  if (/^[\p{L}\p{N}_.-]+$/u.test(name)) return name
  throw new DoseError(
    'CONFIG_INVALID',
    `ALLOW_PRIVATE_HOSTS: "${entry}" is no host name, address or CIDR block (no scheme, no port)`,
  )
}

function contains([base, bits]: Range, address: Address): boolean {
  return base.kind() === address.kind() && address.match(base, bits)
}
