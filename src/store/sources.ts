import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import { type Db, idOf } from './db.ts'
import type { SourceKind, Tables } from './tables.ts'

export type Source = Selectable<Tables['source']>

export type NewSource = {
  readonly kind: SourceKind
  readonly url: string
  readonly name: string
  readonly topics: readonly string[]
  readonly intervalSeconds: number
}

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

export function createSources(db: Db) {
  return {
    /** Repeating is a no-op that answers the id the URL has. */
    async add(source: NewSource, now: Instant): Promise<{ id: string; added: boolean }> {
      const id = idOf('s', source.url)
      const row = await db
        .insertInto('source')
        .values({
          id,
          kind: source.kind,
          url: source.url,
          name: source.name,
          topics: [...source.topics],
          interval_seconds: source.intervalSeconds,
          next_fetch_at: now,
          created_at: now,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst()
      return { id, added: row !== undefined }
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

    active: (): Promise<Source[]> =>
      db.selectFrom('source').selectAll().where('state', '=', 'active').orderBy('id').execute(),

    due: (now: Instant): Promise<Source[]> =>
      db
        .selectFrom('source')
        .selectAll()
        .where('state', '=', 'active')
        .where('next_fetch_at', '<=', now)
        .orderBy('next_fetch_at')
        .execute(),

    /** How many of these fetches, each named by the number it will have, are still to be made. */
    async unread(fetches: readonly { readonly id: string; readonly version: number }[]) {
      const { rows } = await sql<{ n: number }>`select count(*) as n
        from unnest(${fetches.map(({ id }) => id)}::text[], ${fetches.map(({ version }) => version)}::int[])
          as wanted(id, version)
        join dose.source s on s.id = wanted.id
        where s.fetches < wanted.version`.execute(db)
      return rows[0]?.n ?? 0
    },

    async remove(id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('source')
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

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

    /** A source that moved for good keeps its id and its articles. */
    async move(id: string, url: string): Promise<void> {
      await db.updateTable('source').set({ url }).where('id', '=', id).execute()
    },
  }
}
