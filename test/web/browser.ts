import type { FastifyInstance } from 'fastify'

/** What a browser keeps of one site: cookies, and where it is. */

type Form = Readonly<Record<string, string>>

/** Somebody with a browser at a network address of their own. */
export function browse(server: FastifyInstance, remoteAddress: string, host = 'dose.example') {
  const jar = new Map<string, string>()
  const cookies = () => [...jar].map(([name, value]) => `${name}=${encodeURIComponent(value)}`)

  async function send(method: 'GET' | 'POST', url: string, payload?: string, more: Form = {}) {
    const response = await server.inject({
      ...{ method, url, remoteAddress },
      headers: {
        ...{ host, accept: 'text/html', cookie: cookies().join('; ') },
        ...(payload !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...more,
      },
      ...(payload !== undefined && { payload }),
    })
    for (const { name, value } of response.cookies)
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    return response
  }

  const get = (url: string, headers: Form = {}) => send('GET', url, undefined, headers)
  return {
    jar,
    get,

    /** Sends a form without having fetched it, as an attacker's page would. */
    post: (url: string, form: Form = {}, headers: Form = {}) =>
      send('POST', url, new URLSearchParams(form).toString(), headers),

    /** Fetches the page with a form, and sends it as a person does. */
    async submit(page: string, action: string, form: Form) {
      const token = tokenIn((await get(page)).body)
      return send('POST', action, new URLSearchParams({ ...form, token }).toString())
    },

    async signIn(user: string, password: string, code = '') {
      return this.submit('/admin/login', '/admin/login', { user, password, code })
    },
  }
}

/** The token in a page's form. */
const tokenIn = (html: string): string => /name="token" value="([^"]+)"/.exec(html)?.[1] ?? ''
