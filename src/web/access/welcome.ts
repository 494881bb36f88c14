import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from '../../store/accounts.ts'
import { hashKey } from '../../store/keys.ts'
import { hashPassword } from '../../store/passwords.ts'
import { addressOf } from '../guesses.ts'
import { Refusal } from '../refusal.ts'
import { field, param } from '../route.ts'
import type { Web } from '../server.ts'
import { faultOfPassword, type PasswordFault } from './password-rule.ts'

/** Where a one-time link leads: its holder chooses a password, and is signed in. */
export function welcomePages({ deps, pages, visitors }: Web) {
  const { store, clock } = deps

  async function invited(request: FastifyRequest): Promise<Account> {
    const account = await store.accounts.byLink(hashKey(param(request, 'key')), clock.now())
    if (!account) throw new Refusal(404, 'link')
    return account
  }

  const print = (reply: FastifyReply, { name, role }: Account, fault: PasswordFault | null) =>
    reply.code(fault ? 400 : 200).send(
      pages.print('web/welcome', {
        title: pages.say('welcome', { name }),
        token: reply.generateCsrf(),
        name,
        role: pages.say(`${role}Role`),
        problem: fault && pages.say(fault),
      }),
    )

  return {
    async form(request: FastifyRequest, reply: FastifyReply) {
      return print(reply, await invited(request), null)
    },

    async choose(request: FastifyRequest, reply: FastifyReply) {
      const account = await invited(request)
      const password = field(request.body, 'password')
      const fault = faultOfPassword({ password, again: field(request.body, 'again') }, account.name)
      if (fault) return print(reply, account, fault)
      const link = hashKey(param(request, 'key'))
      const hash = await hashPassword(password)
      if (!(await store.accounts.chooseByLink(link, hash, clock.now())))
        throw new Refusal(404, 'link')
      const actor = { name: account.name, address: addressOf(request) }
      await store.audit.write(actor, 'user welcome', account.name, {}, clock.now())
      await visitors.signIn(request, reply, account.id)
      return reply.redirect('/admin', 303)
    },
  }
}
