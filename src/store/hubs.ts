import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'
import type { Tables } from './tables.ts'

export type HubSubscription = Selectable<Tables['hub_subscription']>

/** What hubs were asked for. One row a source; it outlives its source until the hub has let go. */
export function createHubs(db: Db) {
  const change = (sourceId: string) =>
    db.updateTable('hub_subscription').where('source_id', '=', sourceId)
  return {
    get: (sourceId: string): Promise<HubSubscription | undefined> =>
      db
        .selectFrom('hub_subscription')
        .selectAll()
        .where('source_id', '=', sourceId)
        .executeTakeFirst(),

    list: (): Promise<HubSubscription[]> => db.selectFrom('hub_subscription').selectAll().execute(),

    /**
     * A feed names its hub. Another than the one in use takes its place when that one has refused,
     * has not answered, or its lease is over: a feed and its host may name different ones.
     */
    async offer(sourceId: string, hub: string, topic: string, now: Instant): Promise<void> {
      const offered = { hub, topic, state: 'offered' as const, tries: 0, next_at: now, error: null }
      await db
        .insertInto('hub_subscription')
        .values({ source_id: sourceId, ...offered })
        .onConflict((conflict) =>
          conflict
            .column('source_id')
            .doUpdateSet(offered)
            .where(
              sql<boolean>`hub_subscription.state = 'leaving' or
                ((hub_subscription.hub, hub_subscription.topic) <> (${hub}, ${topic}) and
                  (hub_subscription.state in ('offered', 'refused') or hub_subscription.tries >= 3
                    or hub_subscription.lease_ends_at < ${now}))`,
            ),
        )
        .execute()
    },

    /** Whose hub is to be asked now: for the first time, again, or for a longer lease. */
    due: (now: Instant): Promise<{ id: string; version: number }[]> =>
      db
        .selectFrom('hub_subscription')
        .select(['source_id as id', sql<number>`tries + 1`.as('version')])
        .where('next_at', '<=', now)
        .orderBy('next_at')
        .execute(),

    /**
     * The hub is about to be asked: it may verify before it answers. One that is active stays so.
     *
     * @param nextAt when it is asked again, unless it verifies.
     */
    async ask(sourceId: string, nextAt: Instant): Promise<void> {
      await change(sourceId)
        .set((is) => ({
          state: sql`case when state = 'offered' then 'asked' else state end`,
          tries: is('tries', '+', 1),
          next_at: nextAt,
        }))
        .execute()
    },

    async fail(sourceId: string, error: string): Promise<void> {
      await change(sourceId).set({ error }).execute()
    },

    /** @param nextAt when the lease is to be renewed. */
    async confirm(sourceId: string, leaseEndsAt: Instant, nextAt: Instant): Promise<void> {
      await change(sourceId)
        .set({
          state: 'active',
          tries: 0,
          lease_ends_at: leaseEndsAt,
          next_at: nextAt,
          error: null,
        })
        .execute()
    },

    async refuse(sourceId: string, error: string, nextAt: Instant): Promise<void> {
      await change(sourceId).set({ state: 'refused', error, next_at: nextAt }).execute()
    },

    async delivered(sourceId: string, now: Instant): Promise<void> {
      await change(sourceId).set({ delivered_at: now }).execute()
    },

    /** Nobody is to be asked before then. */
    async rest(sourceId: string, nextAt: Instant): Promise<void> {
      await change(sourceId).set({ next_at: nextAt }).execute()
    },

    async forget(sourceId: string): Promise<void> {
      await db.deleteFrom('hub_subscription').where('source_id', '=', sourceId).execute()
    },
  }
}
