import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { DoseError } from '../errors.ts'
import { createGuard, type Guard, plainHost } from './http-address.ts'
import { guardedConnector, type Lookup, RefusedHost } from './http-connector.ts'
import type { Limits } from './http-limits.ts'

/** Ways out of this machine: straight, or through a proxy. */
export type Dispatchers = {
  /** @throws {RefusedHost} where a proxy would be sent to a private address. */
  to(url: URL, proxy: string | undefined): Promise<Dispatcher>
  close(): Promise<void>
}

/** Proxies kept open; the one opened first is closed for the next. */
const MOST_PROXIES = 50

export function createDispatchers(
  allowPrivateHosts: readonly string[],
  limits: Limits,
  lookup: Lookup = (host) => systemLookup(host, { all: true }),
): Dispatchers {
  const guard = createGuard(allowPrivateHosts)
  const common = {
    allowH2: false,
    maxHeaderSize: limits.headerBytes,
    // A fetch has one clock, its deadline: undici's own start again with every byte that drips in.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  const straight = new Agent({
    ...common,
    connect: guardedConnector(guard, limits.headersMs, lookup),
  })
  const proxies = new Map<string, ProxyAgent>()
  const through = (proxy: string): ProxyAgent => {
    const known = proxies.get(proxy)
    if (known) return known
    const agent = new ProxyAgent({ ...common, ...proxyAccess(proxy) })
    proxies.set(proxy, agent)
    const [oldest] = proxies
    if (proxies.size > MOST_PROXIES && oldest) {
      proxies.delete(oldest[0])
      void oldest[1].close()
    }
    return agent
  }
  return {
    async to(url, proxy) {
      if (proxy === undefined) return straight
      const agent = through(proxy)
      await refusePrivate(url.hostname, guard, lookup)
      return agent
    },
    async close() {
      await Promise.all([straight, ...proxies.values()].map((agent) => agent.close()))
    },
  }
}

/** Credentials go into a header of their own: undici repeats the URL in some of its errors. */
function proxyAccess(proxy: string): { uri: string; token?: string } {
  const url = URL.parse(proxy)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new DoseError('SOURCE_REFUSED', 'the proxy is no http:// or https:// URL')
  const { username, password } = url
  url.username = ''
  url.password = ''
  if (!username && !password) return { uri: url.href }
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { uri: url.href, token: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/**
 * The proxy connects, so its peer cannot be looked at. What can be known is: the literal, and what
 * the name resolves to from here. A name that only the proxy can resolve is left to the proxy.
 */
async function refusePrivate(hostname: string, guard: Guard, lookup: Lookup): Promise<void> {
  const host = plainHost(hostname)
  const addresses = isIP(host)
    ? [host]
    : await lookup(host).then(
        (found) => found.map(({ address }) => address),
        () => [],
      )
  const refused = addresses.find((address) => !guard.permits(host, address))
  if (refused !== undefined)
    throw new RefusedHost(`${host} is the private address ${refused}; the proxy is not asked`)
}
