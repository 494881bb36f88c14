import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Instant, Pace } from '../model.ts'
import type { Db, Rows, Tx } from './db.ts'
import { forgottenKey } from './readers.ts'
import type { SubscriptionState } from './tables.ts'

export type Enrolment = {
  readonly email: string
  /** Lower case with an ASCII domain: what makes an address one and the same. */
  readonly emailKey: string
  readonly name?: string | undefined
  readonly consent: string
  readonly topics?: readonly string[] | undefined
  readonly hour?: number | null | undefined
  readonly timeZone?: string | null | undefined
  readonly pace?: Pace | undefined
  /** Steps of more and less by topic. */
  readonly weights?: Readonly<Record<string, number>> | undefined
  /** Domains of providers not shown. */
  readonly muted?: readonly string[] | undefined
}

/** Some of the readers: those who get stories of a topic, at a pace, in a state. */
export type Segment = {
  readonly topic?: string | undefined
  readonly pace?: Pace | undefined
  readonly state?: SubscriptionState | undefined
}

/** How many readers have a trait in common. */
export type Share = {
  readonly by: 'state' | 'pace' | 'topic' | 'hour' | 'zone'
  /** An hour on the reader's clock or `ready`; of topics, `all` are those who chose none. */
  readonly value: string
  readonly readers: number
}

export type EnrolResult = 'added' | 'updated' | 'unchanged' | 'suppressed' | 'unsubscribed'

/** Where a page of subscriptions ends. */
type Place = { readonly email_key: string; readonly id: string }

/** Subscriptions read at once by whoever wants them all. */
const PAGE = 500

/** @param secret what the codes of deleted addresses are made with. */
export function createSubscribers(db: Db, secret: () => Promise<string>) {
  /** By address; of many, the first `limit` behind `after`. */
  const list = (
    digestId?: string,
    segment: Segment = {},
    { after, limit }: { readonly after?: Place | undefined; readonly limit?: number } = {},
  ) => {
    const { topic, pace, state } = segment
    let query = db
      .selectFrom('subscription')
      .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
      .innerJoin('digest', 'digest.id', 'subscription.digest_id')
      .leftJoin('suppression', 'suppression.email_key', 'subscriber.email_key')
      .select([
        'subscription.id',
        'subscriber.email',
        'subscriber.email_key',
        'subscriber.name',
        'digest.name as digest',
        'subscription.state',
        'subscription.topics',
        'subscription.hour',
        'subscription.time_zone',
        'subscription.pace',
        'subscription.weights',
        'subscription.muted',
        'suppression.reason as suppressed',
        'subscription.created_at',
        'subscription.consent',
      ])
      .orderBy('subscriber.email_key')
      .orderBy('subscription.id')
    if (digestId) query = query.where('subscription.digest_id', '=', digestId)
    if (pace) query = query.where('subscription.pace', '=', pace)
    if (state) query = query.where('subscription.state', '=', state)
    if (topic)
      query = query.where(
        sql<boolean>`(subscription.topics = '{}' or ${topic} = any(subscription.topics))`,
      )
    if (after)
      query = query.where(
        sql<boolean>`(subscriber.email_key, subscription.id) > (${after.email_key}, ${after.id})`,
      )
    if (limit) query = query.limit(limit)
    return query.execute()
  }

  return {
    list,

    /** As `list`, a page at a time: there may be more than memory holds. */
    async *each(digestId?: string, segment: Segment = {}, limit = PAGE) {
      let after: Place | undefined
      for (;;) {
        const rows = await list(digestId, segment, { after, limit })
        yield* rows
        after = rows.at(-1)
        if (rows.length < limit) return
      }
    },

    /** Readers of a digest who are neither paused nor gone. */
    async confirmed(digestId: string): Promise<number> {
      const { n } = await db
        .selectFrom('subscription')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('digest_id', '=', digestId)
        .where('state', '=', 'confirmed')
        .executeTakeFirstOrThrow()
      return n
    },

    /** Adds or changes one subscription. Never revives one that was ended or an address suppressed. */
    async enrol(digestId: string, enrolment: Enrolment, now: Instant): Promise<EnrolResult> {
      const keys = [enrolment.emailKey, forgottenKey(await secret(), enrolment.emailKey)]
      return db.transaction().execute((tx) => enrol(tx, digestId, enrolment, keys, now))
    },

    /** Ends every subscription of an address, or the one to a digest. */
    async unsubscribe(emailKey: string, digestId?: string): Promise<number> {
      let query = db
        .updateTable('subscription')
        .set({ state: 'unsubscribed' })
        .where('state', '<>', 'unsubscribed')
        .where('subscriber_id', 'in', (is) =>
          is.selectFrom('subscriber').select('id').where('email_key', '=', emailKey),
        )
      if (digestId) query = query.where('digest_id', '=', digestId)
      return Number((await query.executeTakeFirst()).numUpdatedRows)
    },

    /** Ends one subscription; the one-click way. Ending it twice is no error. */
    async end(subscriptionId: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('subscription')
        .set({ state: 'unsubscribed' })
        .where('id', '=', subscriptionId)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    suppress: (emailKey: string, reason: string, now: Instant): Promise<void> =>
      suppress(db, emailKey, reason, now),

    subscription: (id: string) =>
      db
        .selectFrom('subscription')
        .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
        .innerJoin('digest', 'digest.id', 'subscription.digest_id')
        .select([
          'subscription.id',
          'subscription.subscriber_id as subscriberId',
          'subscription.digest_id as digestId',
          'subscription.state',
          'subscription.topics',
          'subscription.hour',
          'subscription.time_zone as timeZone',
          'subscription.pace',
          'subscription.paused_until as pausedUntil',
          'subscription.weights',
          'subscription.muted',
          'digest.name as digest',
          'subscriber.email',
          'subscriber.language',
        ])
        .where('subscription.id', '=', id)
        .executeTakeFirst(),

    /** The running readers of a digest by what they chose; of a topic, all who get stories of it. */
    async audience(digestId: string, timeZone: string): Promise<Share[]> {
      const { rows } = await sql<Share>`
        with reader as (
          select s.state, s.pace, s.topics, s.hour, coalesce(s.time_zone, ${timeZone}) as zone
          from dose.subscription s join dose.subscriber r on r.id = s.subscriber_id
          where s.digest_id = ${digestId} and s.state in ('confirmed', 'paused')
            and not exists (select 1 from dose.suppression p where p.email_key = r.email_key)),
        share as (
          select 1 as place, 'state' as by, state as value, count(*) as readers from reader group by state
          union all select 2, 'pace', pace, count(*) from reader group by pace
          union all select 3, 'topic', 'all', count(*) from reader where topics = '{}'
          union all select 4, 'topic', topic,
            count(*) + (select count(*) from reader where topics = '{}')
            from reader, unnest(topics) topic group by topic
          union all select 5, 'hour', coalesce(lpad(hour::text, 2, '0'), 'ready'), count(*)
            from reader group by hour
          union all select 6, 'zone', zone, count(*) from reader group by zone)
        select by, value, readers::int from share
        order by place, case when by = 'hour' then value end, readers desc, value`.execute(db)
      return rows
    },

    /** The different hours and zones of a digest's readers. */
    hours: (digestId: string) =>
      db
        .selectFrom('subscription')
        .select(['hour', 'time_zone'])
        .distinct()
        .where('digest_id', '=', digestId)
        .where('state', 'in', ['confirmed', 'paused'])
        .execute(),
  }
}

/** No mail goes to this address any more; the first reason stays. */
export async function suppress(
  rows: Rows,
  emailKey: string,
  reason: string,
  now: Instant,
): Promise<void> {
  await rows
    .insertInto('suppression')
    .values({ email_key: emailKey, reason, at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function enrol(
  tx: Tx,
  digestId: string,
  who: Enrolment,
  suppressedBy: readonly string[],
  now: Instant,
): Promise<EnrolResult> {
  const suppressed = await tx
    .selectFrom('suppression')
    .select('reason')
    .where('email_key', 'in', [...suppressedBy])
    .executeTakeFirst()
  if (suppressed) return 'suppressed'
  await tx
    .insertInto('subscriber')
    .values({
      id: randomUUID(),
      email: who.email,
      email_key: who.emailKey,
      name: who.name ?? '',
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .execute()
  const subscriber = await tx
    .selectFrom('subscriber')
    .selectAll()
    .where('email_key', '=', who.emailKey)
    .executeTakeFirstOrThrow()
  const renamed = who.name !== undefined && who.name !== subscriber.name
  if (renamed)
    await tx
      .updateTable('subscriber')
      .set({ name: who.name })
      .where('id', '=', subscriber.id)
      .execute()
  return subscribe(tx, digestId, subscriber.id, who, now, renamed)
}

async function subscribe(
  tx: Tx,
  digestId: string,
  subscriberId: string,
  who: Enrolment,
  now: Instant,
  renamed: boolean,
): Promise<EnrolResult> {
  const { topics = [], hour = null, timeZone = null, pace = 'daily' } = who
  const inserted = await tx
    .insertInto('subscription')
    .values({
      id: randomUUID(),
      subscriber_id: subscriberId,
      digest_id: digestId,
      state: 'confirmed',
      topics: [...topics],
      hour,
      time_zone: timeZone,
      pace,
      consent: who.consent,
      weights: JSON.stringify(who.weights ?? {}),
      muted: [...(who.muted ?? [])],
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['subscriber_id', 'digest_id']).doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows) return 'added'
  return change(tx, digestId, subscriberId, who, renamed)
}

/** Only what is given changes. */
async function change(
  tx: Tx,
  digestId: string,
  subscriberId: string,
  who: Enrolment,
  renamed: boolean,
): Promise<EnrolResult> {
  const row = await tx
    .selectFrom('subscription')
    .selectAll()
    .where('subscriber_id', '=', subscriberId)
    .where('digest_id', '=', digestId)
    .executeTakeFirstOrThrow()
  if (row.state === 'unsubscribed') return 'unsubscribed'
  const topics = [...(who.topics ?? row.topics)]
  const hour = who.hour === undefined ? row.hour : who.hour
  const timeZone = who.timeZone === undefined ? row.time_zone : who.timeZone
  const pace = who.pace ?? row.pace
  const weights = JSON.stringify(who.weights ?? row.weights)
  const muted = [...(who.muted ?? row.muted)]
  const { numUpdatedRows } = await tx
    .updateTable('subscription')
    .set({ topics, hour, time_zone: timeZone, pace, weights, muted })
    .where('id', '=', row.id)
    .where(
      sql<boolean>`(topics, hour, time_zone, pace, weights, muted) is distinct from
        (${topics}::text[], ${hour}::int, ${timeZone}::text, ${pace}::text, ${weights}::jsonb,
          ${muted}::text[])`,
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n || renamed ? 'updated' : 'unchanged'
}
