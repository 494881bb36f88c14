import type { FilterRule, Instant } from '../model.ts'
import { type Db, idOf } from './db.ts'

/** Rules of one source. */
const OF_SOURCE = 'its source'

export function createFilters(db: Db) {
  return {
    async of(sourceId: string): Promise<FilterRule[]> {
      const rows = await db
        .selectFrom('filter_rule')
        .select(['action', 'rule'])
        .where('source_id', '=', sourceId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map((row) => ({ ...row, of: OF_SOURCE }))
    },

    /** Repeating keeps the first. */
    async add(
      sourceId: string,
      { action, rule }: Pick<FilterRule, 'action' | 'rule'>,
      now: Instant,
    ): Promise<boolean> {
      const row = await db
        .insertInto('filter_rule')
        .values({
          id: idOf('r', sourceId, action, rule),
          source_id: sourceId,
          action,
          rule,
          created_at: now,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },

    /** Takes a rule away, whatever it does. */
    async remove(sourceId: string, rule: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('filter_rule')
        .where('source_id', '=', sourceId)
        .where('rule', '=', rule)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}
