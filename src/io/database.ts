import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from './lock.ts'
import { openPglite } from './pglite.ts'
import { openPostgres, type PgPool } from './postgres.ts'

export type Database = {
  readonly kind: 'pglite' | 'postgres'
  /** For the store. */
  readonly rows: PgPool
  /** For BullMQ; its statements name no schema and find theirs on the search path. */
  readonly queues: PgPool
  close(): Promise<void>
}

/** Connections the store shares in one process. */
const ROWS_MAX = 10
/** BullMQ keeps one connection listening for each worker, and needs some for its statements. */
const QUEUES_MAX = 30

/**
 * Opens the rows of the set-up chosen by the settings: PGlite in `dataDir`, or a server.
 *
 * @param command names this process to others that want the folder.
 * @param onLost called when another process has taken the folder over, or PGlite has ended.
 * @throws {DoseError} DATA_DIR_HELD or DATABASE_UNREACHABLE.
 */
export async function openDatabase(
  settings: { readonly DATA_DIR: string; readonly DATABASE_URL?: string | undefined },
  command: string,
  onLost: (error: Error) => void,
): Promise<Database> {
  return settings.DATABASE_URL
    ? openServer(settings.DATABASE_URL)
    : openFolder(settings.DATA_DIR, command, onLost)
}

async function openServer(url: string): Promise<Database> {
  const rows = await openPostgres(url, ROWS_MAX, 'dose,public')
  const queues = await openPostgres(url, QUEUES_MAX, 'bullmq,public')
  return {
    kind: 'postgres',
    rows,
    queues,
    async close() {
      await Promise.all([queues.end(), rows.end()])
    },
  }
}

async function openFolder(
  dir: string,
  command: string,
  onLost: (error: Error) => void,
): Promise<Database> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = await lockFolder(dir, command, onLost)
  try {
    const pool = await openPglite(join(dir, 'pglite'), lock, onLost)
    await pool.query('set search_path = bullmq, public')
    return {
      kind: 'pglite',
      rows: pool,
      queues: pool,
      async close() {
        await pool.end().finally(() => lock.release())
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}
