import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DoseError } from '../errors.ts'
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
 * @throws {DoseError} CONFIG_INVALID, DATA_DIR_HELD or DATABASE_UNREACHABLE.
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

const FAULTS: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'it lies in a file',
  ENOENT: 'it cannot be made',
  EACCES: 'this user may not write to it',
  EPERM: 'this user may not write to it',
  EROFS: 'its disk is read-only',
}

/** @throws {DoseError} CONFIG_INVALID when the folder is not there and cannot be, or not written to. */
function prepareFolder(dir: string): void {
  try {
    makeFolder(dir)
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    const fault = FAULTS[code] ?? message
    const subject = `DATA_DIR ${dir}: ${fault}; name a folder that can be written to`
    throw new DoseError('CONFIG_INVALID', subject, { cause })
  }
}

/** Like `recursive: true`, which never returns where a file system makes no folders (`/proc`). */
function makeFolder(dir: string): void {
  if (!existsSync(dirname(dir))) makeFolder(dirname(dir))
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

async function openFolder(
  dir: string,
  command: string,
  onLost: (error: Error) => void,
): Promise<Database> {
  prepareFolder(dir)
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
