import { type SqlBool, sql } from 'kysely'
import type { DeliveryState, EditionState, Instant, Part } from '../model.ts'
import { byIndex, type Db } from './db.ts'
import type { RunKey } from './runs.ts'

/** An edition that holds a story, whichever way it came there. */
export type Holding = {
  readonly editionId: string
  readonly digest: string
  readonly date: string
  readonly state: EditionState
  readonly frozenAt: Instant | null
  /** From 1, among all stories of the pool. */
  readonly rank: number
  readonly poolSize: number
  /** Stories shown to a reader of all topics. */
  readonly size: number
  /** The article is cited; otherwise its story is told from others. */
  readonly cited: boolean
  /** The sum of `parts`: why it stands at its rank. */
  readonly score: number
  readonly parts: readonly Part[]
}

/** A delivery as one of its reader's. */
export type ReaderDelivery = {
  readonly id: string
  readonly editionId: string
  readonly digest: string
  readonly date: string
  readonly state: DeliveryState
  readonly reason: string | null
  readonly dueAt: Instant
  readonly at: Instant
}

/** The run that took an article in. */
export type Arrival = RunKey & { readonly queuedAt: Instant }

/** An edition, and the trace it was composed under. */
export type Composition = {
  readonly editionId: string
  readonly digest: string
  readonly date: string
  readonly trace: string
}

const RUNS_MAX = 50

/** What an X-ray asks: where did this come from, and how far did it go. */
export function createWays(db: Db) {
  return {
    /** Editions that hold a story, under any of its names, or cite an article; the newest first. */
    async holdings(
      storyIds: readonly string[],
      articleId: string | null,
      limit: number,
    ): Promise<Holding[]> {
      const cites = JSON.stringify([articleId ?? ''])
      const isOne = sql<SqlBool>`(card->>'storyId' = any(${[...storyIds]}::text[])
        or jsonb_path_query_array(card, '$.citations[*].articleId') @> ${cites}::jsonb)`
      const holds = storyIds.map(
        (id) =>
          sql`or jsonb_path_query_array(pool, '$[*].storyId') @> ${JSON.stringify([id])}::jsonb`,
      )
      const found = sql<Holding>`
        with holding as materialized (
          select * from dose.edition
          where jsonb_path_query_array(pool, '$[*].citations[*].articleId') @> ${cites}::jsonb
            ${sql.join(holds, sql` `)})
        select e.id as "editionId", g.name as digest, e.date, e.state, e.frozen_at as "frozenAt", e.size,
          c.rank, jsonb_array_length(e.pool) as "poolSize", c.cited, c.score, c.parts
        from (select * from holding order by date desc, slot desc limit ${limit}) e
          join dose.digest g on g.id = e.digest_id
          cross join lateral (select (card->>'rank')::int as rank, (card->>'score')::float8 as score,
              card->'parts' as parts,
              jsonb_path_query_array(card, '$.citations[*].articleId') @> ${cites}::jsonb as cited
            from jsonb_array_elements(e.pool) card where ${isOne} order by cited desc limit 1) c
        order by e.date desc, g.name`
      const { rows } = await byIndex(db, (tx) => found.execute(tx))
      return rows
    },

    /** Names a story had whose articles went to this one. */
    formerIds: async (storyId: string): Promise<string[]> =>
      (
        await db
          .selectFrom('story_move')
          .select('from_id')
          .distinct()
          .where('to_id', '=', storyId)
          .limit(RUNS_MAX)
          .execute()
      ).map(({ from_id }) => from_id),

    /** What stages did to these rows, the newest last. */
    runs: (rowIds: readonly string[]) =>
      db
        .selectFrom('run')
        .selectAll()
        .where('row_id', 'in', [...rowIds])
        .orderBy('queued_at', 'desc')
        .limit(RUNS_MAX)
        .execute()
        .then((rows) => rows.reverse()),

    /** What one trace set going, the first first. */
    trace: (trace: string) =>
      db
        .selectFrom('run')
        .selectAll()
        .where('trace', '=', trace)
        .orderBy('queued_at')
        .limit(RUNS_MAX)
        .execute(),

    /** The runs that took in what an edition prints: there the traces of its articles meet its own. */
    async arrivals(editionId: string): Promise<Arrival[]> {
      const { rows: cited } = await sql<{ id: string }>`
        select distinct cited #>> '{}' as id
        from dose.edition e
          cross join lateral jsonb_array_elements(e.pool) with ordinality p(card, place)
          cross join lateral jsonb_path_query(card, '$.citations[*].articleId') cited
        where e.id = ${editionId} and place <= e.size`.execute(db)
      if (cited.length === 0) return []
      const { rows } = await sql<Arrival>`
        select distinct on (row_id) stage, row_id as id, row_version as version, attempt, trace,
          queued_at as "queuedAt"
        from dose.run where row_id = any(${cited.map(({ id }) => id)}::text[]) and stage = 'score'
        order by row_id, queued_at desc`.execute(db)
      return rows
    },

    /** The traces under which editions were composed that cite any of these articles; the newest first. */
    async compositions(articleIds: readonly string[], limit: number): Promise<Composition[]> {
      const cites = articleIds.map(
        (id) =>
          sql`jsonb_path_query_array(pool, '$[*].citations[*].articleId') @> ${JSON.stringify([id])}::jsonb`,
      )
      const found = sql<Composition>`
        with holding as materialized (
          select id, digest_id, date from dose.edition where ${sql.join(cites, sql` or `)})
        select e.id as "editionId", g.name as digest, e.date, r.trace
        from (select * from holding order by date desc limit ${limit}) e
          join dose.digest g on g.id = e.digest_id
          cross join lateral (select trace from dose.run where row_id = e.id and stage = 'compose'
            order by queued_at desc limit 1) r
        order by e.date desc, g.name`
      const { rows } = await byIndex(db, (tx) => found.execute(tx))
      return rows
    },

    /** The folders that are read; `url` is a path. */
    folders: (): Promise<{ id: string; url: string }[]> =>
      db.selectFrom('source').select(['id', 'url']).where('kind', '=', 'folder').execute(),

    /** Whose delivery this is. */
    deliveryOf: (id: string) =>
      db
        .selectFrom('delivery')
        .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
        .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
        .select(['delivery.edition_id as editionId', 'subscriber.email', 'subscriber.email_key'])
        .where('delivery.id', '=', id)
        .executeTakeFirst(),

    /** A reader's subscriptions, and what the ledger says of the last editions of each. */
    readerDeliveries: (emailKey: string, limit: number): Promise<ReaderDelivery[]> =>
      db
        .selectFrom('delivery')
        .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
        .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
        .innerJoin('edition', 'edition.id', 'delivery.edition_id')
        .innerJoin('digest', 'digest.id', 'edition.digest_id')
        .select([
          'delivery.id',
          'delivery.edition_id as editionId',
          'digest.name as digest',
          'edition.date',
          'delivery.state',
          'delivery.reason',
          'delivery.due_at as dueAt',
          'delivery.at',
        ])
        .where('subscriber.email_key', '=', emailKey)
        .orderBy('edition.date', 'desc')
        .orderBy('delivery.id')
        .limit(limit)
        .execute(),

    readerSubscriptions: (emailKey: string) =>
      db
        .selectFrom('subscription')
        .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
        .innerJoin('digest', 'digest.id', 'subscription.digest_id')
        .leftJoin('suppression', 'suppression.email_key', 'subscriber.email_key')
        .select([
          'digest.name as digest',
          'subscriber.email',
          'subscription.digest_id as digestId',
          'subscription.state',
          'subscription.pace',
          'subscription.hour',
          'subscription.time_zone as timeZone',
          'subscription.paused_until as pausedUntil',
          'subscription.created_at as createdAt',
          'subscription.consent',
          'suppression.reason as suppressed',
          'suppression.at as suppressedAt',
        ])
        .where('subscriber.email_key', '=', emailKey)
        .orderBy('digest.name')
        .execute(),
  }
}
