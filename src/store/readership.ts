import { type SqlBool, sql } from 'kysely'
import type { DeliveryState, Instant, Pace } from '../model.ts'
import type { Db } from './db.ts'

/** One reader of one digest, as a line of a list. */
export type ReaderLine = {
  readonly subscriberId: string
  readonly email: string
  readonly emailKey: string
  readonly digest: string
  readonly digestId: string
  readonly state: string
  readonly pace: Pace
  readonly topics: readonly string[]
  readonly suppressed: string | null
  readonly createdAt: Instant
}

export type ReaderAsk = {
  /** In the address. */
  readonly search: string
  readonly digestId?: string | undefined
  readonly state?: string | undefined
  /** The last line seen: address key and digest. */
  readonly after: readonly [string, string] | null
  readonly limit: number
}

export type DeliveryLine = {
  readonly id: string
  readonly email: string
  readonly state: DeliveryState
  readonly reason: string | null
  readonly attempt: number
  readonly dueAt: Instant
  readonly at: Instant
}

export type DeliveryAsk = {
  readonly editionId: string
  readonly search: string
  readonly state?: string | undefined
  readonly after: string | null
  readonly limit: number
}

/** Text that stands somewhere in a column, its own `%` and `_` for themselves. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Readers and their mails as those who run the house look through them. */
export function createReadership(db: Db) {
  return {
    /** Subscriptions by digest and state. */
    async states(): Promise<{ digest: string; state: string; n: number }[]> {
      const { rows } = await sql<{ digest: string; state: string; n: number }>`
        select g.name as digest, s.state, s.n from (select digest_id, state, count(*) as n
          from dose.subscription group by digest_id, state) s
        join dose.digest g on g.id = s.digest_id order by g.name, s.state`.execute(db)
      return rows
    },

    /** New subscriptions by UTC day, the days without any left out. */
    async joined(since: Instant): Promise<{ day: string; n: number }[]> {
      const { rows } = await sql<{ day: string; n: number }>`
        select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*) as n
        from dose.subscription where created_at >= ${since} group by 1 order by 1`.execute(db)
      return rows
    },

    /** By address, then digest. */
    list({ search, digestId, state, after, limit }: ReaderAsk): Promise<ReaderLine[]> {
      let query = db
        .selectFrom('subscriber')
        .innerJoin('subscription', 'subscription.subscriber_id', 'subscriber.id')
        .innerJoin('digest', 'digest.id', 'subscription.digest_id')
        .leftJoin('suppression', 'suppression.email_key', 'subscriber.email_key')
        .select([
          'subscriber.id as subscriberId',
          'subscriber.email',
          'subscriber.email_key as emailKey',
          'digest.name as digest',
          'subscription.digest_id as digestId',
          'subscription.state',
          'subscription.pace',
          'subscription.topics',
          'suppression.reason as suppressed',
          'subscription.created_at as createdAt',
        ])
        .orderBy('subscriber.email_key')
        .orderBy('subscription.digest_id')
        .limit(limit)
      if (search)
        query = query.where('subscriber.email_key', 'like', containing(search.toLowerCase()))
      if (digestId) query = query.where('subscription.digest_id', '=', digestId)
      if (state === 'suppressed') query = query.where('suppression.email_key', 'is not', null)
      else if (state) query = query.where(sql<SqlBool>`subscription.state = ${state}`)
      if (after)
        query = query.where(
          sql<SqlBool>`(subscriber.email_key, subscription.digest_id) > (${after[0]}, ${after[1]})`,
        )
      return query.execute()
    },

    /** The mails of one edition, in the order of their ids. */
    deliveries({ editionId, search, state, after, limit }: DeliveryAsk): Promise<DeliveryLine[]> {
      let query = db
        .selectFrom('delivery')
        .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
        .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
        .select([
          'delivery.id',
          'subscriber.email',
          'delivery.state',
          'delivery.reason',
          'delivery.attempt',
          'delivery.due_at as dueAt',
          'delivery.at',
        ])
        .where('delivery.edition_id', '=', editionId)
        .orderBy('delivery.id')
        .limit(limit)
      if (search)
        query = query.where('subscriber.email_key', 'like', containing(search.toLowerCase()))
      if (state) query = query.where('delivery.state', '=', state as DeliveryState)
      if (after) query = query.where('delivery.id', '>', after)
      return query.execute()
    },

    /** Domains whose mails ended badly since, the worst first. */
    async badDomains(since: Instant, limit: number) {
      const { rows } = await sql<{
        domain: string
        bounced: number
        complained: number
        unknown: number
        reason: string | null
      }>`select split_part(r.email_key, '@', 2) as domain,
          count(*) filter (where d.state = 'bounced') as bounced,
          count(*) filter (where d.state = 'complained') as complained,
          count(*) filter (where d.state = 'unknown') as unknown,
          mode() within group (order by left(d.reason, 120)) as reason
        from dose.delivery d join dose.subscription s on s.id = d.subscription_id
          join dose.subscriber r on r.id = s.subscriber_id
        where d.at > ${since} and d.state in ('bounced', 'complained', 'unknown')
        group by 1 order by count(*) desc, 1 limit ${limit}`.execute(db)
      return rows
    },

    /** The key of a reader's address, by the reader's id. */
    addressOf: async (subscriberId: string): Promise<string | undefined> =>
      (
        await db
          .selectFrom('subscriber')
          .select('email_key')
          .where('id', '=', subscriberId)
          .executeTakeFirst()
      )?.email_key,
  }
}
