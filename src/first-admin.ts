import { offerLink } from './commands/user.ts'
import { hashPassword, isPassword } from './store/passwords.ts'
import type { Deps } from './workers/stage.ts'

const NAME = 'admin'

/**
 * Sees to it that somebody can get in: with ADMIN_PASSWORD the account `admin` has that password,
 * whatever it had before; without, the first start makes the account and a link to choose one.
 *
 * @returns the link, at the first start only.
 */
export async function openFirstDoor(
  adminPassword: string | undefined,
  deps: Deps,
): Promise<string | null> {
  const { accounts } = deps.store
  const now = deps.clock.now()
  if (adminPassword === undefined) {
    if ((await accounts.some()) || !(await accounts.add(NAME, 'admin', now))) return null
    const account = await accounts.find(NAME)
    return account ? (await offerLink(account.id, deps)).link : null
  }
  await accounts.add(NAME, 'admin', now)
  const account = await accounts.find(NAME)
  const known = await accounts.credentials(NAME)
  if (account === undefined || known === undefined) return null
  if (account.role !== 'admin') await accounts.setRole(account.id, 'admin')
  if (!(await isPassword(adminPassword, known.password)))
    await accounts.setPassword(account.id, await hashPassword(adminPassword)) // ends its sessions
  return null
}
