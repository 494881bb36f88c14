import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { USER_ROLES } from '../model.ts'
import type { Account } from '../store/accounts.ts'
import { hashKey, makeKey } from '../store/keys.ts'
import type { Deps } from '../workers/stage.ts'
import { difference } from './changes.ts'
import { columns, command } from './command.ts'

/** How long a one-time link lets one choose a password. */
const LINK_HOURS = 72
const HOUR_MS = 3_600_000

/** Names are compared as they stand: lower case, and nothing that looks like something else. */
const userName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@+-]{0,63}$/, 'letters, digits and ._@+- only, 64 at most')

export const role = z.enum(USER_ROLES, `expected one of ${USER_ROLES.join(', ')}`)

const ROLE_HELP = 'viewer sees, editor decides over stories, operator runs it, admin gives access'
const target = z.object({ name: userName.describe('Name of the account') })

/** Gives an account a new one-time link; what let its owner in before no longer does. */
export async function offerLink(id: string, { store, clock, publicUrl }: Deps) {
  const key = makeKey()
  const linkUntil = new Date(Date.parse(clock.now()) + LINK_HOURS * HOUR_MS).toISOString()
  await store.accounts.reset(id, hashKey(key), linkUntil)
  return { link: `${publicUrl()}/admin/welcome/${key}`, linkUntil }
}

export const add = command({
  name: 'user add',
  summary: 'Make an account, and print the link with which its owner chooses a password.',
  input: target.extend({ role: role.default('viewer').describe(ROLE_HELP) }),
  positional: ['name'],
  changes: true,
  needs: 'admin',
  tellsKey: true,
  async run({ name, role }, { deps, out, record, undo }) {
    if (!(await deps.store.accounts.add(name, role, deps.clock.now())))
      throw new DoseError('USAGE', `user ${name} is there already; see \`dose user set\`.`)
    record({ role })
    undo('user remove', { name })
    const { id } = await findUser(name, deps)
    out({ name, role, ...(await offerLink(id, deps)) })
    return 0
  },
  show: showLink,
})

export const list = command({
  name: 'user list',
  summary: 'List the accounts: their roles, second factors, sessions and links not used yet.',
  input: z.object({}),
  positional: [],
  changes: false,
  needs: 'admin',
  async run(_input, { deps, out }) {
    const { store, clock } = deps
    const sessions = await store.sessions.list(clock.now())
    for (const { id: _, ...account } of await store.accounts.list()) {
      const own = sessions.filter(({ name }) => name === account.name)
      out({ ...account, sessions: own.length, seenAt: own[0]?.seenAt ?? null })
    }
    return 0
  },
  show: columns('name', 'role', 'secondFactor', 'sessions', 'seenAt', 'linkUntil'),
})

export const set = command({
  name: 'user set',
  summary: 'Give an account another role; it has to sign in again.',
  input: target.extend({ role: role.describe(ROLE_HELP) }),
  positional: ['name'],
  changes: true,
  needs: 'admin',
  async run({ name, role }, { deps, actor, out, record, undo }) {
    const account = await findUser(name, deps)
    const changed = difference(account, { role })
    if (account.role !== role) {
      refuseSelf(account, actor.name)
      refuseSettled(account, deps)
      refuseProvided(account)
      await deps.store.accounts.setRole(account.id, role)
      undo('user set', { name, role: account.role })
    }
    record({ changed })
    out({ name, role, changed })
    return 0
  },
  show: columns('name', 'role'),
})

export const remove = command({
  name: 'user remove',
  summary: 'Remove an account; its sessions end.',
  input: target,
  positional: ['name'],
  changes: true,
  needs: 'admin',
  async run({ name }, { deps, actor, out, record }) {
    const account = await findUser(name, deps)
    refuseSelf(account, actor.name)
    refuseSettled(account, deps)
    await deps.store.accounts.remove(account.id)
    record({ role: account.role })
    out({ name, removed: true })
    return 0
  },
  show: (row) => `${row.name} removed`,
})

export const reset = command({
  name: 'user reset',
  summary: 'Take password and second factor away, and print the link to choose a new password.',
  input: target,
  positional: ['name'],
  changes: true,
  needs: 'admin',
  tellsKey: true,
  async run({ name }, { deps, out }) {
    const account = await findUser(name, deps)
    refuseSettled(account, deps)
    refuseProvided(account)
    out({ name, role: account.role, ...(await offerLink(account.id, deps)) })
    return 0
  },
  show: showLink,
})

/** @throws {DoseError} NOT_FOUND */
async function findUser(name: string, { store }: Pick<Deps, 'store'>): Promise<Account> {
  const account = await store.accounts.find(name)
  if (!account) throw new DoseError('NOT_FOUND', `user ${name}`)
  return account
}

/** Whoever acts stays an admin, so that there always is one. */
function refuseSelf({ name }: Account, actor: string): void {
  if (name === actor)
    throw new DoseError('USAGE', `user ${name}: that is you; another admin may do it.`)
}

/** The account whose password stands in the settings would be there again at the next start. */
function refuseSettled({ name }: Account, { config }: Deps): void {
  if (name === 'admin' && config.ADMIN_PASSWORD)
    throw new DoseError(
      'USAGE',
      'user admin: the setting ADMIN_PASSWORD keeps it; unset that first.',
    )
}

/** What a provider decides would be otherwise again at the next sign-in. */
function refuseProvided({ name, issuer }: Account): void {
  if (issuer !== null)
    throw new DoseError(
      'USAGE',
      `user ${name} signs in with ${issuer}, which keeps the password; OIDC_ROLES gives the role.`,
    )
}

function showLink(row: Readonly<Record<string, unknown>>): string {
  return `${row.name} (${row.role}) chooses a password here until ${row.linkUntil}:\n${row.link}`
}
