import { type RawBuilder, type Selectable, sql } from 'kysely'
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
  /** Later it is not sent any more; `null` where that does not matter. */
  readonly notAfter?: Instant | null
}

type PlannedEdition = Pick<Selectable<Tables['edition']>, 'id' | 'digest_id'> & {
  frozen_at: Instant
}

/** That the reader of a subscription `s` takes editions at an instant; a pause ends by itself. */
export const isActive = (now: Instant | RawBuilder<unknown>) =>
  sql<boolean>`(s.state = 'confirmed'
    or s.state = 'paused' and coalesce(s.paused_until <= ${now}, false))`

/**
 * One row for every confirmed subscription of the digest: `planned`, or `skipped` with the reason
 * for readers who will still have paused at their hour or whose address is suppressed. One statement for all readers;
 * planning again adds nobody twice.
 */
export async function planDeliveries(
  tx: Tx,
  edition: PlannedEdition,
  plans: readonly Plan[],
): Promise<void> {
  // One that was approved late leaves when it may, not at an hour that has passed.
  const at = sql`greatest(g.due_at, ${edition.frozen_at}::timestamptz)`
  const groups = plans.flatMap(({ paces, ...plan }) => paces.map((pace) => ({ ...plan, pace })))
  await sql`insert into dose.delivery
      (id, edition_id, subscription_id, state, reason, due_at, not_after, at, choice, trail)
    select 'v' || substr(encode(sha256(convert_to(${edition.id} || s.id, 'UTF8')), 'hex'), 1, 20),
      ${edition.id}, s.id, e.state, e.reason, g.due_at, g.not_after, ${edition.frozen_at},
      left(md5(concat_ws('|', s.topics, s.weights, s.muted, s.since)), 8),
      array[concat_ws(' ', ${edition.frozen_at}::text, e.state, e.reason)]
    from unnest(${groups.map(({ hour }) => hour)}::int[],
        ${groups.map(({ timeZone }) => timeZone)}::text[],
        ${groups.map(({ pace }) => pace)}::text[],
        ${groups.map(({ dueAt }) => dueAt)}::timestamptz[],
        ${groups.map(({ notAfter = null }) => notAfter)}::timestamptz[])
        as g(hour, time_zone, pace, due_at, not_after)
      join dose.subscription s on s.pace = g.pace
        and coalesce(s.hour, -1) = coalesce(g.hour, -1) -- so that the join can hash
        and coalesce(s.time_zone, '') = coalesce(g.time_zone, '')
      join dose.subscriber r on r.id = s.subscriber_id
      left join dose.suppression p on p.email_key = r.email_key
      cross join lateral (select
        case when p.email_key is null and ${isActive(at)} then 'planned'
          else 'skipped' end as state,
        case when p.email_key is not null then 'suppressed'
          when not ${isActive(at)} then 'paused' end as reason) e
    where s.digest_id = ${edition.digest_id} and s.state in ('confirmed', 'paused')
    on conflict (edition_id, subscription_id) do nothing`.execute(tx)
  // Where the digest's rule has a few readers go first, the rest wait.
  await sql`insert into dose.sending (edition_id, first_readers, first_left, rest_minutes)
    select ${edition.id}, first_readers, first_readers, rest_minutes from dose.sending_rule
    where digest_id = ${edition.digest_id} and first_readers is not null
    on conflict (edition_id) do update set first_readers = excluded.first_readers,
      first_left = excluded.first_left, rest_minutes = excluded.rest_minutes
    where sending.first_readers is null and sending.first_left is null -- stopped before it was planned`.execute(
    tx,
  )
}
