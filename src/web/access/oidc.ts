import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import {
  type Claims,
  createProvider,
  type Provider,
  ProviderFault,
  type Round,
} from '../../io/oidc.ts'
import { addressOf } from '../guesses.ts'
import { HOME, safeNext } from '../next.ts'
import { Refusal } from '../refusal.ts'
import { field } from '../route.ts'
import type { Web } from '../server.ts'
import type { WebText } from '../texts.ts'
import { namesOfClaims, roleOfClaims } from './claims.ts'
import { ROUND_SECONDS, roundCookie } from './cookies.ts'

/** What the browser keeps while it is at the provider. */
const Kept = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
  until: z.number(),
})

/** Browsers drop a cookie of 4 KB and more, and each character may take three. */
const NEXT_CHARS_MAX = 1_000

const NOTICES = {
  spent: { status: 400, title: 'roundTitle', text: 'roundText' },
  refused: { status: 403, title: 'deniedTitle', text: 'deniedText' },
  broken: { status: 502, title: 'providerTitle', text: 'providerText' },
  unmatched: { status: 403, title: 'unmatchedTitle', text: 'unmatchedText' },
} as const satisfies Record<string, { status: number; title: WebText; text: WebText }>

/** The provider that the settings name. */
export function providerOf(config: Config): Provider | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = config
  return issuer && clientId && clientSecret
    ? createProvider({ issuer, clientId, clientSecret })
    : null
}

/** Signs in whom a provider vouches for (OpenID Connect: code flow, PKCE, state and nonce). */
export function oidcPages({ deps, pages, visitors, mount, provider }: Web) {
  const { store, clock, config, log } = deps
  const rules = config.OIDC_ROLES
  const now = () => Date.parse(clock.now())
  const callback = () => `${deps.publicUrl()}/admin/oidc/callback`

  function configured(): Provider {
    if (!provider) throw new Refusal(404, 'missing')
    return provider
  }

  function tell(reply: FastifyReply, kind: keyof typeof NOTICES, name = '') {
    const { status, title, text } = NOTICES[kind]
    const values = { host: configured().host, name }
    return reply.code(status).send(
      pages.print('web/notice', {
        title: pages.say(title, values),
        text: pages.say(text, values),
        way: { label: pages.say('signIn'), url: '/admin/login' },
      }),
    )
  }

  /** The same, noted for operators. */
  async function refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: keyof typeof NOTICES,
    name = '',
  ) {
    await visitors.refuse(request, 'provider', { kind, ...(name && { name }) })
    return tell(reply, kind, name)
  }

  /** Says on a page and in the log why a provider let nobody in. */
  function explain(
    request: FastifyRequest,
    error: unknown,
    say: (kind: keyof typeof NOTICES) => unknown,
  ) {
    if (!(error instanceof ProviderFault)) throw error
    const { kind, message: why } = error
    log.warn('a sign-in at the provider failed', { kind, why, request: request.id })
    return say(kind)
  }

  function keep(request: FastifyRequest, reply: FastifyReply, round: Round, next: string) {
    const { name, options } = roundCookie(mount, request)
    const kept = { ...round, next, until: now() + ROUND_SECONDS * 1_000 }
    reply.setCookie(name, JSON.stringify(kept), options)
  }

  /** What this browser kept; it is good for one answer. */
  function take(request: FastifyRequest, reply: FastifyReply) {
    const { name, options } = roundCookie(mount, request)
    const { valid, value } = request.unsignCookie(request.cookies[name] ?? '')
    reply.clearCookie(name, options)
    const kept = valid ? Kept.safeParse(parsed(value)).data : undefined
    return kept && kept.until > now() && kept.state === field(request.query, 'state') ? kept : null
  }

  /** Lets in whom the provider vouches for, as far as OIDC_ROLES goes. */
  async function enter(request: FastifyRequest, reply: FastifyReply, claims: Claims, next: string) {
    const identity = { issuer: claims.iss, subject: claims.sub }
    const names = namesOfClaims(claims)
    const role = roleOfClaims(rules, claims)
    if (role === null) {
      await store.identities.shutOut(identity)
      log.warn('OIDC_ROLES gives somebody no role', { ...identity, request: request.id })
      return refuse(request, reply, 'unmatched', names[0])
    }
    const { id, name } = await store.identities.enter(identity, role, names, clock.now())
    await visitors.signIn(request, reply, id)
    const actor = { name, address: addressOf(request) }
    await store.audit.write(actor, 'session start', name, { role, ...identity }, clock.now())
    return reply.redirect(next, 303)
  }

  return {
    async begin(request: FastifyRequest, reply: FastifyReply) {
      const wanted = safeNext(field(request.query, 'next'), HOME)
      const claims = rules.map(({ claim }) => claim)
      try {
        const { url, round } = await configured().begin(callback(), claims)
        keep(request, reply, round, wanted.length > NEXT_CHARS_MAX ? HOME : wanted)
        return reply.redirect(url, 303)
      } catch (error) {
        return explain(request, error, (kind) => tell(reply, kind))
      }
    },

    async finish(request: FastifyRequest, reply: FastifyReply) {
      const asked = configured()
      const kept = take(request, reply)
      if (!kept) return refuse(request, reply, 'spent')
      const answer = new URL(callback())
      answer.search = request.url.replace(/^[^?]*/, '')
      try {
        return await enter(request, reply, await asked.finish(answer, kept), kept.next)
      } catch (error) {
        return explain(request, error, (kind) => refuse(request, reply, kind))
      }
    },
  }
}

/** Signed by us, but not all that we sign is JSON. */
function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}
