import pg from 'pg'
import { DoseError } from '../errors.ts'

export type PgResult = {
  readonly rows: unknown[]
  readonly rowCount: number | null
  readonly command?: string
}
/** The part of `pg.PoolClient` that Kysely and BullMQ use. */
export type PgClient = {
  query(text: string, values?: readonly unknown[]): Promise<PgResult>
  release(destroy?: boolean): void
}
/** The part of `pg.Pool` that Kysely and BullMQ use. */
export type PgPool = {
  connect(): Promise<PgClient>
  query(text: string, values?: readonly unknown[]): Promise<PgResult>
  end(): Promise<void>
}

/** Counters fit a number; instants are text everywhere in the model. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === pg.types.builtins.INT8) return Number
    if (oid === pg.types.builtins.TIMESTAMPTZ)
      return (value: string) => new Date(value).toISOString()
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

/** A statement that waits longer than this for a connection fails instead of hanging. */
const CONNECT_TIMEOUT_MS = 10_000

/**
 * A pool on a PostgreSQL server.
 *
 * @param searchPath for statements that do not name their schema (BullMQ's).
 * @throws {DoseError} DATABASE_UNREACHABLE, without the password.
 */
export async function openPostgres(url: string, max: number, searchPath: string): Promise<PgPool> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types: types as never,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Compiling a query takes longer than any of ours runs.
    options: `-c search_path=${searchPath} -c jit=off`,
  })
  pool.setMaxListeners(0) // every queue and worker of BullMQ listens
  pool.on('error', () => undefined) // an idle client dropped; the pool replaces it
  // One lent out for long (the lock of a sender) drops too; whoever asks it next is told.
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    const { host, pathname } = new URL(url)
    const reason = error instanceof Error ? error.message || String(error) : String(error)
    throw new DoseError('DATABASE_UNREACHABLE', `${host}${pathname}: ${reason}`, { cause: error })
  }
  return pool as unknown as PgPool
}
