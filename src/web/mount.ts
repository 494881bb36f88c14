import type { FastifyInstance } from 'fastify'
import { basePathOf } from '../config.ts'

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
    base: basePathOf(publicUrl),
    secureHost: url?.protocol === 'https:' ? url.host : null,
  }
}

/** The address a route knows, whether or not the proxy in front takes the base path off. */
export const withoutBase = (url: string, base: string): string =>
  base !== '' && url.startsWith(base) && /^[/?]|^$/.test(url.slice(base.length))
    ? url.slice(base.length).replace(/^(?!\/)/, '/')
    : url

/** Has every redirect to a page of ours lead below the base path. */
export function redirectBelow(app: FastifyInstance, base: string): void {
  if (base === '') return
  app.addHook('onSend', async (_request, reply, payload) => {
    const to = reply.getHeader('location')
    if (typeof to === 'string' && /^\/(?!\/)/.test(to) && !to.startsWith(`${base}/`))
      reply.header('location', base + to)
    return payload
  })
}
