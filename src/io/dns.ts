import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'

/** What the DNS says; an empty list where a name or its record is not there. */
export type Dns = {
  /** Text records, the pieces of each put together. */
  texts(name: string): Promise<string[]>
  /** IPv4 and IPv6 addresses; of an address itself. */
  addresses(host: string): Promise<string[]>
  /** Hosts that take mail for a domain, the preferred first; `.` where it says that it takes none. */
  mailHosts(domain: string): Promise<string[]>
  /** Names of an address. */
  names(address: string): Promise<string[]>
}

const TIMEOUT_MS = 5_000
const TRIES = 2

/** Answers that say that there is nothing; any other failure is one of the DNS. */
const NOTHING: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

/** @param servers `address` or `address:port`; those of the system where absent. */
export function createDns(servers?: readonly string[]): Dns {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
  if (servers) resolver.setServers([...servers])
  return {
    texts: async (name) =>
      (await found(resolver.resolveTxt(name), name)).map((pieces) => pieces.join('')),
    async addresses(host) {
      if (isIP(host)) return [host]
      const both = [resolver.resolve4(host), resolver.resolve6(host)]
      return (await Promise.all(both.map((asked) => found(asked, host)))).flat()
    },
    async mailHosts(domain) {
      const records = await found(resolver.resolveMx(domain), domain)
      const sorted = records.sort((a, b) => a.priority - b.priority)
      return sorted.map(({ exchange }) => exchange || '.')
    },
    names: (address) => found(resolver.reverse(address), address),
  }
}

async function found<Records>(asked: Promise<Records[]>, name: string): Promise<Records[]> {
  try {
    return await asked
  } catch (cause) {
    const { code = 'no answer' } = cause as NodeJS.ErrnoException
    if (NOTHING.has(code)) return []
    throw new Error(`the DNS does not tell of ${name}: ${code}`, { cause })
  }
}
