import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import type { Guard } from './http-address.ts'

/** A host name's addresses, as `dns.promises.lookup(host, { all: true })` gives them. */
export type Lookup = (host: string) => Promise<readonly { address: string; family: number }[]>

/** The guard said no; `message` says why. */
export class RefusedHost extends Error {}

/**
 * An undici connector that opens connections only where the guard permits. It looks three times:
 * at a literal address (for which no look-up happens), at what a name resolves to (so that nothing
 * is knocked on), and at the address the socket really has (so that no later look-up can differ).
 */
export function guardedConnector(
  guard: Guard,
  timeoutMs: number,
  lookup: Lookup = (host) => systemLookup(host, { all: true }),
): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    // `host` and `port` come with each connection; the type asks for them here.
    ...({ lookup: guardedLookup(guard, lookup) } as { lookup: LookupFunction; port: number }),
  })
  return (options, callback) => {
    const host = options.hostname
    if (isIP(host) && !guard.permits(host, host)) {
      callback(new RefusedHost(`${host} is a private address`), null)
      return
    }
    connect(options, (error, socket) => {
      if (error) return callback(error, null)
      const address = socket?.remoteAddress ?? ''
      if (socket && guard.permits(host, address)) return callback(null, socket)
      socket?.destroy()
      callback(new RefusedHost(`${host} led to the private address ${address}`), null)
    })
  }
}

function guardedLookup(guard: Guard, lookup: Lookup): LookupFunction {
  return (host, options, callback) => {
    lookup(host).then(
      (found) => {
        const permitted = found.filter(({ address }) => guard.permits(host, address))
        const [first] = permitted
        if (!first) return callback(refusal(host, found), '')
        if (options.all) callback(null, [...permitted])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}

function refusal(host: string, found: readonly { address: string }[]): RefusedHost {
  const addresses = found.map(({ address }) => address).join(', ')
  return new RefusedHost(`${host} resolves to the private address ${addresses || '(none)'}`)
}
