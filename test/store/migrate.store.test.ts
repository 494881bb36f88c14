import { devNull } from 'node:os'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/io/database.ts'
import { openDb } from '../../src/store/db.ts'
import { migrate, readMigrations } from '../../src/store/migrate.ts'
import { freshSettings } from '../support/setup.ts'

/** An empty schema beside the one the template brings. */
async function emptied() {
  const { config } = loadConfig(await freshSettings(), devNull)
  const database = await openDatabase(config, 'test', (error) => {
    throw error
  })
  const db = openDb(database.rows)
  await database.rows.query('drop schema dose cascade')
  return { database, db }
}

test('processes that start at once bring the schema up to date once', async () => {
  const { database, db } = await emptied()
  try {
    const names = readMigrations().map(({ name }) => name)
    const applied = await Promise.all([migrate(db), migrate(db), migrate(db)])
    expect(applied.flat()).toEqual(names)
    expect(await migrate(db)).toEqual([])
    const tables = await db.selectFrom('article').select('id').execute()
    expect(tables).toEqual([])
  } finally {
    await database.close()
  }
})

test('a file that fails leaves nothing of those before it', async () => {
  const { database, db } = await emptied()
  try {
    const half = [
      { name: '0001_good.sql', text: 'create table dose.half (id int)' },
      { name: '0002_bad.sql', text: 'create table dose.half (id int)' },
    ]
    await expect(migrate(db, half)).rejects.toThrow(/half/)
    expect(await migrate(db)).toEqual(readMigrations().map(({ name }) => name))
    const { rows } = await database.rows.query(
      "select 1 from information_schema.tables where table_name = 'half'",
    )
    expect(rows).toEqual([])
  } finally {
    await database.close()
  }
})
