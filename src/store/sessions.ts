import type { Instant, UserRole } from '../model.ts'
import type { Db } from './db.ts'

/** A session that nobody used for so long is over. */
const IDLE_MS = 12 * 3_600_000
/** So is one that is this old. */
export const SESSION_MS = 7 * 86_400_000
/** How exactly it is known when one was last used. */
const SEEN_MS = 60_000

/** How much is kept of what a browser says of itself. */
const AGENT_CHARS_MAX = 200

/** A session, named by the hash of what its cookie holds. */
export type Session = {
  readonly hash: string
  readonly createdAt: Instant
  readonly seenAt: Instant
  readonly endsAt: Instant
  readonly address: string
  readonly agent: string
}

/** Who has signed in. */
export type SignedIn = {
  readonly hash: string
  readonly accountId: string
  readonly name: string
  readonly role: UserRole
}

export function createSessions(db: Db) {
  const living = (now: Instant) =>
    db
      .selectFrom('session')
      .innerJoin('user_account', 'user_account.id', 'session.account_id')
      .where('ends_at', '>', now)
      .where('seen_at', '>', earlier(now, IDLE_MS))
  return {
    async start(
      accountId: string,
      session: Pick<Session, 'hash' | 'address' | 'agent'>,
      now: Instant,
    ): Promise<void> {
      await db
        .insertInto('session')
        .values({
          ...session,
          agent: session.agent.slice(0, AGENT_CHARS_MAX),
          account_id: accountId,
          created_at: now,
          seen_at: now,
          ends_at: new Date(Date.parse(now) + SESSION_MS).toISOString(),
        })
        .execute()
    },

    /** Whose session it is, and notes that it was used. */
    async use(hash: string, now: Instant): Promise<SignedIn | null> {
      const row = await living(now)
        .select(['hash', 'account_id as accountId', 'name', 'role', 'seen_at'])
        .where('hash', '=', hash)
        .executeTakeFirst()
      if (!row) return null
      const { seen_at: seenAt, ...signedIn } = row
      if (seenAt < earlier(now, SEEN_MS))
        await db.updateTable('session').set({ seen_at: now }).where('hash', '=', hash).execute()
      return signedIn
    },

    /** Those that run, the last used first; of all accounts where none is named. */
    list: (now: Instant, accountId?: string): Promise<(Session & { name: string })[]> =>
      living(now)
        .select([
          'hash',
          'name',
          'session.created_at as createdAt',
          'seen_at as seenAt',
          'ends_at as endsAt',
          'address',
          'agent',
        ])
        .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId ?? ''))
        .orderBy('seen_at', 'desc')
        .execute(),

    /** @param accountId whose session it must be; anybody's where absent. */
    async end(hash: string, accountId?: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('session')
        .where('hash', '=', hash)
        .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId ?? ''))
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    async endAll(accountId: string): Promise<void> {
      await db.deleteFrom('session').where('account_id', '=', accountId).execute()
    },

    /** Forgets those that are over. */
    async prune(now: Instant): Promise<void> {
      await db
        .deleteFrom('session')
        .where((row) =>
          row.or([row('ends_at', '<=', now), row('seen_at', '<=', earlier(now, IDLE_MS))]),
        )
        .execute()
    },
  }
}

const earlier = (now: Instant, ms: number): Instant => new Date(Date.parse(now) - ms).toISOString()
