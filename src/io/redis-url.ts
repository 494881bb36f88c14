import { DoseError } from '../errors.ts'

export type RedisNode = { readonly host: string; readonly port: number }
type Access = {
  /** Of the servers; a Sentinel is asked without. */
  readonly username?: string
  readonly password?: string
  readonly tls: boolean
}
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | ({ readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] } & Access)
  | ({
      readonly kind: 'sentinel'
      readonly nodes: readonly RedisNode[]
      /** What the Sentinels call the master. */
      readonly name: string
      readonly db: number
    } & Access)

const PORTS = { cluster: 6379, sentinel: 26379 } as const
const MASTER = 'mymaster'
const SEVERAL =
  /^redis-(cluster|sentinel):\/\/(?:([^/?]*)@)?([^/?@]+)(?:\/([^/?]*))?(?:\?([^?]*))?$/

/**
 * Reads `redis://h`, `rediss://h`, `redis-cluster://user:password@h1:7000,h2?tls=true` and
 * `redis-sentinel://user:password@h1,h2/master-name?db=2&tls=true`. As in every URL, a user or
 * password with `@`, `/`, `?` or `%` in it is percent-encoded.
 *
 * @throws {DoseError} CONFIG_INVALID, without the password.
 */
export function parseRedisUrl(url: string): RedisAddress {
  if (/^rediss?:/.test(url)) return { kind: 'single', url }
  const [, kind, access, hosts = '', path = '', query = ''] = SEVERAL.exec(url) ?? []
  if (kind !== 'cluster' && kind !== 'sentinel') throw invalid(url)
  try {
    const options = new URLSearchParams(query)
    const nodes = hosts.split(',').map((entry) => nodeOf(entry, PORTS[kind]))
    const common = { nodes, ...accessOf(access), tls: options.get('tls') === 'true' }
    if (kind === 'cluster') return { kind, ...common }
    const name = decodeURIComponent(path) || MASTER
    return { kind, ...common, name, db: Number(options.get('db') ?? 0) }
  } catch {
    throw invalid(url)
  }
}

/** The URL without what is before its last `@`, and without a password among its options. */
export const withoutPassword = (url: string): string =>
  url.replace(/:\/\/.*@/, '://***@').replace(/([?&][^?&=]*pass(?:word)?=)[^&]*/gi, '$1***')

function nodeOf(entry: string, port: number): RedisNode {
  const { hostname, port: given } = new URL(`redis://${entry}`)
  if (!hostname) throw new TypeError('no host')
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(given || port) }
}

function accessOf(text: string | undefined): { username?: string; password?: string } {
  if (text === undefined) return {}
  const [username = '', ...rest] = text.split(':')
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(rest.length > 0 && { password: decodeURIComponent(rest.join(':')) }),
  }
}

const invalid = (url: string) =>
  new DoseError('CONFIG_INVALID', `REDIS_URL: ${withoutPassword(url)} cannot be read.`)
