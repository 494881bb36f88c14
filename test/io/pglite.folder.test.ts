import type { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/io/database.ts'
import { freshSettings } from '../support/setup.ts'

async function open(DATA_DIR: string, onLost: (error: Error) => void = () => undefined) {
  const threads: Worker[] = []
  const note = (thread: Worker) => threads.push(thread)
  process.on('worker', note)
  const database = await openDatabase({ DATA_DIR }, 'test', onLost)
  process.off('worker', note)
  return { database, thread: threads[0] as Worker }
}

test('a process whose rows are gone is told so, once, and gives the folder back', async () => {
  const { DATA_DIR = '' } = await freshSettings()
  const lost: Error[] = []
  const { database, thread } = await open(DATA_DIR, (error) => lost.push(error))
  const asked = database.rows.query('select pg_sleep(60)')
  await Promise.all([expect(asked).rejects.toThrow('ended'), thread.terminate()])
  expect(lost.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^DATABASE_LOST .*pglite/),
  ])
  await expect(database.rows.query('select 1')).rejects.toThrow('ended')
  await database.close().catch(() => undefined)
  const again = await open(DATA_DIR)
  expect((await again.database.rows.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await again.database.close()
})

test('a transaction that never ends does not keep the folder', async () => {
  const { DATA_DIR = '' } = await freshSettings()
  const lost: Error[] = []
  const { database } = await open(DATA_DIR, (error) => lost.push(error))
  const client = await database.rows.connect()
  await client.query('begin')
  await database.close()
  expect(lost).toEqual([])
  const again = await open(DATA_DIR)
  await again.database.close()
})
