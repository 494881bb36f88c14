import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from '../../store/accounts.ts'
import { hashPassword } from '../../store/passwords.ts'
import { faultOfPassword } from '../access/password-rule.ts'
import { qrCode } from '../access/qr.ts'
import { hashRecoveryCode, makeRecoveryCodes } from '../access/recovery.ts'
import { makeSecret, otpauthUrl, stepOfCode } from '../access/totp.ts'
import { Refusal } from '../refusal.ts'
import { actorOf, field, type Route } from '../route.ts'
import { leaveNotice } from './notice.ts'
import { type Frame, lookPage } from './room.ts'

const URL = '/admin/account'
/** Names this service in an authenticator app. */
const ISSUER = 'Daily Dose'

/**
 * What everybody does with the account of their own: password, second factor, sessions. These are no
 * commands: they take what only the owner knows, and act on nobody else.
 */
export function accountPages(frame: Frame): readonly Route[] {
  const { deps, visitors, checkSignIn, pages } = frame.web
  const { store, clock } = deps

  async function own(request: FastifyRequest): Promise<Account> {
    const account = await store.accounts.find(actorOf(request).name)
    if (!account) throw new Refusal(404, 'missing')
    return account
  }

  /** Who took over a session that was left open must not take over the account. */
  async function knowsPassword(request: FastifyRequest, { name }: Account): Promise<boolean> {
    const [password, code] = [field(request.body, 'current'), field(request.body, 'code')]
    return 'accountId' in (await checkSignIn(request, { name, password, code }))
  }

  const back = (reply: FastifyReply, tone: 'good' | 'bad', title: string) => {
    leaveNotice(reply, { tone, title, lines: [] })
    return reply.redirect(URL, 303)
  }

  /** The change has ended all sessions: this browser gets a new one. */
  async function changed(
    request: FastifyRequest,
    reply: FastifyReply,
    { id, name }: Account,
    action: string,
  ): Promise<void> {
    await store.audit.write(actorOf(request), action, name, {}, clock.now())
    await visitors.signIn(request, reply, id)
  }

  const isSettled = ({ name }: Account) => name === 'admin' && frame.web.adminPassword !== null

  const change = (
    path: string,
    summary: string,
    handle: (request: FastifyRequest, reply: FastifyReply, account: Account) => unknown,
  ): Route => ({
    ...{ method: 'POST', url: `${URL}/${path}`, access: 'viewer', type: 'text/html' },
    ...{ policy: 'dashboard', csrf: true, perMinute: 30, summary },
    handle: async (request, reply) => handle(request, reply, await own(request)),
  })

  return [
    lookPage(URL, 'The account of whoever has signed in', async (request, reply) => {
      const account = await own(request)
      const current = (await visitors.session(request))?.hash
      const times = frame.times(request)
      const sessions = await store.sessions.list(clock.now(), account.id)
      return frame.page(request, reply, 'dashboard/account', {
        title: 'Your account',
        account,
        isSettled: isSettled(account),
        recoveryLeft: await store.accounts.recoveryLeft(account.id),
        sessions: sessions.map((session) => ({
          ...session,
          seen: times.show(session.seenAt),
          isThis: session.hash === current,
        })),
      })
    }),

    change('password', 'Chooses another password', async (request, reply, account) => {
      if (isSettled(account)) return back(reply, 'bad', 'The setting ADMIN_PASSWORD decides this.')
      const password = field(request.body, 'password')
      const fault = faultOfPassword({ password, again: field(request.body, 'again') }, account.name)
      if (fault) return back(reply, 'bad', pages.say(fault))
      if (!(await knowsPassword(request, account))) return back(reply, 'bad', WRONG)
      await store.accounts.setPassword(account.id, await hashPassword(password))
      await changed(request, reply, account, 'user password')
      return back(reply, 'good', 'Your password is changed; other browsers are signed out.')
    }),

    change('codes', 'Prepares one-time codes', async (request, reply, account) => {
      if (account.secondFactor) return reply.redirect(URL, 303)
      if (!(await knowsPassword(request, account))) return back(reply, 'bad', WRONG)
      await store.accounts.prepareSecondFactor(account.id, makeSecret())
      return reply.redirect(`${URL}/codes`, 303)
    }),

    lookPage(`${URL}/codes`, 'Shows what an authenticator app scans', async (request, reply) => {
      const account = await own(request)
      const secret = await store.accounts.preparedSecondFactor(account.id)
      if (secret === null) return reply.redirect(URL, 303)
      return frame.page(request, reply, 'dashboard/account-codes', {
        title: 'Set up one-time codes',
        qr: qrCode(otpauthUrl(secret, account.name, ISSUER)),
        secret: secret.replace(/.{4}(?=.)/g, '$& '),
      })
    }),

    change('codes/start', 'Takes the first one-time code', async (request, reply, account) => {
      const secret = await store.accounts.preparedSecondFactor(account.id)
      if (secret === null) return reply.redirect(URL, 303)
      const step = stepOfCode(secret, field(request.body, 'code'), Date.parse(clock.now()))
      if (step === null) {
        leaveNotice(reply, {
          tone: 'bad',
          title: 'That is not the code of this moment.',
          lines: [],
        })
        return reply.redirect(`${URL}/codes`, 303)
      }
      const codes = makeRecoveryCodes()
      const hashes = codes.map(hashRecoveryCode)
      await store.accounts.startSecondFactor(account.id, step, hashes, clock.now())
      await changed(request, reply, account, 'user codes-on')
      const title = 'One-time codes are on'
      return frame.page(request, reply, 'dashboard/account-recovery', { title, codes })
    }),

    change('codes/end', 'Ends one-time codes', async (request, reply, account) => {
      if (!(await knowsPassword(request, account))) return back(reply, 'bad', WRONG)
      await store.accounts.endSecondFactor(account.id)
      await changed(request, reply, account, 'user codes-off')
      return back(reply, 'good', 'One-time codes are off.')
    }),

    change('sessions/end', 'Ends a session of one’s own', async (request, reply, { id }) => {
      await store.sessions.end(field(request.body, 'id'), id)
      return back(reply, 'good', 'That browser is signed out.')
    }),
  ]
}

const WRONG = 'Password or code is wrong; wait a minute after several tries.'
