import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'

/** Where browsers find this server. */
export type Mount = {
  /** Path of PUBLIC_URL below which everything lies: `/news`, or `` at the root of a host. */
  readonly base: string
  /** Host to which browsers speak https; `null` where they do not. */
  readonly secureHost: string | null
}

export function mountOf(publicUrl: string | undefined): Mount {
  const url = publicUrl === undefined ? null : URL.parse(publicUrl)
  return {
    base: url?.pathname.replace(/\/+$/, '') ?? '',
    secureHost: url?.protocol === 'https:' ? url.host : null,
  }
}

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
