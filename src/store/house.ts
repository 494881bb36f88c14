import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

/** Why nothing is read from sources, and since when. */
export type FetchStop = { readonly since: Instant; readonly reason: string }

export type TableSize = { readonly table: string; readonly rows: number; readonly bytes: number }

/** Where the stop is kept, so that every process knows it. */
const STOP = 'fetch_stop'

/** How far a sweep of one rule came: rows that went, and where to go on; `null` when nothing is left. */
export type Swept = { readonly rows: number; readonly next: string | null }

type Batch = (before: Instant, limit: number) => RawBuilder<unknown>

/** Up to `limit` rows of a table that are older, found in the order of an index where there is one. */
const oldest =
  (table: string, column: string, where = sql`true`): Batch =>
  (before, limit) =>
    sql`delete from ${sql.id('dose', table)} where ctid = any(array(
    select ctid from ${sql.id('dose', table)} where ${sql.id(column)} < ${before} and ${where}
    order by ${sql.id(column)} limit ${limit})) returning 1 as gone`

/** Rules whose rows go by age; each statement returns what it deletes or empties. */
const BATCHES: Readonly<Record<string, Batch>> = {
  runs: oldest('run', 'ended_at'),
  letters: oldest('letter', 'created_at'),
  alerts: oldest('alert', 'resolved_at'),
  notes: oldest('alert_note', 'created_at', sql`state <> 'planned'`),
  audit: oldest('audit_entry', 'at'),

  networks: (before, limit) => sql`update dose.consent set asked_from = null, confirmed_from = null
    where ctid = any(array(select ctid from dose.consent where confirmed_at < ${before}
      and (asked_from is not null or confirmed_from is not null) limit ${limit})) returning 1 as gone`,

  issues: (before, limit) => sql`delete from dose.issue where ctid = any(array(
    select i.ctid from dose.issue i join dose.edition e on e.id = i.edition_id
    where e.span_to < ${before} limit ${limit})) returning 1 as gone`,

  inputs: (before, limit) => sql`delete from dose.edition_input where ctid = any(array(
    select i.ctid from dose.edition_input i join dose.edition e on e.id = i.edition_id
    where e.span_to < ${before} limit ${limit})) returning 1 as gone`,

  deliveries: (before, limit) => sql`with gone as (
      delete from dose.delivery where ctid = any(array(
        select d.ctid from dose.edition e join dose.delivery d on d.edition_id = e.id
        where e.span_to < ${before} and e.state = 'sent'
          and d.state not in ('planned', 'deferred', 'claimed', 'submitted')
        limit ${limit})) returning edition_id),
    marked as (update dose.edition set swept = true where id in (select edition_id from gone))
    select 1 as gone from gone`,
}

/** What is kept for how long, how large it is, and what goes. */
export function createHouse(db: Db) {
  return {
    /** What an operator set; `null` days are for ever. */
    kept: () => db.selectFrom('retention').selectAll().execute(),

    async keep(rule: string, days: number | null | 'default'): Promise<void> {
      if (days === 'default') await db.deleteFrom('retention').where('rule', '=', rule).execute()
      else
        await db
          .insertInto('retention')
          .values({ rule, days })
          .onConflict((conflict) => conflict.column('rule').doUpdateSet({ days }))
          .execute()
    },

    /** Deletes up to `limit` rows of a rule that are older than `before`. */
    async sweep(rule: string, before: Instant, limit: number, after = ''): Promise<Swept> {
      if (rule === 'texts') return emptyTexts(db, before, limit, after)
      const batch = BATCHES[rule]
      if (!batch) return { rows: 0, next: null }
      const { rows } = await batch(before, limit).execute(db)
      return { rows: rows.length, next: rows.length < limit ? null : rule }
    },

    /** Every table with its indexes, the largest first. Rows as the planner takes them to be. */
    async sizes(): Promise<TableSize[]> {
      const { rows } = await sql<TableSize>`
        select c.relname as "table", greatest(c.reltuples, 0)::float8 as rows,
          pg_total_relation_size(c.oid)::float8 as bytes
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'dose' and c.relkind = 'r' order by 3 desc, 1`.execute(db)
      return rows
    },

    /** Bytes of the whole database, queues included. */
    async databaseBytes(): Promise<number> {
      const { rows } = await sql<{ bytes: number }>`
        select pg_database_size(current_database())::float8 as bytes`.execute(db)
      return rows[0]?.bytes ?? 0
    },

    async fetchStop(): Promise<FetchStop | null> {
      const row = await db
        .selectFrom('setting')
        .select('value')
        .where('name', '=', STOP)
        .executeTakeFirst()
      return row ? (JSON.parse(row.value) as FetchStop) : null
    },

    /** From now on every process reads sources, or none does. */
    async setFetchStop(stop: FetchStop | null): Promise<void> {
      if (stop === null) {
        await db.deleteFrom('setting').where('name', '=', STOP).execute()
        return
      }
      const value = JSON.stringify(stop)
      await db
        .insertInto('setting')
        .values({ name: STOP, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute()
    },
  }
}

/**
 * Empties texts of articles in the order of their ids. Stories that an edition told keep every text,
 * whatever they were called then; titles and teasers stay.
 */
async function emptyTexts(db: Db, before: Instant, limit: number, after: string): Promise<Swept> {
  const { rows } = await sql<{ last: string | null; looked: number; emptied: number }>`
    with page as (select distinct article_id from dose.article_text
      where article_id > ${after} order by article_id limit ${limit}),
    looked as (select article_id, version, at, text <> '' as filled
      from dose.article_text join page using (article_id)),
    emptied as (update dose.article_text t set text = '', sha256 = encode(sha256(''), 'hex')
      from looked k left join dose.member m on m.article_id = k.article_id
      where t.article_id = k.article_id and t.version = k.version and k.filled and k.at < ${before}
        and not exists (select from dose.told where story_id = m.story_id)
        and not exists (select from dose.story_move v join dose.told on told.story_id = v.from_id
          where v.to_id = m.story_id)
      returning 1)
    select max(article_id) as last, count(*)::float8 as looked,
      (select count(*)::float8 from emptied) as emptied from page`.execute(db)
  const { last = null, looked = 0, emptied = 0 } = rows[0] ?? {}
  return { rows: emptied, next: looked < limit ? null : last }
}
