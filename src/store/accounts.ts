import type { Instant, UserRole } from '../model.ts'
import { type Db, idOf } from './db.ts'
import { seal, sealingKey, unseal } from './sealing.ts'

/** What is shown of an account. */
export type Account = {
  readonly id: string
  readonly name: string
  readonly role: UserRole
  /** Whether a password was chosen, or none is needed. */
  readonly ready: boolean
  /** The provider with which its owner signs in; `null` where a password of ours does. */
  readonly issuer: string | null
  readonly secondFactor: boolean
  readonly linkUntil: Instant | null
  readonly createdAt: Instant
}

/** What signing in is checked against. Never logged, never printed. */
export type Credentials = {
  readonly id: string
  readonly password: string | null
  /** `null` where no second factor is in use. */
  readonly secondFactor: { readonly secret: string; readonly step: number } | null
}

/**
 * Accounts of people. Whoever gets a new password, role or second factor has to sign in anew.
 *
 * @param signingSecret resolves to the installation's secret.
 * @param pepper the setting SECRETS_KEY.
 */
export function createAccounts(db: Db, signingSecret: () => Promise<string>, pepper: string) {
  let made: Promise<Buffer> | null = null
  const key = () => {
    made ??= signingSecret().then((secret) => sealingKey(secret, pepper, 'second factor'))
    return made
  }
  const shown = () =>
    db
      .selectFrom('user_account')
      .select((row) => [
        'id',
        'name',
        'role',
        'issuer',
        'link_until as linkUntil',
        'created_at as createdAt',
        row.or([row('password', 'is not', null), row('issuer', 'is not', null)]).as('ready'),
        row('second_factor_since', 'is not', null).as('secondFactor'),
      ])
  /** Changes an account and ends its sessions, both or neither. */
  const change = (id: string, values: Change) =>
    db.transaction().execute(async (tx) => {
      await tx.deleteFrom('session').where('account_id', '=', id).execute()
      const { numUpdatedRows } = await tx
        .updateTable('user_account')
        .set(values)
        .where('id', '=', id)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    })

  return {
    list: (): Promise<Account[]> => shown().orderBy('name').execute() as Promise<Account[]>,

    find: (name: string): Promise<Account | undefined> =>
      shown().where('name', '=', name).executeTakeFirst() as Promise<Account | undefined>,

    get: (id: string): Promise<Account | undefined> =>
      shown().where('id', '=', id).executeTakeFirst() as Promise<Account | undefined>,

    /** @returns whether it was added; an account with that name stays as it is. */
    async add(name: string, role: UserRole, now: Instant): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('user_account')
        .values({ id: idOf('w', name, now), name, role, created_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return Boolean(numInsertedOrUpdatedRows)
    },

    /** @returns whether there is any account at all. */
    async some(): Promise<boolean> {
      return (await db.selectFrom('user_account').select('id').limit(1).execute()).length > 0
    },

    setRole: (id: string, role: UserRole) => change(id, { role }),

    setPassword: (id: string, password: string) =>
      change(id, { password, link_hash: null, link_until: null }),

    /** Takes password and second factor away; whoever holds the link chooses a new password. */
    reset: (id: string, linkHash: string, until: Instant) =>
      change(id, {
        password: null,
        link_hash: linkHash,
        link_until: until,
        ...NO_SECOND_FACTOR,
      }),

    /** Whom a one-time link was made for, while it holds. */
    byLink: (linkHash: string, now: Instant): Promise<Account | undefined> =>
      shown()
        .where('link_hash', '=', linkHash)
        .where('link_until', '>', now)
        .executeTakeFirst() as Promise<Account | undefined>,

    /** Uses up a link. @returns whether it still held, for of two who use it one comes first. */
    async chooseByLink(linkHash: string, password: string, now: Instant): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('user_account')
        .set({ password, link_hash: null, link_until: null })
        .where('link_hash', '=', linkHash)
        .where('link_until', '>', now)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('user_account').where('id', '=', id).execute()
    },

    async credentials(name: string): Promise<Credentials | undefined> {
      const row = await db
        .selectFrom('user_account')
        .select(['id', 'password', 'second_factor', 'second_factor_since', 'second_factor_step'])
        .where('name', '=', name)
        .executeTakeFirst()
      if (!row) return undefined
      const { id, password, second_factor: sealed } = row
      if (sealed === null || row.second_factor_since === null)
        return { id, password, secondFactor: null }
      const secret = unseal(await key(), placeOf(id), sealed)
      // What no longer opens lets nobody in: an admin resets the account.
      if (secret === null) return { id, password: null, secondFactor: null }
      return { id, password, secondFactor: { secret, step: Number(row.second_factor_step) } }
    },

    /** Keeps the secret of a second factor that is not in use yet. */
    async prepareSecondFactor(id: string, secret: string): Promise<void> {
      await db
        .updateTable('user_account')
        .set({ second_factor: seal(await key(), placeOf(id), secret) })
        .where('id', '=', id)
        .where('second_factor_since', 'is', null)
        .execute()
    },

    /** The secret that waits for its first code. */
    async preparedSecondFactor(id: string): Promise<string | null> {
      const row = await db
        .selectFrom('user_account')
        .select('second_factor')
        .where('id', '=', id)
        .where('second_factor_since', 'is', null)
        .executeTakeFirst()
      return row?.second_factor ? unseal(await key(), placeOf(id), row.second_factor) : null
    },

    startSecondFactor: (id: string, step: number, recovery: readonly string[], now: Instant) =>
      change(id, {
        second_factor_since: now,
        second_factor_step: step,
        recovery: [...recovery],
      }),

    endSecondFactor: (id: string) => change(id, NO_SECOND_FACTOR),

    /** Takes the code of a step. @returns false when that step or a later one was taken before. */
    async takeStep(id: string, step: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('user_account')
        .set({ second_factor_step: step })
        .where('id', '=', id)
        .where('second_factor_step', '<', step)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** Uses up a recovery code. @returns whether there was such a one. */
    async takeRecovery(id: string, hash: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('user_account')
        .set((row) => ({ recovery: row.fn('array_remove', ['recovery', row.val(hash)]) }))
        .where('id', '=', id)
        .where((row) => row(row.val(hash), '=', row.fn.any('recovery')))
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async recoveryLeft(id: string): Promise<number> {
      const row = await db
        .selectFrom('user_account')
        .select('recovery')
        .where('id', '=', id)
        .executeTakeFirst()
      return row?.recovery.length ?? 0
    },
  }
}

type Change = {
  readonly role?: UserRole
  readonly password?: string | null
  readonly link_hash?: string | null
  readonly link_until?: Instant | null
  readonly second_factor?: string | null
  readonly second_factor_since?: Instant | null
  readonly second_factor_step?: number
  readonly recovery?: string[]
}

const NO_SECOND_FACTOR: Change = {
  second_factor: null,
  second_factor_since: null,
  second_factor_step: 0,
  recovery: [],
}

const placeOf = (id: string): string => `account\n${id}`
