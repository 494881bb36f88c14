import { createHmac } from 'node:crypto'
import cookie from '@fastify/cookie'
import csrf from '@fastify/csrf-protection'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSameSecret } from '../io/same-secret.ts'
import type { Actor } from '../model.ts'
import { hashKey, makeKey } from '../store/keys.ts'
import { SESSION_MS, type SignedIn } from '../store/sessions.ts'
import type { Deps } from '../workers/stage.ts'
import { sessionCookie } from './access/cookies.ts'
import { addressOf, createGuesses, type Guesses, networkOf } from './guesses.ts'
import type { Mount } from './mount.ts'
import { field } from './route.ts'

const CSRF_COOKIE = 'dose_form'

/** Wrong passwords, codes or tokens that one network may try in a minute. */
const OF_NETWORK = { most: 10, windowMs: 60_000 }

/** A longer header is no password of ours. */
const CREDENTIALS_CHARS_MAX = 1_024

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/
const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i
/** What a proxy adds. One that is not trusted makes its own address stand for everybody's. */
const PROXY_HEADER =
  /^(?:forwarded|via|x-(?:forwarded|real|client|original)-.*|true-client-ip|cf-.*)$/

type VisitorOptions = {
  readonly deps: Pick<Deps, 'store' | 'clock'>
  /** The setting ADMIN_PASSWORD; `null` where there is none. */
  readonly adminPassword: string | null
  /** Tokens that stand in no row, by the name of who brings them; all may do everything. */
  readonly tokens: Readonly<Record<string, string>>
  /** Signs cookies; the same in every process. */
  readonly secret: string
  readonly mount: Mount
}

export type Visitors = {
  /** Guesses of the network a request comes from; see guesses.ts. */
  readonly guesses: Readonly<{
    [Name in keyof Guesses]: (request: FastifyRequest) => ReturnType<Guesses[Name]>
  }>
  /** Tells operators that somebody was not let in. @param means what was wrong, never what was typed. */
  refuse(request: FastifyRequest, means: string, detail?: object): Promise<void>
  /** Begins a session; whatever this browser held before is worth nothing any more. */
  signIn(request: FastifyRequest, reply: FastifyReply, accountId: string): Promise<void>
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Who has signed in with a cookie. */
  session(request: FastifyRequest): Promise<SignedIn | null>
  /** The same, or who brings the password of the settings along (HTTP Basic, RFC 7617). */
  bySession(request: FastifyRequest): Promise<Actor | null>
  /** Who brings a token along (RFC 6750). */
  byToken(request: FastifyRequest): Promise<Actor | null>
  /** Sits at this machine: no proxy in between, and no foreign name in the address bar. */
  isLocal(request: FastifyRequest): boolean
}

/** Who is asking. Sessions and tokens are rows, so that any process can check and end them. */
export async function createVisitors(
  app: FastifyInstance,
  options: VisitorOptions,
): Promise<Visitors> {
  const { adminPassword, tokens, mount } = options
  const { store, clock } = options.deps
  const key = createHmac('sha256', options.secret).update('cookies').digest('hex')
  // Cookies of the dashboard go nowhere else; that of the session names another path.
  await app.register(cookie, { secret: key, parseOptions: { path: `${mount.base}/admin` } })
  await app.register(csrf, {
    cookieKey: CSRF_COOKIE,
    cookieOpts: {
      ...{ signed: true, httpOnly: true, secure: 'auto', sameSite: 'strict' },
    },
    getToken: (request) => field(request.body, 'token'),
  })
  const byNetwork = createGuesses('network', OF_NETWORK, options.deps)
  const guesses: Visitors['guesses'] = {
    held: ({ ip }) => byNetwork.held(networkOf(ip)),
    waitSeconds: ({ ip }) => byNetwork.waitSeconds(networkOf(ip)),
    take: ({ ip }) => byNetwork.take(networkOf(ip)),
    forgive: ({ ip }) => byNetwork.forgive(networkOf(ip)),
  }
  const refuse: Visitors['refuse'] = (request, means, detail = {}) =>
    store.audit.refuse(means, networkOf(request.ip), detail, clock.now())

  /** Asks only while the network may guess, and counts what was wrong; of many at once, too. */
  async function guarded<T>(request: FastifyRequest, means: string, ask: () => Promise<T | null>) {
    if ((await guesses.waitSeconds(request)) > 0) return null
    const known = await ask()
    if (known !== null) return guesses.held(request) > 0 ? null : known
    if ((await guesses.take(request)) === 0) await refuse(request, means)
    return null
  }

  const keyOf = (request: FastifyRequest) => request.cookies[sessionCookie(mount, request).name]
  const session: Visitors['session'] = async (request) => {
    const held = keyOf(request)
    return held ? store.sessions.use(hashKey(held), clock.now()) : null
  }

  /** The password of the settings alone: that of a row is too slow to check with each request. */
  async function byBasic(request: FastifyRequest): Promise<Actor | null> {
    const basic = credentials(request, 'Basic')
    if (basic === null) return null
    return guarded(request, 'password', async () => {
      const [user = '', ...password] = Buffer.from(basic, 'base64').toString().split(':')
      const right = isSameSecret(password.join(':'), adminPassword ?? '') && adminPassword !== null
      if (!(isSameSecret(user, 'admin') && right)) return null
      const account = await store.accounts.find('admin')
      return account && !account.secondFactor ? actor(account, request) : null
    })
  }

  return {
    guesses,
    refuse,
    session,

    async signIn(request, reply, accountId) {
      const held = keyOf(request)
      if (held) await store.sessions.end(hashKey(held))
      const made = makeKey()
      const agent = request.headers['user-agent'] ?? ''
      await store.sessions.prune(clock.now())
      await store.sessions.start(
        accountId,
        { hash: hashKey(made), address: addressOf(request), agent },
        clock.now(),
      )
      const { name, options: how } = sessionCookie(mount, request)
      reply.setCookie(name, made, { ...how, maxAge: SESSION_MS / 1_000 })
      reply.clearCookie(CSRF_COOKIE)
      delete request.cookies[CSRF_COOKIE] // a form on the page that answers must not rest on it
    },

    async signOut(request, reply) {
      const held = keyOf(request)
      if (held) await store.sessions.end(hashKey(held))
      const { name, options: how } = sessionCookie(mount, request)
      reply.clearCookie(name, how)
      reply.clearCookie(CSRF_COOKIE)
    },

    async bySession(request) {
      const signedIn = await session(request)
      return signedIn ? actor(signedIn, request) : byBasic(request)
    },

    async byToken(request) {
      const token = credentials(request, 'Bearer')
      if (token === null) return null
      return guarded(request, 'token', async () => {
        const own = Object.entries(tokens).find(([, right]) => isSameSecret(token, right))
        if (own) return { name: own[0], role: 'admin', nouns: null, address: addressOf(request) }
        const row = await store.tokens.use(hashKey(token), clock.now())
        if (!row) return null
        const { name, role, nouns } = row
        return { name: `token:${name}`, role, nouns, address: addressOf(request) }
      })
    },

    isLocal: (request) =>
      LOOPBACK.test(request.socket.remoteAddress ?? '') &&
      LOOPBACK.test(request.ip) &&
      LOCAL_HOST.test(request.headers.host ?? '') &&
      request.raw.httpVersion !== '1.0' && // of nginx, which as it comes adds no header at all
      !Object.keys(request.headers).some((name) => PROXY_HEADER.test(name)),
  }
}

const actor = ({ name, role }: Pick<Actor, 'name' | 'role'>, request: FastifyRequest): Actor => ({
  ...{ name, role },
  nouns: null,
  address: addressOf(request),
})

function credentials(request: FastifyRequest, scheme: 'Basic' | 'Bearer'): string | null {
  const header = request.headers.authorization ?? ''
  if (header.length > CREDENTIALS_CHARS_MAX) return null
  const [given = '', value = ''] = header.split(' ')
  return given.toLowerCase() === scheme.toLowerCase() ? value : null
}
