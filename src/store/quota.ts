import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

/** What may go by one key: an account, or a domain of recipients. */
export type Quota = {
  /** Milliseconds from one message to the next; 0 for no matter. */
  readonly stepMs: number
  readonly hourly: number | null
  readonly daily: number | null
  /** Messages of the first day; each day half as many more. */
  readonly warmup: number | null
}

export type Share =
  | { readonly kind: 'given'; readonly waitMs: number }
  | { readonly kind: 'busy'; readonly retryMs: number }

export type PausedAccount = {
  readonly name: string
  readonly until: Instant
  readonly reason: string
}

/** Messages are counted by ten minutes; a window slides by these, and is rather too long than too short. */
const SLOT_SECONDS = 600
const HOUR_SLOTS = 7
const DAY_SLOTS = 145
/** Whoever would wait longer comes back later, and others go before. */
const HORIZON_MS = 5_000
const GROWTH = 1.5
/** After so many days of growing there is no limit to speak of. */
const GROWING_DAYS_MAX = 40
/** The longest pause of an account: somebody may have mended it. */
const PAUSE_SECONDS_MAX = 3_600

/** Limits and pauses that all processes keep together, by the database's clock. */
export function createQuota(db: Db) {
  return {
    /** Takes the next place of a key, if there is one soon and its windows have room. */
    async take(key: string, { stepMs, hourly, daily, warmup }: Quota): Promise<Share> {
      const spentSince = (slots: number) =>
        sql`(select coalesce(sum(value::int), 0) from jsonb_each_text(q.spent)
          where key::bigint > clock.slot - ${slots}::int)`
      const { rows } = await sql<{ wait_ms: number }>`
        with clock as (select floor(extract(epoch from now()) / ${SLOT_SECONDS}::int)::bigint as slot)
        insert into dose.quota as q (key, first_at, next_at, spent)
        select ${key}, now(), now() + ${stepMs}::float8 * interval '1 ms',
          jsonb_build_object(slot::text, 1) from clock
        on conflict (key) do update set
          next_at = greatest(q.next_at, now()) + ${stepMs}::float8 * interval '1 ms',
          spent = (select coalesce(jsonb_object_agg(e.key, e.value), '{}')
              from clock, jsonb_each(q.spent) e where e.key::bigint > clock.slot - ${DAY_SLOTS}::int)
            || (select jsonb_build_object(slot::text,
              coalesce((q.spent ->> slot::text)::int, 0) + 1) from clock)
        where q.next_at <= now() + ${HORIZON_MS}::int * interval '1 ms'
          and (select (${hourly}::int is null or ${spentSince(HOUR_SLOTS)} < ${hourly}::int)
            and coalesce(${spentSince(DAY_SLOTS)} < least(${daily}::float8, ${warmup}::float8
              * power(${GROWTH}::float8, least(${GROWING_DAYS_MAX}::int,
                floor(extract(epoch from now() - q.first_at) / 86400)))), true) from clock)
        returning extract(epoch from next_at - now()) * 1000 - ${stepMs}::float8 as wait_ms`.execute(
        db,
      )
      if (rows[0])
        return { kind: 'given', waitMs: Math.max(0, Math.round(Number(rows[0].wait_ms))) }
      return { kind: 'busy', retryMs: await retryMs(db, key) }
    },

    /** No process sends by this account until then; each pause in a row is twice as long. */
    async pause(name: string, firstSeconds: number, reason: string): Promise<void> {
      await sql`insert into dose.account as a (name, paused_until, pauses, reason)
        values (${name}, now() + ${firstSeconds}::int * interval '1 s', 1, ${reason})
        on conflict (name) do update set reason = excluded.reason, pauses = a.pauses + 1,
          paused_until = now() + interval '1 s' * least(${PAUSE_SECONDS_MAX}::int,
            ${firstSeconds}::int * power(2, least(a.pauses, 20)))
        where a.paused_until <= now()`.execute(db)
    },

    /** It works again: the next pause is short. */
    async recover(name: string): Promise<void> {
      await db.deleteFrom('account').where('name', '=', name).execute()
    },

    async paused(): Promise<PausedAccount[]> {
      const { rows } = await sql<PausedAccount>`
        select name, paused_until as until, reason from dose.account
        where paused_until > now() order by name`.execute(db)
      return rows
    },

    /** Domains nobody has written to for a week are forgotten; accounts are not: they are warm. */
    async prune(): Promise<void> {
      await sql`delete from dose.quota where key like 'domain %'
        and next_at < now() - interval '7 days'`.execute(db)
    },
  }
}

/** When a place may be free: the next in line, or the next ten minutes of a full window. */
async function retryMs(db: Db, key: string): Promise<number> {
  const { rows } = await sql<{ line_ms: number; slot_ms: number }>`
    select extract(epoch from next_at - now()) * 1000 - ${HORIZON_MS}::int as line_ms,
      (${SLOT_SECONDS}::int - extract(epoch from now())::numeric % ${SLOT_SECONDS}::int) * 1000 as slot_ms
    from dose.quota where key = ${key}`.execute(db)
  const [row] = rows
  if (!row) return HORIZON_MS
  return Math.ceil(Number(row.line_ms) > 0 ? Number(row.line_ms) : Number(row.slot_ms))
}
