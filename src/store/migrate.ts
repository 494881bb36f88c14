import { readdirSync, readFileSync } from 'node:fs'
import { CompiledQuery, sql } from 'kysely'
import type { Db } from './db.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
/** Any fixed number: processes starting at once take turns on it. */
const LOCK_KEY = 0x646f7365

export type Migration = { readonly name: string; readonly text: string }

/** The numbered files of `migrations/`, in order. They are only ever added to. */
export function readMigrations(folder: URL = FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))
}

/**
 * Brings the schema up to date, all files in one transaction. Safe when several processes
 * start at once: one works, the others wait and find nothing to do.
 */
export async function migrate(db: Db, migrations = readMigrations()): Promise<string[]> {
  return db.connection().execute(async (connection) => {
    const run = (text: string) => connection.executeQuery(CompiledQuery.raw(text))
    await run('begin')
    try {
      await run(`select pg_advisory_xact_lock(${LOCK_KEY})`)
      await run('create schema if not exists dose')
      await run('create table if not exists dose.migration (name text primary key, at timestamptz)')
      const { rows } = await sql<{ name: string }>`select name from dose.migration`.execute(
        connection,
      )
      const done = new Set(rows.map(({ name }) => name))
      const missing = migrations.filter(({ name }) => !done.has(name))
      for (const { name, text } of missing) {
        await run(text)
        await sql`insert into dose.migration values (${name}, now())`.execute(connection)
      }
      await run('commit')
      return missing.map(({ name }) => name)
    } catch (error) {
      await run('rollback')
      throw error
    }
  })
}
