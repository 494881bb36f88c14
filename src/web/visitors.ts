import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import cookie from '@fastify/cookie'
import csrf from '@fastify/csrf-protection'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../io/clock.ts'
import type { Actor } from '../model.ts'
import { createGuesses } from './guesses.ts'
import { field } from './route.ts'

const SESSION_COOKIE = 'dose_session'
const CSRF_COOKIE = 'dose_form'
const SESSION_SECONDS = 12 * 3_600

/** A longer header is no password of ours. */
const CREDENTIALS_CHARS_MAX = 1_024

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/
const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i
/** What a proxy adds. One that is not trusted makes its own address stand for everybody's. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const

type VisitorOptions = {
  readonly adminPassword: string
  readonly apiToken: string
  /** Signs cookies; the same in every process. */
  readonly secret: string
  readonly clock: Clock
}

export type Visitors = {
  /** Seconds this address must wait after wrong guesses; 0 for none. */
  waitSeconds(request: FastifyRequest): number
  /** Is the user `admin`, and the password right? A wrong one is counted. */
  knows(request: FastifyRequest, user: string, password: string): boolean
  signIn(reply: FastifyReply): void
  signOut(reply: FastifyReply): void
  /** Who has signed in with a cookie, or brings the password along (HTTP Basic, RFC 7617). */
  bySession(request: FastifyRequest): Promise<Actor | null>
  /** Who brings a token along (RFC 6750). */
  byToken(request: FastifyRequest): Promise<Actor | null>
  /** Sits at this machine: no proxy in between, and no foreign name in the address bar. */
  isLocal(request: FastifyRequest): boolean
}

/** Who is asking. Sessions are signed, not stored, so any process can check them. */
export async function createVisitors(
  app: FastifyInstance,
  options: VisitorOptions,
): Promise<Visitors> {
  const { adminPassword, apiToken, secret, clock } = options
  // A new password ends all sessions.
  const key = createHmac('sha256', secret).update(`session\n${adminPassword}`).digest('hex')
  const shared = { signed: true, httpOnly: true, secure: 'auto' } as const
  await app.register(cookie, { secret: key })
  await app.register(csrf, {
    cookieKey: CSRF_COOKIE,
    cookieOpts: { ...shared, sameSite: 'strict', path: '/admin' },
    getToken: (request) => field(request.body, 'token'),
  })
  const guesses = createGuesses()
  const now = () => Date.parse(clock.now())
  const waitSeconds = (request: FastifyRequest) => guesses.waitSeconds(request.ip, now())
  const counted = (request: FastifyRequest, right: boolean) => {
    if (waitSeconds(request) > 0) return false
    if (!right) guesses.note(request.ip, now())
    return right
  }
  const knows: Visitors['knows'] = (request, user, password) => {
    const [rightUser, rightPassword] = [same(user, 'admin'), same(password, adminPassword)]
    return counted(request, rightUser && rightPassword)
  }
  return {
    waitSeconds,
    knows,
    signIn(reply) {
      const ends = Math.floor(now() / 1_000) + SESSION_SECONDS
      reply.setCookie(SESSION_COOKIE, `${ends}.${randomUUID()}`, {
        ...shared,
        sameSite: 'lax',
        path: '/',
        maxAge: SESSION_SECONDS,
      })
      reply.clearCookie(CSRF_COOKIE, { path: '/admin' })
    },
    signOut(reply) {
      reply.clearCookie(SESSION_COOKIE, { path: '/' })
      reply.clearCookie(CSRF_COOKIE, { path: '/admin' })
    },
    async bySession(request) {
      const admin: Actor = { name: 'admin', role: 'admin', nouns: null, address: request.ip }
      const session = request.unsignCookie(request.cookies[SESSION_COOKIE] ?? '')
      if (session.valid && Number.parseInt(session.value, 10) * 1_000 > now()) return admin
      const basic = credentials(request, 'Basic')
      if (basic === null) return null
      const [user = '', ...password] = Buffer.from(basic, 'base64').toString().split(':')
      return knows(request, user, password.join(':')) ? admin : null
    },
    async byToken(request) {
      const token = credentials(request, 'Bearer')
      if (token === null || !counted(request, same(token, apiToken))) return null
      return { name: 'token:API_TOKEN', role: 'admin', nouns: null, address: request.ip }
    },
    isLocal: (request) =>
      LOOPBACK.test(request.socket.remoteAddress ?? '') &&
      LOOPBACK.test(request.ip) &&
      LOCAL_HOST.test(request.headers.host ?? '') &&
      PROXY_HEADERS.every((name) => request.headers[name] === undefined),
  }
}

function credentials(request: FastifyRequest, scheme: 'Basic' | 'Bearer'): string | null {
  const header = request.headers.authorization ?? ''
  if (header.length > CREDENTIALS_CHARS_MAX) return null
  const [given = '', value = ''] = header.split(' ')
  return given.toLowerCase() === scheme.toLowerCase() ? value : null
}

/** Compares in a time that tells neither length nor the first difference. */
function same(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}
