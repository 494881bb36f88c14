import { openDatabase } from '../../src/io/database.ts'
import { openQueues } from '../../src/io/queues.ts'
import { openStore } from '../../src/store/store.ts'

/** Brings an empty folder or database to the present schema, rows and queues, and leaves it. */
export async function prepareRows(settings: Parameters<typeof openDatabase>[0]): Promise<void> {
  const database = await openDatabase(settings, 'test', (error) => {
    throw error
  })
  try {
    await openStore(database)
    const queues = await openQueues({
      stages: [],
      pool: database.queues,
      redisUrl: undefined,
      isPermanent: () => false,
      onError: () => undefined,
    })
    await queues.close()
  } finally {
    await database.close()
  }
}
