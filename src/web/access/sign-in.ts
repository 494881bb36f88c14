import type { FastifyRequest } from 'fastify'
import type { Credentials } from '../../store/accounts.ts'
import { isPassword, PasswordsBusy } from '../../store/passwords.ts'
import type { Deps } from '../../workers/stage.ts'
import { createGuesses } from '../guesses.ts'
import { Refusal } from '../refusal.ts'
import type { Visitors } from '../visitors.ts'
import { hashRecoveryCode } from './recovery.ts'
import { stepOfCode } from './totp.ts'

/** Wrong guesses at one name in a quarter of an hour, from wherever: 2,880 a day. */
const AT_NAME = { most: 30, windowMs: 15 * 60_000 }

/** No name is longer; what is counts as one. */
const NAME_CHARS_MAX = 64

type Given = { readonly name: string; readonly password: string; readonly code: string }

/** The account that signs in, or after how many seconds another try is worth it. */
type Answer = { readonly accountId: string } | { readonly waitSeconds: number }

export type CheckSignIn = (request: FastifyRequest, given: Given) => Promise<Answer>

/**
 * Checks who signs in. Whether the name, the password or the code was wrong is told to nobody, not
 * by the time it takes either; a name that nobody has is held up just as one that somebody has.
 */
export function createSignIn(
  visitors: Pick<Visitors, 'guesses' | 'refuse'>,
  deps: Pick<Deps, 'store' | 'clock'>,
): CheckSignIn {
  const { accounts } = deps.store
  const networks = visitors.guesses
  const names = createGuesses('name', AT_NAME, deps)

  async function passes({ id, secondFactor }: Credentials, code: string): Promise<boolean> {
    if (secondFactor === null) return true
    const step = stepOfCode(secondFactor.secret, code, Date.parse(deps.clock.now()))
    if (step !== null) return accounts.takeStep(id, step)
    return accounts.takeRecovery(id, hashRecoveryCode(code))
  }

  return async (request, { name, password, code }) => {
    const key = name.replaceAll('\0', '').trim().toLowerCase().slice(0, NAME_CHARS_MAX)
    const known = Math.max(names.held(key), networks.held(request))
    // Both are counted before anything is waited for, and before it is known whether it is right.
    const waitSeconds =
      known || Math.max(...(await Promise.all([networks.take(request), names.take(key)])))
    if (waitSeconds > 0) return { waitSeconds }
    const account = await accounts.credentials(key)
    const right = await isPassword(password, account?.password ?? null).catch(turnAway)
    if (account && right && (await passes(account, code))) {
      await Promise.all([networks.forgive(request), names.forgive(key)])
      return { accountId: account.id }
    }
    // Operators are told a name only by those who know its password.
    await visitors.refuse(request, account && right ? `code of ${key}` : 'password')
    return { waitSeconds: 0 }
  }
}

function turnAway(error: unknown): never {
  throw error instanceof PasswordsBusy ? new Refusal(503, 'busy') : error
}
