import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'
import { hashKey } from './keys.ts'

/** So many tries by one key in one window. */
export type Limit = { readonly most: number; readonly windowMs: number }

/** Keys remembered; of more those with the fewest tries are forgotten, so that a flood fills no disk. */
const KEYS_MAX = 100_000
/** Each process looks for what is over after so many tries. */
const PRUNED_AFTER = 500

/** Tries by key, counted by all processes together. Keys are kept as hashes: people type passwords as names. */
export function createGuesses(db: Db) {
  let taken = 0

  async function prune(now: Instant): Promise<void> {
    await sql`delete from dose.guess where key = any(array(
      select key from dose.guess where ends_at <= ${now} for update skip locked))`.execute(db)
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from dose.guess`.execute(db)
    const excess = (rows[0]?.n ?? 0) - KEYS_MAX
    if (excess > 0)
      await sql`delete from dose.guess where key = any(array(
        select key from dose.guess order by count, ends_at limit ${excess}
        for update skip locked))`.execute(db)
  }

  return {
    /** Seconds until this key may try again; 0 when it may now. */
    async waitSeconds(key: string, { most }: Limit, now: Instant): Promise<number> {
      const held = await db
        .selectFrom('guess')
        .select('ends_at')
        .where('key', '=', hashKey(key))
        .where('count', '>=', most)
        .where('ends_at', '>', now)
        .executeTakeFirst()
      return held ? secondsUntil(held.ends_at, now) : 0
    },

    /**
     * Counts a try where there is room for one; of many at once no more are counted than there is room for.
     *
     * @returns seconds until the next, where there is none; else 0.
     */
    async take(key: string, { most, windowMs }: Limit, now: Instant): Promise<number> {
      if (taken++ % PRUNED_AFTER === 0) await prune(now)
      const hash = hashKey(key)
      const endsAt = new Date(Date.parse(now) + windowMs).toISOString()
      const { rows } = await sql<{ taken: boolean; heldUntil: Instant | null }>`
        with held as (select ends_at from dose.guess
          where key = ${hash} and count >= ${most}::int and ends_at > ${now}),
        taken as (insert into dose.guess as g (key, count, ends_at)
          select ${hash}, 1, ${endsAt}::timestamptz where not exists (select from held)
          on conflict (key) do update set
            count = case when g.ends_at > ${now} then g.count + 1 else 1 end,
            ends_at = case when g.ends_at > ${now} then g.ends_at else excluded.ends_at end
          where g.ends_at <= ${now} or g.count < ${most}::int
          returning 1)
        select exists (select from taken) as taken,
          (select ends_at from held) as "heldUntil"`.execute(db)
      const { taken: counted = false, heldUntil = null } = rows[0] ?? {}
      return counted ? 0 : secondsUntil(heldUntil ?? endsAt, now)
    },

    /** It was right, which costs nothing: whoever knows is never held. */
    async forgive(key: string): Promise<void> {
      await sql`update dose.guess set count = count - 1
        where key = ${hashKey(key)} and count > 0`.execute(db)
    },
  }
}

const secondsUntil = (at: Instant, now: Instant): number =>
  Math.max(1, Math.ceil((Date.parse(at) - Date.parse(now)) / 1_000))
