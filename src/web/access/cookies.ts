import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { Mount } from '../mount.ts'

const NAME = 'dose_session'

/**
 * The cookie that holds a session. Over https its name makes browsers refuse one that was set over
 * http or by another host of the domain (RFC 6265bis, 4.1.3).
 */
export function sessionCookie({ base, secureHost }: Mount, request: FastifyRequest) {
  const secure = request.protocol === 'https' || request.headers.host === secureHost
  const options: CookieSerializeOptions = {
    ...{ httpOnly: true, secure, sameSite: 'lax' },
    path: base === '' ? '/' : base,
  }
  return { name: prefixOf(secure, base) + NAME, options }
}

function prefixOf(secure: boolean, base: string): string {
  if (!secure) return ''
  return base === '' ? '__Host-' : '__Secure-'
}
