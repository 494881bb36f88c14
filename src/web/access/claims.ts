import { createHash } from 'node:crypto'
import type { Config } from '../../config.ts'
import type { Claims } from '../../io/oidc.ts'
import { hasRole, type UserRole } from '../../model.ts'

/** The account that a start without accounts makes, and that of ADMIN_PASSWORD. */
const RESERVED = 'admin'
const NAME_CHARS_MAX = 50
const SUFFIX_CHARS = 8

/** The highest role that the setting OIDC_ROLES gives for what a provider tells; `null` for none. */
export function roleOfClaims(rules: Config['OIDC_ROLES'], claims: Claims): UserRole | null {
  const roles = rules
    .filter(({ claim, value }) => wordsOf(claims[claim]).includes(value))
    .map(({ role }) => role)
  return roles.reduce<UserRole | null>(
    (best, role) => (best !== null && hasRole({ role: best }, role) ? best : role),
    null,
  )
}

/** A claim is a text, a number, a truth, or a list of these. */
const wordsOf = (claim: unknown): string[] =>
  [claim]
    .flat()
    .filter((one) => ['string', 'number', 'boolean'].includes(typeof one))
    .map(String)

/**
 * Names for a new account, the nicest first; the last is nobody else's. An account that is there
 * already is never taken over by its name.
 */
export function namesOfClaims({ iss, sub, ...claims }: Claims): string[] {
  const told = [claims.preferred_username, claims.email].find((name) => typeof name === 'string')
  const plain = String(told ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9._@+-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, NAME_CHARS_MAX)
  const hash = createHash('sha256').update(`${iss}\n${sub}`).digest('hex').slice(0, SUFFIX_CHARS)
  if (plain === '') return [`user-${hash}`]
  return plain === RESERVED ? [`${plain}-${hash}`] : [plain, `${plain}-${hash}`]
}
