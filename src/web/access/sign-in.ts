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
const GUESSES_AT_NAME = 30
const NAME_WINDOW_MS = 15 * 60_000

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
export function createSignIn(visitors: Visitors, deps: Pick<Deps, 'store' | 'clock'>): CheckSignIn {
  const { accounts } = deps.store
  const names = createGuesses(GUESSES_AT_NAME, NAME_WINDOW_MS)
  const now = () => Date.parse(deps.clock.now())

  async function passes({ id, secondFactor }: Credentials, code: string): Promise<boolean> {
    if (secondFactor === null) return true
    const step = stepOfCode(secondFactor.secret, code, now())
    if (step !== null) return accounts.takeStep(id, step)
    return accounts.takeRecovery(id, hashRecoveryCode(code))
  }

  return async (request, { name, password, code }) => {
    const key = name.trim().toLowerCase().slice(0, NAME_CHARS_MAX)
    const waitSeconds = Math.max(visitors.waitSeconds(request), names.waitSeconds(key, now()))
    if (waitSeconds > 0) return { waitSeconds }
    visitors.note(request)
    names.note(key, now())
    const known = await accounts.credentials(key)
    const right = await isPassword(password, known?.password ?? null).catch(turnAway)
    if (!known || !right || !(await passes(known, code))) return { waitSeconds: 0 }
    visitors.forgive(request)
    names.forgive(key)
    return { accountId: known.id }
  }
}

function turnAway(error: unknown): never {
  throw error instanceof PasswordsBusy ? new Refusal(503, 'busy') : error
}
