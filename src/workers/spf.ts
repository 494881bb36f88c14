import { isWithin, readSpf, type SpfTerm } from '../delivery/spf.ts'
import type { Dns } from '../io/dns.ts'

/**
 * What SPF says of a sender.
 * pass     it may send for the domain
 * refused  the record names it not, in the words of the qualifier that held
 * none     the domain has no record
 * broken   receivers take the record for an error
 * unclear  the record depends on what only a receiver knows
 */
export type SpfResult = {
  readonly result: 'pass' | 'refused' | 'none' | 'broken' | 'unclear'
  readonly detail: string
}

/** RFC 7208 section 4.6.4: receivers ask no more. */
const LOOKUPS_MAX = 10

const ASKS: ReadonlySet<string> = new Set(['include', 'a', 'mx', 'ptr', 'exists'])

const REFUSAL = { '-': 'fail', '~': 'softfail', '?': 'neutral', '+': 'pass' } as const

/** Evaluates the SPF record of a domain for an address (RFC 7208), as a receiver does. */
export async function checkSpf(address: string, domain: string, dns: Dns): Promise<SpfResult> {
  let lookups = 0
  const ask = () => {
    lookups += 1
    if (lookups > LOOKUPS_MAX) throw new BrokenSpf(`more than ${LOOKUPS_MAX} look-ups`)
  }

  async function isNamed({ mechanism, value, bits }: SpfTerm, of: string): Promise<boolean> {
    if (ASKS.has(mechanism)) ask()
    const target = value || of
    if (target.includes('%') || mechanism === 'ptr' || mechanism === 'exists')
      throw new UnclearSpf(`${mechanism}:${value} depends on the receiver`)
    switch (mechanism) {
      case 'all':
        return true
      case 'ip4':
      case 'ip6':
        return isWithin(address, value, bits)
      case 'include':
        return isIncluded(target)
      case 'a':
        return anyWithin(await dns.addresses(target), bits)
      case 'mx': {
        const hosts = (await dns.mailHosts(target)).slice(0, LOOKUPS_MAX)
        const all = await Promise.all(hosts.map((host) => dns.addresses(host)))
        return anyWithin(all.flat(), bits)
      }
    }
  }

  const anyWithin = (networks: readonly string[], bits: SpfTerm['bits']) =>
    networks.some((network) => isWithin(address, network, bits))

  async function isIncluded(target: string): Promise<boolean> {
    const { result } = await check(target)
    if (result === 'none') throw new BrokenSpf(`${target} is included and has no record`)
    return result === 'pass'
  }

  async function check(of: string): Promise<SpfResult> {
    const read = readSpf(await dns.texts(of))
    if (read.fault !== undefined) throw new BrokenSpf(`${of}: ${read.fault}`)
    if (read.spf === null) return { result: 'none', detail: `${of} has no SPF record` }
    for (const term of read.spf.terms) {
      if (!(await isNamed(term, of))) continue
      const result = term.qualifier === '+' ? 'pass' : 'refused'
      return { result, detail: REFUSAL[term.qualifier] }
    }
    const { redirect } = read.spf
    if (redirect === null) return { result: 'refused', detail: 'neutral' }
    ask()
    const led = await check(redirect)
    if (led.result === 'none') throw new BrokenSpf(`${redirect} has no record`)
    return led
  }

  try {
    return await check(domain)
  } catch (error) {
    if (error instanceof BrokenSpf) return { result: 'broken', detail: error.message }
    if (error instanceof UnclearSpf) return { result: 'unclear', detail: error.message }
    throw error
  }
}

class BrokenSpf extends Error {}
class UnclearSpf extends Error {}
