import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Tx } from './db.ts'
import type { Tables } from './tables.ts'

/** Readers who share an hour and a zone, and when theirs comes. */
export type Plan = {
  readonly hour: number | null
  readonly timeZone: string | null
  /** Paces whose day this is, e.g. `daily` and `weekdays`. */
  readonly paces: readonly string[]
  readonly dueAt: Instant
}

type PlannedEdition = Pick<Selectable<Tables['edition']>, 'id' | 'digest_id'> & {
  frozen_at: Instant
}

/**
 * One row for every confirmed subscription of the digest: `planned`, or `skipped` with the reason
 * for readers who have paused or whose address is suppressed. One statement for all readers of a
 * plan; planning again adds nobody twice.
 */
export async function planDeliveries(
  tx: Tx,
  edition: PlannedEdition,
  plans: readonly Plan[],
): Promise<void> {
  for (const plan of plans)
    await sql`insert into dose.delivery
        (id, edition_id, subscription_id, state, reason, due_at, at)
      select 'v' || substr(encode(sha256(convert_to(${edition.id} || s.id, 'UTF8')), 'hex'), 1, 20),
        ${edition.id}, s.id,
        case when p.email_key is not null or s.paused_until > ${edition.frozen_at} then 'skipped' else 'planned' end,
        case when p.email_key is not null then 'suppressed'
          when s.paused_until > ${edition.frozen_at} then 'paused' end,
        ${plan.dueAt},
        ${edition.frozen_at}
      from dose.subscription s
        join dose.subscriber r on r.id = s.subscriber_id
        left join dose.suppression p on p.email_key = r.email_key
      where s.digest_id = ${edition.digest_id} and s.state in ('confirmed', 'paused')
        and s.hour is not distinct from ${plan.hour}
        and s.time_zone is not distinct from ${plan.timeZone}
        and s.pace = any(${[...plan.paces]}::text[])
      on conflict (edition_id, subscription_id) do nothing`.execute(tx)
}
