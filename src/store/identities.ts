import type { Instant, UserRole } from '../model.ts'
import { type Db, idOf } from './db.ts'

/** How a provider names somebody: the subject alone is another person elsewhere. */
export type Identity = { readonly issuer: string; readonly subject: string }

type Known = { readonly id: string; readonly name: string; readonly role: UserRole }

/** Accounts of people for whom a provider vouches. */
export function createIdentities(db: Db) {
  const find = ({ issuer, subject }: Identity): Promise<Known | undefined> =>
    db
      .selectFrom('user_account')
      .select(['id', 'name', 'role'])
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst()

  /** Makes the account under the first of the names that is free. */
  async function make(
    identity: Identity,
    role: UserRole,
    names: readonly string[],
    now: Instant,
  ): Promise<Known> {
    const id = idOf('w', identity.issuer, identity.subject)
    for (const name of names) {
      await db
        .insertInto('user_account')
        .values({ id, name, role, ...identity, created_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const made = await find(identity)
      if (made) return made
    }
    throw new Error(`none of these names is free: ${names.join(', ')}`)
  }

  return {
    /** The account of an identity, made when it comes first. Another role than before ends its sessions. */
    async enter(
      identity: Identity,
      role: UserRole,
      names: readonly string[],
      now: Instant,
    ): Promise<Omit<Known, 'role'>> {
      const known = (await find(identity)) ?? (await make(identity, role, names, now))
      if (known.role !== role)
        await db.transaction().execute(async (tx) => {
          await tx.deleteFrom('session').where('account_id', '=', known.id).execute()
          await tx.updateTable('user_account').set({ role }).where('id', '=', known.id).execute()
        })
      return known
    },

    /** Signs an identity out everywhere. */
    async shutOut({ issuer, subject }: Identity): Promise<void> {
      await db
        .deleteFrom('session')
        .where('account_id', 'in', (row) =>
          row
            .selectFrom('user_account')
            .select('id')
            .where('issuer', '=', issuer)
            .where('subject', '=', subject),
        )
        .execute()
    },
  }
}
