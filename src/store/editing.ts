import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

/** What an editor wishes of one edition, whether it has been opened yet or not. */
export type Editing = {
  /** Stories at fixed places, from 1. */
  readonly places: readonly { readonly storyId: string; readonly place: number }[]
  /** Stories it does without. */
  readonly leftOut: readonly string[]
  /** `null`: that of its digest. */
  readonly size: number | null
}

const NOTHING: Editing = { places: [], leftOut: [], size: null }

export function createEditing(db: Db) {
  return {
    async of(editionId: string): Promise<Editing> {
      const row = await db
        .selectFrom('editing')
        .selectAll()
        .where('edition_id', '=', editionId)
        .executeTakeFirst()
      return row ? { places: row.places, leftOut: row.left_out, size: row.size } : NOTHING
    },

    async put(edition: { id: string; digestId: string }, wishes: Editing, now: Instant) {
      const values = {
        places: JSON.stringify(wishes.places),
        left_out: [...wishes.leftOut],
        size: wishes.size,
        at: now,
      }
      await db
        .insertInto('editing')
        .values({ edition_id: edition.id, digest_id: edition.digestId, ...values })
        .onConflict((conflict) => conflict.column('edition_id').doUpdateSet(values))
        .execute()
    },
  }
}
