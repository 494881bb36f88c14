import { sql } from 'kysely'
import type { Db, Tx } from './db.ts'

/** The right to do something alone, for a while; `fence` grows with every new holder. */
export type Lease = { readonly name: string; readonly holder: string; readonly fence: number }

/** Thrown inside a transaction whose lease has gone to another; the transaction is undone. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export function createLeases(db: Db) {
  return {
    /** Takes or renews a lease; `null` while another holds it. The database's clock decides. */
    async take(name: string, holder: string, ttlMs: number): Promise<Lease | null> {
      const { rows } = await sql<{ fence: number }>`
        insert into dose.lease as l (name, holder, fence, expires_at)
        values (${name}, ${holder}, 1, clock_timestamp() + ${ttlMs} * interval '1 ms')
        on conflict (name) do update
          set holder = excluded.holder, expires_at = excluded.expires_at,
              fence = l.fence + case when l.holder = excluded.holder then 0 else 1 end
          where l.holder = excluded.holder or l.expires_at < clock_timestamp()
        returning fence`.execute(db)
      return rows[0] ? { name, holder, fence: rows[0].fence } : null
    },

    async release(lease: Lease): Promise<void> {
      await sql`update dose.lease set expires_at = clock_timestamp() - interval '1 s'
        where name = ${lease.name} and holder = ${lease.holder} and fence = ${lease.fence}`.execute(
        db,
      )
    },
  }
}

/** Within a transaction: nobody else can take the lease until it ends. @throws {LeaseLost} */
export async function holdLease(tx: Tx, lease: Lease): Promise<void> {
  const row = await tx
    .selectFrom('lease')
    .select('fence')
    .where('name', '=', lease.name)
    .where('holder', '=', lease.holder)
    .where('fence', '=', lease.fence)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new LeaseLost(`lease ${lease.name} has gone to another holder`)
}
