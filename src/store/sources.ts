import { type Selectable, sql } from 'kysely'
import type { FeedLink, Instant, ListRules, Pacing } from '../model.ts'
import { type Db, idOf, slices } from './db.ts'
import { askRemoval } from './decisions.ts'
import { measureOutage, type Outage } from './outage.ts'
import type { FullText, RequestAnswer, SourceKind, SourceState, Tables } from './tables.ts'
import { keepTakenDown } from './takedowns.ts'

export type Source = Selectable<Tables['source']>

/** What is read of a due source, to put all of them in order. */
export type DueSource = Pick<Source, 'id' | 'url' | 'fetches'>

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
  /** `auto` where absent. */
  readonly fullText?: FullText | undefined
}

/** What an operator may change. What is left out stays. */
export type SourceChange = Partial<{
  name: string
  topics: readonly string[]
  /** 0–100. */
  authority: number
  /** Seconds, whatever it publishes; `auto` goes by what it publishes. */
  interval: number | 'auto'
  state: SourceState
  listRules: ListRules
  secrets: string | null
  fullText: FullText
}>

/** The id a source has or would have. */
export const sourceId = (url: string): string => idOf('s', url)

/** One visit to a source as its ledger shows it. */
export type LedgerLine = {
  readonly at: Instant
  /** URL, without credentials. */
  readonly asked: string
  /** Asked only for what is new. */
  readonly conditional: boolean
  readonly answer: RequestAnswer
  /** Of HTTP; `null` where nothing usable came. */
  readonly status: number | null
  /** After redirects. */
  readonly cameFrom: string | null
  /** Sent: one, and one for each redirect. */
  readonly requests: number
  /** Of body, as sent. */
  readonly bytes: number
  /** Milliseconds from the first request to the last byte. */
  readonly ms: number
  /** Milliseconds in line for the domain's budget. */
  readonly waitedMs: number
  /** What went wrong, or why nothing was asked. */
  readonly note: string | null
}

/** What a visit taught us about its source. */
export type FetchOutcome = {
  /** `postponed`: nothing was asked, which is no failure. */
  readonly kind: 'read' | 'failed' | 'gone' | 'postponed'
  readonly error: string | null
  /** Kept where it was read. */
  readonly validators: { readonly etag: string | null; readonly lastModified: string | null }
  readonly status: number | null
  readonly next: { readonly at: Instant; readonly why: string }
  readonly move: { readonly to: string | null; readonly times: number }
  readonly request: Omit<LedgerLine, 'at'> | null
}

/** Visits that the ledger of a source holds; the oldest makes room. */
const LEDGER_LINES = 20

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
      const { name, topics, authority, interval, state, listRules, secrets } = change
      const { fullText } = change
      const revived = { next_fetch_at: now, failures: 0, failing_since: null, last_error: null }
      await db
        .updateTable('source')
        .set({
          ...(name !== undefined && { name }),
          ...(topics && { topics: [...topics] }),
          ...(authority !== undefined && { authority }),
          ...(interval !== undefined && {
            ...(interval !== 'auto' && { interval_seconds: interval }),
            interval_fixed: interval !== 'auto',
            next_fetch_at: now,
          }),
          ...(state !== undefined && { state }),
          ...(state === 'active' && revived),
          // What was not to be found in the page before may be found in the same page now.
          ...(listRules && {
            list_rules: JSON.stringify(listRules),
            etag: null,
            last_modified: null,
            next_fetch_at: now,
          }),
          ...(secrets !== undefined && { secrets }),
          ...(fullText !== undefined && { full_text: fullText }),
        })
        .where('id', '=', id)
        .execute()
    },

    get: (id: string): Promise<Source | undefined> =>
      db.selectFrom('source').selectAll().where('id', '=', id).executeTakeFirst(),

    /** By id, URL, first URL of one that has moved, or path. */
    find: (key: string): Promise<Source | undefined> =>
      db
        .selectFrom('source')
        .selectAll()
        .where((is) => is.or((['id', 'url', 'ref'] as const).map((column) => is(column, '=', key))))
        .orderBy((is) => is.case().when('id', '=', key).then(0).else(1).end())
        .orderBy('id')
        .executeTakeFirst(),

    /** All that bear a name: feeds of one house often bear the same. */
    named: (name: string): Promise<Source[]> =>
      db.selectFrom('source').selectAll().where('name', '=', name).orderBy('id').execute(),

    list: (): Promise<Source[]> => db.selectFrom('source').selectAll().orderBy('name').execute(),

    /** Whether a hub tells of what is new in a source. */
    async isPushed(id: string): Promise<boolean> {
      const row = await db
        .selectFrom('hub_subscription')
        .select('state')
        .where('source_id', '=', id)
        .where('state', '=', 'active')
        .executeTakeFirst()
      return row !== undefined
    },

    /** Those that are read; what is pushed comes by itself. */
    active: (): Promise<DueSource[]> =>
      db
        .selectFrom('source')
        .select(['id', 'url', 'fetches'])
        .where('state', '=', 'active')
        .where('kind', '<>', 'push')
        .orderBy('id')
        .execute(),

    due: (now: Instant): Promise<DueSource[]> =>
      db
        .selectFrom('source')
        .select(['id', 'url', 'fetches'])
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
        // In the order in which everybody locks; see store/ingest.ts.
        await sql`select from dose.source where id = ${id} for update`.execute(tx)
        await sql`select from dose.article where source_id = ${id} order by id for update`.execute(
          tx,
        )
        await sql`select from dose.document where source_id = ${id} order by id for update`.execute(
          tx,
        )
        const { rows } = await sql<{ id: string }>`
          update dose.story set version = version + 1
          where id in (select id from dose.story where id in (select m.story_id from dose.member m
            join dose.article a on a.id = m.article_id where a.source_id = ${id})
            order by id for update)
          returning id`.execute(tx)
        await sql`update dose.member set duplicate_of = null
          where duplicate_of in (select id from dose.article where source_id = ${id})`.execute(tx)
        await keepTakenDown(tx, id)
        await askRemoval(tx, id)
        await sql`delete from dose.hub_subscription
          where source_id = ${id} and state in ('offered', 'refused')`.execute(tx)
        await sql`update dose.hub_subscription set state = 'leaving', tries = 0, next_at = 'epoch'
          where source_id = ${id}`.execute(tx)
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
        .set((is) => ({ first_fetch_at: is.fn.coalesce('first_fetch_at', is.val(now)) }))
        .where('id', '=', id)
        .execute()
    },

    /** Writes down a visit and its line in the ledger, in one statement. */
    async finish(id: string, outcome: FetchOutcome, now: Instant): Promise<void> {
      const { kind, error, validators, status, next, move, request } = outcome
      const isRead = kind === 'read'
      const isFailure = kind === 'failed' || kind === 'gone'
      await sql`
        with visited as (
          update dose.source set
            fetches = fetches + 1,
            fetched_at = ${now},
            succeeded_at = case when ${isRead} then ${now}::timestamptz else succeeded_at end,
            etag = case when ${isRead} then ${validators.etag} else etag end,
            last_modified = case when ${isRead} then ${validators.lastModified} else last_modified end,
            failures = case when ${isRead} then 0 when ${isFailure} then failures + 1 else failures end,
            failing_since = case when ${isRead} and no_feed is null then null
              when ${isFailure} then coalesce(failing_since, ${now}::timestamptz)
              else failing_since end,
            last_error = case when ${isRead} and no_feed is null then null when ${isFailure} then ${error}
              else last_error end,
            last_status = coalesce(${status}::int, case when ${isFailure} then null else last_status end),
            state = case when ${kind === 'gone'} then 'gone' else state end,
            next_fetch_at = ${next.at}, next_reason = ${next.why},
            moved_to = ${move.to}, moved_times = ${move.times}
          where id = ${id} returning id, fetches
        )
        insert into dose.request (source_id, slot, at, asked, conditional, answer, status, came_from,
          requests, bytes, ms, waited_ms, note)
        select id, fetches % ${LEDGER_LINES}::int, ${now}::timestamptz, ${request?.asked ?? ''},
          ${request?.conditional ?? false}::boolean, ${request?.answer ?? ''}, ${request?.status ?? null}::int,
          ${request?.cameFrom ?? null}, ${request?.requests ?? 0}::int, ${request?.bytes ?? 0}::bigint,
          ${request?.ms ?? 0}::int, ${request?.waitedMs ?? 0}::int, ${request?.note ?? null}
        from visited where ${request !== null}
        on conflict (source_id, slot) do update set at = excluded.at, asked = excluded.asked,
          conditional = excluded.conditional, answer = excluded.answer, status = excluded.status,
          came_from = excluded.came_from, requests = excluded.requests, bytes = excluded.bytes,
          ms = excluded.ms, waited_ms = excluded.waited_ms, note = excluded.note`.execute(db)
    },

    /** Keeps what its feed shows of its rhythm; what came instead of a feed before is forgotten. */
    async learn(
      id: string,
      rhythm: {
        readonly pacing: Partial<Pacing>
        readonly gapSeconds: number | null
        readonly newestAt: Instant | null
      },
    ): Promise<void> {
      await sql`update dose.source set pacing = ${JSON.stringify(rhythm.pacing)}::jsonb,
        gap_seconds = ${rhythm.gapSeconds}, newest_at = ${rhythm.newestAt},
        failing_since = case when no_feed is null then failing_since end,
        last_error = case when no_feed is null then last_error end,
        no_feed = null, proposed = '[]' where id = ${id}`.execute(db)
    },

    /** What came was no feed any more; `proposed` are those it names. */
    async loseFeed(
      id: string,
      reason: string,
      proposed: readonly FeedLink[],
      now: Instant,
    ): Promise<void> {
      await db
        .updateTable('source')
        .set((is) => ({
          no_feed: reason,
          last_error: reason,
          proposed: JSON.stringify(proposed),
          failing_since: is.fn.coalesce('failing_since', is.val(now)),
        }))
        .where('id', '=', id)
        .execute()
    },

    /**
     * Asks a source at another address from now on; its first one goes on to name it.
     *
     * @returns whether it moved: not where another source is.
     */
    async move(id: string, url: string): Promise<boolean> {
      const { numAffectedRows } = await sql`
        update dose.source s set ref = coalesce(ref, url), url = ${url}, moved_to = null, moved_times = 0
        where id = ${id} and not exists (
          select 1 from dose.source o where o.id <> s.id and (o.url = ${url} or o.ref = ${url}))`.execute(
        db,
      )
      return numAffectedRows === 1n
    },

    /** What it cost that a source was not read since an instant. */
    outage: (id: string, since: Instant, now: Instant): Promise<Outage> =>
      measureOutage(db, id, since, now),

    /** The last visits to a source, the newest first. */
    async ledger(id: string): Promise<LedgerLine[]> {
      const rows = await db
        .selectFrom('request')
        .selectAll()
        .where('source_id', '=', id)
        .orderBy('at', 'desc')
        .execute()
      return rows.map(({ source_id: _, slot: __, came_from, waited_ms, ...line }) => ({
        ...line,
        cameFrom: came_from,
        waitedMs: waited_ms,
      }))
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
  full_text: source.fullText ?? 'auto',
  next_fetch_at: now,
  created_at: now,
})
