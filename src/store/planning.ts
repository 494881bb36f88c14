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

/** That the reader of a subscription `s` takes editions at an instant; a pause ends by itself. */
export const isActive = (now: Instant) =>
  sql<boolean>`(s.state = 'confirmed'
    or s.state = 'paused' and coalesce(s.paused_until <= ${now}, false))`

/**
 * One row for every confirmed subscription of the digest: `planned`, or `skipped` with the reason
 * for readers who have paused or whose address is suppressed. One statement for all readers;
 * planning again adds nobody twice.
 */
export async function planDeliveries(
  tx: Tx,
  edition: PlannedEdition,
  plans: readonly Plan[],
): Promise<void> {
  const groups = plans.flatMap(({ paces, ...plan }) => paces.map((pace) => ({ ...plan, pace })))
  await sql`insert into dose.delivery
      (id, edition_id, subscription_id, state, reason, due_at, at)
    select 'v' || substr(encode(sha256(convert_to(${edition.id} || s.id, 'UTF8')), 'hex'), 1, 20),
      ${edition.id}, s.id,
      case when p.email_key is null and ${isActive(edition.frozen_at)} then 'planned' else 'skipped' end,
      case when p.email_key is not null then 'suppressed'
        when not ${isActive(edition.frozen_at)} then 'paused' end,
      g.due_at, ${edition.frozen_at}
    from unnest(${groups.map(({ hour }) => hour)}::int[],
        ${groups.map(({ timeZone }) => timeZone)}::text[],
        ${groups.map(({ pace }) => pace)}::text[],
        ${groups.map(({ dueAt }) => dueAt)}::timestamptz[]) as g(hour, time_zone, pace, due_at)
      join dose.subscription s on s.pace = g.pace
        and coalesce(s.hour, -1) = coalesce(g.hour, -1) -- so that the join can hash
        and coalesce(s.time_zone, '') = coalesce(g.time_zone, '')
      join dose.subscriber r on r.id = s.subscriber_id
      left join dose.suppression p on p.email_key = r.email_key
    where s.digest_id = ${edition.digest_id} and s.state in ('confirmed', 'paused')
    on conflict (edition_id, subscription_id) do nothing`.execute(tx)
}
