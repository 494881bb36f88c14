import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Db, Tx } from './db.ts'

const zip = promisify(gzip)
const unzip = promisify(gunzip)

/** What an edition was made of, in parts: the first says how, each other holds some of its stories. */
export function createEditionInputs(db: Db) {
  return {
    /** How parts are stored; made while they are at hand, so that no edition's are all in memory. */
    pack: (part: object): Promise<Uint8Array> => zip(JSON.stringify(part)),

    /** One part; the first is 0. `undefined` where there is none, as of editions of long ago. */
    async read<T>(editionId: string, part: number): Promise<T | undefined> {
      const row = await db
        .selectFrom('edition_input')
        .select('bytes')
        .where('edition_id', '=', editionId)
        .where('part', '=', part)
        .executeTakeFirst()
      return row && (JSON.parse((await unzip(row.bytes)).toString('utf8')) as T)
    },
  }
}

/** Keeps what an edition was made of, in place of what its draft before was. */
export async function writeInput(
  tx: Tx,
  editionId: string,
  parts: readonly Uint8Array[],
): Promise<void> {
  await tx.deleteFrom('edition_input').where('edition_id', '=', editionId).execute()
  for (const [part, bytes] of parts.entries())
    await tx.insertInto('edition_input').values({ edition_id: editionId, part, bytes }).execute()
}
