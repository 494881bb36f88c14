import type { Instant, UserRole } from '../model.ts'
import { type Db, idOf } from './db.ts'

/** How exactly it is known when a token was last used. */
const USED_MS = 60_000

/** A token of a script, without the token. */
export type ApiToken = {
  readonly name: string
  readonly role: UserRole
  /** The nouns whose commands it may run; `null` for all. */
  readonly nouns: readonly string[] | null
  readonly createdAt: Instant
  readonly endsAt: Instant | null
  readonly usedAt: Instant | null
}

export function createTokens(db: Db) {
  const shown = () =>
    db
      .selectFrom('api_token')
      .select([
        'name',
        'role',
        'nouns',
        'created_at as createdAt',
        'ends_at as endsAt',
        'used_at as usedAt',
      ])
  return {
    list: (): Promise<ApiToken[]> => shown().orderBy('name').execute(),

    /** @returns whether it was added; one with that name stays as it is. */
    async add(
      hash: string,
      token: Pick<ApiToken, 'name' | 'role' | 'nouns' | 'endsAt'>,
      now: Instant,
    ): Promise<boolean> {
      const { name, role, nouns, endsAt } = token
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('api_token')
        .values({
          id: idOf('k', name, now),
          name,
          hash,
          role,
          nouns: nouns && [...nouns],
          created_at: now,
          ends_at: endsAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return Boolean(numInsertedOrUpdatedRows)
    },

    async remove(name: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('api_token')
        .where('name', '=', name)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    /** Which token hashes to this, and notes that it was used. */
    async use(hash: string, now: Instant): Promise<ApiToken | undefined> {
      const token = await shown()
        .where('hash', '=', hash)
        .where((row) => row.or([row('ends_at', 'is', null), row('ends_at', '>', now)]))
        .executeTakeFirst()
      const stale = new Date(Date.parse(now) - USED_MS).toISOString()
      if (token && (token.usedAt === null || token.usedAt < stale))
        await db.updateTable('api_token').set({ used_at: now }).where('hash', '=', hash).execute()
      return token
    },
  }
}
