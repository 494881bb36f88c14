import { sql } from 'kysely'
import type { Db, Tx } from './db.ts'
import { tableNames } from './tables.ts'

/** One line of a back-up: what it is, then table by table the rows, then how many there were. */
export type BackupLine =
  | { readonly kind: 'head'; readonly format: 1; readonly migrations: readonly string[] }
  | { readonly kind: 'rows'; readonly table: string; readonly rows: readonly object[] }
  | { readonly kind: 'end'; readonly counts: Readonly<Record<string, number>> }

/** A back-up is never mixed with rows that are there. */
export class StoreInUse extends Error {}

/** Rows of one line. */
const SLICE = 500

/**
 * All rows as one consistent picture, independent of the database they stand in: what is backed
 * up from a folder can be restored into a server. Queues are left out; `reconcile` rings anew.
 */
export async function dump(db: Db, write: (line: BackupLine) => Promise<void>): Promise<void> {
  await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await write({ kind: 'head', format: 1, migrations: await migrationsOf(tx) })
      const counts: Record<string, number> = {}
      for (const table of tableNames) {
        counts[table] = 0
        await sql`declare rows cursor for select to_jsonb(t) as row
          from ${sql.table(`dose.${table}`)} t`.execute(tx)
        for (;;) {
          const { rows } = await sql<{ row: object }>`fetch ${sql.lit(SLICE)} from rows`.execute(tx)
          if (rows.length === 0) break
          counts[table] += rows.length
          await write({ kind: 'rows', table, rows: rows.map(({ row }) => row) })
        }
        await sql`close rows`.execute(tx)
      }
      await write({ kind: 'end', counts })
    })
}

/**
 * Fills an empty store, all or nothing.
 *
 * @returns rows by table.
 * @throws {StoreInUse}
 * @throws {RangeError} with the reason, when the back-up does not fit.
 */
export function load(db: Db, lines: AsyncIterable<BackupLine>): Promise<Record<string, number>> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ used: boolean }>`select exists (select 1 from dose.source)
      or exists (select 1 from dose.subscriber) or exists (select 1 from dose.digest) as used`.execute(
      tx,
    )
    if (rows[0]?.used) throw new StoreInUse()
    // What a first start makes by itself; the back-up has its own.
    await sql`delete from dose.setting`.execute(tx)
    await sql`delete from dose.user_account`.execute(tx)
    const counts: Record<string, number> = {}
    let end: Readonly<Record<string, number>> | null = null
    for await (const line of lines) {
      if (line.kind === 'head') await checkHead(tx, line.migrations)
      if (line.kind === 'end') end = line.counts
      if (line.kind !== 'rows') continue
      const table = tableNames.find((name) => name === line.table)
      if (!table) throw new RangeError(`it holds a table this version does not know: ${line.table}`)
      await insertRows(tx, table, line.rows)
      counts[table] = (counts[table] ?? 0) + line.rows.length
    }
    if (!end) throw new RangeError('it ends too early')
    for (const [table, n] of Object.entries(end))
      if ((counts[table] ?? 0) !== n)
        throw new RangeError(`it holds ${counts[table] ?? 0} rows of ${table} instead of ${n}`)
    // Letters of a version that did not write it down.
    await sql`update dose.letter set mailbox = email_key where mailbox = ''`.execute(tx)
    return counts
  })
}

/** Rows of an older version lack columns; these have their defaults. */
async function insertRows(tx: Tx, table: string, rows: readonly object[]): Promise<void> {
  const name = sql.table(`dose.${table}`)
  const given = sql.join(Object.keys(rows[0] ?? {}).map((column) => sql.id(column)))
  await sql`insert into ${name} (${given}) select ${given} from jsonb_populate_recordset(
    null::${name}, ${JSON.stringify(rows)}::jsonb)`.execute(tx)
}

async function checkHead(db: Pick<Db, 'selectFrom'>, migrations: readonly string[]): Promise<void> {
  const known = new Set(await migrationsOf(db as Db))
  const missing = migrations.filter((name) => !known.has(name))
  if (missing.length > 0)
    throw new RangeError(`it comes from a newer version (${missing.join(', ')}); upgrade first`)
}

async function migrationsOf(db: Pick<Db, 'selectFrom'>): Promise<string[]> {
  const { rows } = await sql<{
    name: string
  }>`select name from dose.migration order by name`.execute(db as Db)
  return rows.map(({ name }) => name)
}
