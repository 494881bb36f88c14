import { randomUUID } from 'node:crypto'
import type { Correction } from '../model.ts'
import type { Db, Tx } from './db.ts'

/** What was wrong in editions that were sent: shown beside them, and told by the next one. */
export function createCorrections(db: Db) {
  return {
    async add(told: Omit<Correction, 'date'>): Promise<string> {
      const id = randomUUID()
      const { editionId, storyId, headline, text, at } = told
      await db
        .insertInto('correction')
        .values({ id, edition_id: editionId, story_id: storyId, headline, text, at })
        .execute()
      return id
    },

    /** Takes one back that no edition has told yet. @returns whether there was one. */
    async remove(id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('correction')
        .where('id', '=', id)
        .where('carried_by', 'is', null)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    /** Of one edition, the oldest first, with their ids. */
    of: (editionId: string) => rows(db).where('correction.edition_id', '=', editionId).execute(),

    /** Of several editions at once, for their feeds. */
    ofMany: (ids: readonly string[]) =>
      rows(db)
        .where('correction.edition_id', 'in', [...ids, ''])
        .execute(),

    /** What an edition is to tell of earlier ones of its digest: what no other has told. */
    async due(digestId: string, editionId: string): Promise<Correction[]> {
      const found = await rows(db)
        .where('edition.digest_id', '=', digestId)
        .where('edition.id', '<>', editionId)
        .where((is) => is.or([is('carried_by', 'is', null), is('carried_by', '=', editionId)]))
        .execute()
      return found.map(({ id: _, ...correction }) => correction)
    },
  }
}

const rows = (db: Db) =>
  db
    .selectFrom('correction')
    .innerJoin('edition', 'edition.id', 'correction.edition_id')
    .select([
      'correction.id',
      'correction.edition_id as editionId',
      'edition.date',
      'correction.story_id as storyId',
      'correction.headline',
      'correction.text',
      'correction.at',
    ])
    .orderBy('correction.at')
    .orderBy('correction.id')

/** Notes which corrections an edition tells; those it would have told before are free again. */
export async function carryCorrections(
  tx: Tx,
  editionId: string,
  corrections: readonly Correction[],
): Promise<void> {
  await tx
    .updateTable('correction')
    .set({ carried_by: null })
    .where('carried_by', '=', editionId)
    .execute()
  for (const { editionId: of, storyId, at } of corrections)
    await tx
      .updateTable('correction')
      .set({ carried_by: editionId })
      .where('edition_id', '=', of)
      .where('story_id', '=', storyId)
      .where('at', '=', at)
      .execute()
}
