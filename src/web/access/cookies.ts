import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { Mount } from '../mount.ts'

/** How long somebody may take to sign in at a provider. */
export const ROUND_SECONDS = 600

/** The cookie that holds a session. */
export const sessionCookie = (mount: Mount, request: FastifyRequest) =>
  cookieOf('dose_session', mount, request)

/** The cookie that holds what a browser must bring back from a provider. */
export function roundCookie(mount: Mount, request: FastifyRequest) {
  const { name, options } = cookieOf('dose_round', mount, request)
  return { name, options: { ...options, signed: true, maxAge: ROUND_SECONDS } }
}

/**
 * Over https the name makes browsers refuse a cookie that was set over http or by another host of the
 * domain (RFC 6265bis, 4.1.3).
 */
function cookieOf(name: string, { base, secureHost }: Mount, request: FastifyRequest) {
  const secure = request.protocol === 'https' || request.headers.host === secureHost
  const options: CookieSerializeOptions = {
    ...{ httpOnly: true, secure, sameSite: 'lax' },
    path: base === '' ? '/' : base,
  }
  return { name: prefixOf(secure, base) + name, options }
}

function prefixOf(secure: boolean, base: string): string {
  if (!secure) return ''
  return base === '' ? '__Host-' : '__Secure-'
}
