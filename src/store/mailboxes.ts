import type { Selectable } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'
import type { Tables } from './tables.ts'

/** How far a mailbox was looked through; a mailbox without a row was never looked at. */
export type MailboxState = Selectable<Tables['mailbox']>

export function createMailboxes(db: Db) {
  return {
    find: (name: string): Promise<MailboxState | undefined> =>
      db.selectFrom('mailbox').selectAll().where('name', '=', name).executeTakeFirst(),

    async put(state: MailboxState): Promise<void> {
      const row = { ...state, failed: state.failed && JSON.stringify(state.failed) }
      const { name: _, ...changed } = row
      await db
        .insertInto('mailbox')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
        .execute()
    },

    /** Since when it cannot be taken in as a whole, and why; nothing for one that can. */
    async failing(name: string): Promise<{ name: string; since: Instant; error: string }[]> {
      const state = await this.find(name)
      if (!state?.failing_since) return []
      return [{ name, since: state.failing_since, error: state.error ?? '' }]
    },
  }
}
