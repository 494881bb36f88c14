import { type Selectable, sql } from 'kysely'
import type { Instant, ListRules } from '../model.ts'
import { type Db, idOf, slices } from './db.ts'
import type { SourceKind, SourceState, Tables } from './tables.ts'
import { keepTakenDown } from './takedowns.ts'

export type Source = Selectable<Tables['source']>

export type NewSource = {
  readonly kind: SourceKind
  readonly url: string
  readonly name: string
  readonly topics: readonly string[]
  readonly intervalSeconds: number
  /** Of a list page. */
  readonly listRules?: ListRules | null
  /** Where it stood in the feed reader it comes from. */
  readonly folder?: string | null
  /** Sealed; see `Store.access`. */
  readonly secrets?: string | null
}

/** What an operator may change. What is left out stays. */
export type SourceChange = Partial<{
  name: string
  topics: readonly string[]
  /** 0–100. */
  authority: number
  intervalSeconds: number
  state: SourceState
  listRules: ListRules
  secrets: string | null
}>

/** The id a source has or would have. */
export const sourceId = (url: string): string => idOf('s', url)

/** What a fetch taught us about its source. */
export type FetchOutcome =
  | {
      readonly kind: 'succeeded'
      readonly etag: string | null
      readonly lastModified: string | null
      readonly nextFetchAt: Instant
    }
  | { readonly kind: 'failed'; readonly error: string; readonly nextFetchAt: Instant }
  | { readonly kind: 'gone'; readonly error: string }

/** Rows of one statement. */
const SLICE = 500

export function createSources(db: Db) {
  return {
    /** Repeating is a no-op that answers the id the URL has. */
    async add(source: NewSource, now: Instant): Promise<{ id: string; added: boolean }> {
      const added = await this.addMany([source], now)
      return { id: sourceId(source.url), added: added.size > 0 }
    },

    /** Adds what is not known yet. @returns the URLs that were added. */
    async addMany(sources: readonly NewSource[], now: Instant): Promise<Set<string>> {
      const added = new Set<string>()
      for (const slice of slices(sources, SLICE)) {
        const rows = await db
          .insertInto('source')
          .values(slice.map((source) => rowOf(source, now)))
          .onConflict((conflict) => conflict.doNothing())
          .returning('url')
          .execute()
        for (const { url } of rows) added.add(url)
      }
      return added
    },

    /**
     * Changes what an operator may change. One that is made active again is read at once, with
     * its failures forgotten.
     */
    async change(id: string, change: SourceChange, now: Instant): Promise<void> {
      const { name, topics, authority, intervalSeconds, state, listRules, secrets } = change
      const revived = { next_fetch_at: now, failures: 0, last_error: null }
      await db
        .updateTable('source')
        .set({
          ...(name !== undefined && { name }),
          ...(topics && { topics: [...topics] }),
          ...(authority !== undefined && { authority }),
          ...(intervalSeconds !== undefined && { interval_seconds: intervalSeconds }),
          ...(state !== undefined && { state }),
          ...(state === 'active' && revived),
          ...(listRules && { list_rules: JSON.stringify(listRules) }),
          ...(secrets !== undefined && { secrets }),
        })
        .where('id', '=', id)
        .execute()
    },

    get: (id: string): Promise<Source | undefined> =>
      db.selectFrom('source').selectAll().where('id', '=', id).executeTakeFirst(),

    /** By id, URL, path or name. */
    find: (key: string): Promise<Source | undefined> =>
      db
        .selectFrom('source')
        .selectAll()
        .where((is) => is.or([is('id', '=', key), is('url', '=', key), is('name', '=', key)]))
        .executeTakeFirst(),

    list: (): Promise<Source[]> => db.selectFrom('source').selectAll().orderBy('name').execute(),

    /** Those that are read; what is pushed comes by itself. */
    active: (): Promise<Source[]> =>
      db
        .selectFrom('source')
        .selectAll()
        .where('state', '=', 'active')
        .where('kind', '<>', 'push')
        .orderBy('id')
        .execute(),

    due: (now: Instant): Promise<Source[]> =>
      db
        .selectFrom('source')
        .selectAll()
        .where('state', '=', 'active')
        .where('kind', '<>', 'push')
        .where('next_fetch_at', '<=', now)
        .orderBy('next_fetch_at')
        .execute(),

    /**
     * How many of these fetches, each named by the number it will have, are still to be made; and
     * when the newest document of their sources came in.
     */
    async unread(
      fetches: readonly { readonly id: string; readonly version: number }[],
    ): Promise<{ unread: number; readAt: Instant }> {
      const ids = fetches.map(({ id }) => id)
      const versions = fetches.map(({ version }) => version)
      const { rows } = await sql<{ unread: number; readAt: Instant }>`select
        (select count(*) from unnest(${ids}::text[], ${versions}::int[]) as wanted(id, version)
          join dose.source s on s.id = wanted.id where s.fetches < wanted.version) as unread,
        coalesce((select max(fetched_at) from dose.document where source_id = any(${ids}::text[])),
          'epoch') as "readAt"`.execute(db)
      return rows[0] ?? { unread: 0, readAt: new Date(0).toISOString() }
    },

    /** Its articles go with it: stories that keep others are told anew, the rest go too. */
    remove: (id: string): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        await sql`select from dose.article where source_id = ${id} order by id for update`.execute(
          tx,
        ) // as clustering does: articles before stories
        const { rows } = await sql<{ id: string }>`
          update dose.story set version = version + 1
          where id in (select m.story_id from dose.member m
            join dose.article a on a.id = m.article_id where a.source_id = ${id})
          returning id`.execute(tx)
        await sql`update dose.member set duplicate_of = null
          where duplicate_of in (select id from dose.article where source_id = ${id})`.execute(tx)
        await keepTakenDown(tx, id)
        const { numDeletedRows } = await tx
          .deleteFrom('source')
          .where('id', '=', id)
          .executeTakeFirst()
        await sql`delete from dose.story s where id = any(${rows.map((row) => row.id)}::text[])
          and not exists (select 1 from dose.member m where m.story_id = s.id)`.execute(tx)
        return numDeletedRows > 0n
      }),

    /** Notes the first contact; articles much older than it are back-fill. */
    async begin(id: string, now: Instant): Promise<void> {
      await db
        .updateTable('source')
        .set((is) => ({
          first_fetch_at: is.fn.coalesce('first_fetch_at', is.val(now)),
          fetched_at: now,
        }))
        .where('id', '=', id)
        .execute()
    },

    async finish(id: string, outcome: FetchOutcome, now: Instant): Promise<void> {
      const update = db.updateTable('source').where('id', '=', id)
      if (outcome.kind === 'succeeded')
        await update
          .set((is) => ({
            etag: outcome.etag,
            last_modified: outcome.lastModified,
            next_fetch_at: outcome.nextFetchAt,
            succeeded_at: now,
            fetches: is('fetches', '+', 1),
            failures: 0,
            last_error: null,
          }))
          .execute()
      else
        await update
          .set((is) => ({
            fetches: is('fetches', '+', 1),
            failures: is('failures', '+', 1),
            last_error: outcome.error,
            ...(outcome.kind === 'gone'
              ? { state: 'gone' as const }
              : { next_fetch_at: outcome.nextFetchAt }),
          }))
          .execute()
    },
  }
}

const rowOf = (source: NewSource, now: Instant) => ({
  id: sourceId(source.url),
  kind: source.kind,
  url: source.url,
  name: source.name,
  topics: [...source.topics],
  interval_seconds: source.intervalSeconds,
  list_rules: source.listRules ? JSON.stringify(source.listRules) : null,
  folder: source.folder ?? null,
  secrets: source.secrets ?? null,
  next_fetch_at: now,
  created_at: now,
})
