import { createHash } from 'node:crypto'
import { Kysely, PostgresDialect, type PostgresPool, sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>
/** Both: most queries do not care whether they stand in a transaction. */
export type Rows = Db | Tx

/** One dialect for PGlite and servers: both come as a `pg.Pool`. */
export function openDb(pool: unknown): Db {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: pool as PostgresPool }),
  }).withSchema('dose')
}

/**
 * A short id that depends on its parts alone, so that the same thing gets the same id whoever
 * stores it, and storing it twice is noticed: 80 bits of SHA-256 in base 36 behind a letter.
 */
export function idOf(letter: string, ...parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 20)
  return letter + BigInt(`0x${digest}`).toString(36).padStart(16, '0')
}

/**
 * Reads by indexes wherever there are any. The planner takes a row whose pool lies elsewhere to be as
 * cheap to look into as a short one, and would look into all pools of a year rather than into an index.
 */
export const byIndex = <T>(db: Db, read: (tx: Tx) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx)
    return read(tx)
  })

/** Rows go to the database in slices: PostgreSQL takes 65,535 parameters a statement at most. */
export function* slices<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
