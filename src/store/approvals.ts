import type { Instant } from '../model.ts'
import { carryCorrections } from './corrections.ts'
import type { Db } from './db.ts'
import { nextNumber } from './editions.ts'
import { type Plan, planDeliveries } from './planning.ts'

/** An edition that waits for a yes. */
export type Waiting = {
  readonly id: string
  readonly digestId: string
  readonly date: string
  readonly hash: string
  readonly approveBy: Instant | null
  /** What becomes of it then. */
  readonly sends: boolean
}

/** Editions that are composed and fixed, and leave only when somebody or their time says so. */
export function createApprovals(db: Db) {
  const waiting = () =>
    db
      .selectFrom('edition')
      .select(['id', 'digest_id as digestId', 'date', 'hash', 'approve_by as approveBy'])
      .select('approve_sends as sends')
      .where('state', '=', 'waiting')
      .orderBy('date')
      .orderBy('slot')
  return {
    waiting: async (digestId?: string): Promise<Waiting[]> => {
      const query = digestId ? waiting().where('digest_id', '=', digestId) : waiting()
      return (await query.execute()).map((row) => ({ ...row, hash: row.hash ?? '' }))
    },

    /** Those whose time has come. */
    due: async (now: Instant): Promise<Waiting[]> =>
      (await waiting().where('approve_by', '<=', now).execute()).map((row) => ({
        ...row,
        hash: row.hash ?? '',
      })),

    /**
     * Lets an edition go to its readers, as it is.
     *
     * @param hash what was looked at: an edition that was made anew since stays
     * @returns whether it went.
     */
    release: (id: string, hash: string, plans: readonly Plan[], now: Instant): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('edition')
          .select(['id', 'digest_id', 'number'])
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .where('hash', '=', hash)
          .forUpdate()
          .executeTakeFirst()
        if (!row) return false
        const number = row.number ?? (await nextNumber(tx, row.digest_id))
        await tx
          .updateTable('edition')
          .set({ state: 'frozen', number, approve_by: null })
          .where('id', '=', id)
          .execute()
        await planDeliveries(tx, { ...row, frozen_at: now }, plans)
        return true
      }),

    /**
     * Sends it to nobody: its stories and corrections wait for the next one.
     *
     * @param anew its firing is still to come, and makes it again
     * @returns whether it waited.
     */
    decline: (id: string, anew: boolean): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('edition')
          .set((is) => ({
            state: 'skipped',
            approve_by: null,
            // It covers nothing: the next one begins where it began.
            log_to: is.ref('log_from'),
            span_to: is.ref('span_from'),
            ...(anew && { deliver: false }),
          }))
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return false
        await carryCorrections(tx, id, [])
        return true
      }),

    /** Has it composed anew, for what an editor wants of it now. */
    reopen: async (id: string): Promise<void> => {
      await db
        .updateTable('edition')
        .set({ state: 'draft' })
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .execute()
    },
  }
}
