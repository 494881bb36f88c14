import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export const CLIENT = { id: 'daily-dose', secret: 'a-crane-on-the-fifth-mast' }
const SCOPES = 'openid profile email groups'

type Asked = {
  readonly oidc: {
    readonly provider: Provider
    readonly session: { readonly accountId: string }
    readonly client: { readonly clientId: string }
  }
}

/** A real provider on 127.0.0.1, which knows everybody by the name they type; down until it is told. */
export async function startProvider(redirectUri: string) {
  const groups: Record<string, string[]> = {}
  let answer: RequestListener = (_request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], profile: ['preferred_username'], email: [], groups: ['groups'] },
    cookies: { keys: ['a key of a test'] },
    findAccount: (_asked: Asked, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub, groups: groups[sub] ?? [] }),
    }),
    async loadExistingGrant({ oidc }: Asked) {
      const { accountId } = oidc.session
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId })
      grant.addOIDCScope(SCOPES)
      await grant.save()
      return grant
    },
  })

  return {
    issuer,
    /** Groups by name. */
    groups,
    up() {
      answer = provider.callback()
    },

    /** What somebody does there in a browser. @returns the URL they are sent back to. */
    async signIn(url: string, name: string): Promise<string> {
      const jar = new Map<string, string>()
      const cookie = () => [...jar].map((pair) => pair.join('=')).join('; ')
      let [at, body]: [string, URLSearchParams | null] = [url, null]
      while (at.startsWith(issuer)) {
        const response: Response = await fetch(at, {
          ...{ method: body ? 'POST' : 'GET', body, redirect: 'manual' },
          headers: { cookie: cookie() },
        })
        for (const line of response.headers.getSetCookie()) {
          const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          jar.set(key, value)
        }
        const to = response.headers.get('location')
        if (to === null && (body || !response.ok)) throw new Error(await response.text())
        body =
          to === null ? new URLSearchParams({ prompt: 'login', login: name, password: '-' }) : null
        at = to === null ? at : new URL(to, at).href
      }
      return at
    },

    close: () =>
      new Promise<unknown>((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}
