import { randomInt, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { PoolClient } from 'pg'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'
import { releaseLetters } from './letters.ts'

/** One process that sends mail, known by an advisory lock its own connection holds. */
export type Sender = {
  readonly id: string
  /** `false` when the connection with the lock is gone: others take this sender for dead. */
  isAlive(): Promise<boolean>
  /** Settles what it had claimed, or leaves that to `reapDead`, and gives its connection back. */
  close(now: Instant): Promise<void>
}

/**
 * Who is sending. A sender is dead when its lock can be taken, which happens only when its
 * connection has ended: a process that is merely slow or stopped keeps its connection and so its
 * claims. PGlite has one session and one process, where every sender but this one is dead.
 */
export function createSenders(
  db: Db,
  kind: 'pglite' | 'postgres',
  connect: () => Promise<unknown>,
) {
  /** Senders of this process: known before their rows are, so that none is taken for dead. */
  const mine = new Set<string>()
  return {
    async register(now: Instant): Promise<Sender> {
      const id = randomUUID()
      const lockKey = randomInt(2 ** 47)
      const client = kind === 'postgres' ? ((await connect()) as PoolClient) : null
      mine.add(id)
      let open = true
      const letGo = () => {
        mine.delete(id)
        if (open) client?.release(true) // destroyed, not reused: that ends the lock
        open = false
      }
      try {
        await client?.query('select pg_advisory_lock($1)', [lockKey])
        await db.insertInto('sender').values({ id, started_at: now, lock_key: lockKey }).execute()
      } catch (error) {
        letGo()
        throw error
      }
      return {
        id,
        isAlive: () => (client ? alive(client) : Promise.resolve(true)),
        async close(at) {
          await reap(db, id, at).catch(() => undefined) // the server is away: its row stays
          letGo()
        },
      }
    },

    /**
     * Settles what dead senders left: `claimed` returns to `planned`, since nothing of it left;
     * `submitted` becomes `unknown`, since nobody can tell whether it arrived.
     *
     * @returns how many senders were dead.
     */
    async reapDead(now: Instant): Promise<number> {
      const others = await db.selectFrom('sender').selectAll().execute()
      let dead = 0
      for (const sender of others) {
        if (mine.has(sender.id) || !(await isDead(db, kind, sender.lock_key))) continue
        await reap(db, sender.id, now)
        dead++
      }
      return dead
    },
  }
}

async function alive(client: PoolClient): Promise<boolean> {
  try {
    await client.query('select 1')
    return true
  } catch {
    return false
  }
}

/** Takes the lock for a moment, within one transaction that gives it back. */
async function isDead(db: Db, kind: 'pglite' | 'postgres', lockKey: number): Promise<boolean> {
  if (kind === 'pglite') return true
  const { rows } = await sql<{ free: boolean }>`
    select pg_try_advisory_xact_lock(${lockKey}::bigint) as free`.execute(db)
  return rows[0]?.free ?? false
}

const reap = (db: Db, senderId: string, now: Instant): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await tx
      .updateTable('delivery')
      .set({ state: 'planned', sender_id: null, at: now })
      .where('sender_id', '=', senderId)
      .where('state', '=', 'claimed')
      .execute()
    await tx
      .updateTable('delivery')
      .set({
        state: 'unknown',
        reason: 'the sending process ended before the mail server replied',
        at: now,
      })
      .where('sender_id', '=', senderId)
      .where('state', '=', 'submitted')
      .execute()
    await releaseLetters(tx, senderId, now)
    await tx.deleteFrom('sender').where('id', '=', senderId).execute()
  })
