import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import { type Db, slices, type Tx } from './db.ts'
import { noteTaken, type Resolved } from './decisions.ts'
import { holdLease, type Lease } from './leases.ts'
import type { LogDetail, Tables } from './tables.ts'

export type LogEntry = Omit<Selectable<Tables['log_entry']>, 'detail'> & {
  readonly detail?: LogDetail | null
}

/** An article version as the clusterer reads it. */
export type LoggedArticle = {
  readonly id: string
  readonly version: number
  readonly provider: string
  readonly publishedAt: Instant | null
  readonly title: string
  readonly text: string
}

export type Assignment = {
  readonly articleId: string
  readonly storyId: string
  readonly duplicateOf: string | null
}

export type ClusterState = {
  readonly watermark: number
  readonly snapshotSeq: number
  readonly snapshot: Uint8Array | null
  readonly settings: object
}

type Waiting = { n: number; since: Instant | null; decided: boolean; ticked: boolean }

/** One step of clustering: what it appends to the log and what that does to the stories. */
export type Step = {
  readonly entries: readonly LogEntry[]
  /** New memberships and moved ones. */
  readonly assignments: readonly Assignment[]
  /** Articles whose text changed: their stories want a new summary. */
  readonly revised: readonly string[]
  /** The decision that its one entry takes up. */
  readonly decision?: Resolved
  readonly snapshot: Snapshot | null
}

/** The clusterer in its own form: what changes, and rows of what does not. */
export type Snapshot = {
  readonly head: Uint8Array
  readonly rows: readonly { readonly first: number; readonly bytes: Uint8Array }[]
  /** All rows that it needs, those written before with it. */
  readonly wanted: readonly number[]
}

const SLICE = 1_000
/** Rows of a snapshot in one statement: a few megabytes. */
const ROWS_AT_ONCE = 20

export function createClusterLog(db: Db) {
  return {
    /** State of the log; made at first use with `settings`, which then stay. */
    async state(settings: object): Promise<ClusterState> {
      await db
        .insertInto('cluster_state')
        .values({
          id: 1,
          watermark: 0,
          snapshot_seq: 0,
          snapshot: null,
          settings: JSON.stringify(settings),
        })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet({ settings: JSON.stringify(settings) })
            .where('cluster_state.settings', '=', sql<never>`'{}'::jsonb`),
        )
        .execute()
      const row = await db.selectFrom('cluster_state').selectAll().executeTakeFirstOrThrow()
      return {
        watermark: row.watermark,
        snapshotSeq: row.snapshot_seq,
        snapshot: row.snapshot,
        settings: row.settings,
      }
    },

    /**
     * Articles the log has not taken up, in the order it will: by publication, then by URL. An
     * order of their own, so that it does not matter which worker stored them first.
     */
    async waiting(limit: number): Promise<(LoggedArticle & { isNew: boolean })[]> {
      // Fenced: the planner takes a third of all articles to be waiting and would read the lot.
      const { rows } = await sql<TextRow & { logged_version: number }>`
        with waiting as materialized (
          select id, version, logged_version, provider_domain, published_at, url
          from dose.article where logged_version < version),
        first as materialized (
          select * from waiting order by published_at, url limit ${limit})
        select f.id, f.logged_version, f.provider_domain, f.published_at, f.version, t.title, t.text
        from first f join dose.article_text t on t.article_id = f.id and t.version = f.version
        order by f.published_at, f.url`.execute(db)
      return rows.map((row) => ({ ...toLogged(row), isNew: row.logged_version === 0 }))
    },

    /**
     * How many articles wait, since when the longest waiting one does, whether a decision waits,
     * and whether a tick ends the log.
     */
    async waitingSince(): Promise<Waiting> {
      const { rows } = await sql<Waiting>`
        select count(*) as n,
          min((select at from dose.article_text where article_id = a.id and version = a.version)) as since,
          exists (select from dose.decision where seq is null) as decided,
          coalesce((select kind = 'tick' from dose.log_entry order by seq desc limit 1), true) as ticked
        from dose.article a
        where a.logged_version < a.version`.execute(db)
      return rows[0] ?? { n: 0, since: null, decided: false, ticked: true }
    },

    /** Rows of the stored snapshot after the one that begins with `first`, in order. */
    records: (first: number, limit: number): Promise<{ first: number; bytes: Uint8Array }[]> =>
      db
        .selectFrom('cluster_record')
        .selectAll()
        .where('first', '>', first)
        .orderBy('first')
        .limit(limit)
        .execute(),

    /** Log entries after `seq` with the article versions they speak of, for a rebuild. */
    async read(
      seq: number,
      limit: number,
    ): Promise<(LogEntry & { article: LoggedArticle | null })[]> {
      const entries = await db
        .selectFrom('log_entry')
        .selectAll()
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(limit)
        .execute()
      const ids = entries.flatMap(({ article_id }) => article_id ?? [])
      const texts =
        ids.length === 0 ? [] : await articlesWithText(db).where('article.id', 'in', ids).execute()
      const byKey = new Map(texts.map((row) => [`${row.id} ${row.version}`, toLogged(row)]))
      return entries.map((entry) => ({
        ...entry,
        article: byKey.get(`${entry.article_id} ${entry.version}`) ?? null,
      }))
    },

    /**
     * Writes one step, all or nothing: log, memberships, stories and watermark.
     *
     * @returns the stories it touched, with their new versions.
     * @throws {LeaseLost} when another holder has taken over.
     */
    commit: (lease: Lease, step: Step): Promise<{ id: string; version: number }[]> =>
      db.transaction().execute(async (tx) => {
        await holdLease(tx, lease)
        await appendEntries(tx, step.entries)
        const seq = step.entries.at(-1)?.seq ?? 0
        if (step.decision) await noteTaken(tx, step.decision, seq)
        const touched = await assign(tx, step, seq)
        await advance(tx, step)
        return touched
      }),
  }
}

const articlesWithText = (db: Db) =>
  db
    .selectFrom('article')
    .innerJoin('article_text', 'article_text.article_id', 'article.id')
    .select([
      'article.id',
      'article.provider_domain',
      'article.published_at',
      'article_text.version',
      'article_text.title',
      'article_text.text',
    ])

type TextRow = {
  id: string
  provider_domain: string
  published_at: Instant
  version: number
  title: string
  text: string
}

const toLogged = (row: TextRow): LoggedArticle => ({
  id: row.id,
  version: row.version,
  provider: row.provider_domain,
  publishedAt: row.published_at,
  title: row.title,
  text: row.text,
})

async function appendEntries(tx: Tx, entries: readonly LogEntry[]): Promise<void> {
  for (const slice of slices(entries, SLICE))
    await tx
      .insertInto('log_entry')
      .values(
        slice.map(({ detail, ...entry }) => ({
          ...entry,
          detail: detail ? JSON.stringify(detail) : null,
        })),
      )
      .execute()
  const taken = entries
    .filter(({ article_id }) => article_id !== null)
    .sort((a, b) => ((a.article_id ?? '') < (b.article_id ?? '') ? -1 : 1))
  for (const slice of slices(taken, SLICE)) {
    const ids = slice.map(({ article_id }) => article_id)
    await sql`select from dose.article where id = any(${ids}::text[]) order by id
      for no key update`.execute(tx) // as an ingest does: an update alone goes in any order
    await sql`update dose.article a
      set seq = coalesce(a.seq, e.seq), logged_version = e.version
      from (select unnest(${slice.map(({ seq }) => seq)}::bigint[]) as seq,
        unnest(${ids}::text[]) as id,
        unnest(${slice.map(({ version }) => version)}::int[]) as version) e
      where a.id = e.id`.execute(tx)
  }
}

/** Moves articles to their stories and counts up the version of every story that changed. */
async function assign(tx: Tx, { assignments, revised }: Step, seq: number) {
  const held = await lockHeld(tx, assignments)
  const before = await membersOf(tx, [...held.map(({ articleId }) => articleId), ...revised])
  const touched = new Set([...before.values(), ...held.map(({ storyId }) => storyId)])
  if (touched.size === 0) return []
  await upsertStories(tx, [...touched].sort())
  for (const slice of slices(held, SLICE)) await putMembers(tx, slice)
  await noteMoves(tx, held, before, seq)
  await refreshSpans(tx, [...touched])
  await emptyPages(tx, [...touched])
  return tx
    .selectFrom('story')
    .select(['id', 'version'])
    .where('id', 'in', [...touched])
    .where((is) => is.exists(is.selectFrom('member').whereRef('member.story_id', '=', 'story.id')))
    .orderBy('id')
    .execute()
}

/**
 * The assignments of articles that are still there, locked so that they stay. The clusterer may
 * hold articles whose source has been removed since.
 */
async function lockHeld(tx: Tx, assignments: readonly Assignment[]): Promise<Assignment[]> {
  const held = new Set<string>()
  for (const slice of slices(assignments, SLICE)) {
    const rows = await tx
      .selectFrom('article')
      .select('id')
      .where(
        'id',
        'in',
        slice.map(({ articleId }) => articleId),
      )
      .orderBy('id')
      .forKeyShare()
      .execute()
    for (const { id } of rows) held.add(id)
  }
  return assignments.filter(({ articleId }) => held.has(articleId))
}

/** A copy whose original has been removed stands for itself. */
async function putMembers(tx: Tx, assignments: readonly Assignment[]): Promise<void> {
  await sql`insert into dose.member as m (article_id, story_id, duplicate_of)
    select e.article_id, e.story_id, o.id
    from unnest(${assignments.map(({ articleId }) => articleId)}::text[],
        ${assignments.map(({ storyId }) => storyId)}::text[],
        ${assignments.map(({ duplicateOf }) => duplicateOf)}::text[])
        as e(article_id, story_id, duplicate_of)
      left join dose.article o on o.id = e.duplicate_of
    on conflict (article_id) do update set story_id = excluded.story_id,
      duplicate_of = coalesce(excluded.duplicate_of, m.duplicate_of)`.execute(tx)
}

/** Tells where the articles of a story went. */
async function noteMoves(
  tx: Tx,
  held: readonly Assignment[],
  before: ReadonlyMap<string, string>,
  seq: number,
): Promise<void> {
  const moves = new Map<string, { from_id: string; to_id: string; seq: number; articles: number }>()
  for (const { articleId, storyId } of held) {
    const from_id = before.get(articleId) ?? storyId
    if (from_id === storyId) continue
    const key = JSON.stringify([from_id, storyId])
    const articles = (moves.get(key)?.articles ?? 0) + 1
    moves.set(key, { from_id, to_id: storyId, seq, articles })
  }
  for (const slice of slices([...moves.values()], SLICE))
    await tx.insertInto('story_move').values(slice).execute()
}

async function membersOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const stories = new Map<string, string>()
  for (const slice of slices(ids, SLICE)) {
    const rows = await tx
      .selectFrom('member')
      .selectAll()
      .where('article_id', 'in', slice)
      .execute()
    for (const row of rows) stories.set(row.article_id, row.story_id)
  }
  return stories
}

async function upsertStories(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const slice of slices(ids, SLICE))
    await sql`insert into dose.story as s (id, version, first_seen_at, last_seen_at)
      select id, 1, 'epoch', 'epoch' from unnest(${slice}::text[]) as id
      on conflict (id) do update set version = s.version + 1`.execute(tx)
}

/** A story without articles has nothing to show: its links lead to where they went. */
async function emptyPages(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`update dose.story s set page = null
    where id = any(${ids}::text[]) and page is not null
      and not exists (select from dose.member m where m.story_id = s.id)`.execute(tx)
}

async function refreshSpans(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`update dose.story s
    set first_seen_at = m.first, last_seen_at = m.last
    from (select story_id, min(a.published_at) as first, max(a.published_at) as last
      from dose.member join dose.article a on a.id = article_id
      where story_id = any(${ids}::text[]) group by story_id) m
    where s.id = m.story_id`.execute(tx)
}

async function advance(tx: Tx, { entries, snapshot }: Step): Promise<void> {
  const watermark = entries.at(-1)?.seq
  if (watermark === undefined) return
  await tx
    .updateTable('cluster_state')
    .set(snapshot ? { watermark, snapshot: snapshot.head, snapshot_seq: watermark } : { watermark })
    .execute()
  if (snapshot) await putRecords(tx, snapshot)
}

/** Rows that no live article stands in go; the rest stay as they are. */
async function putRecords(tx: Tx, { rows, wanted }: Snapshot): Promise<void> {
  await sql`delete from dose.cluster_record where first <> all(${wanted}::bigint[])`.execute(tx)
  for (const slice of slices(rows, ROWS_AT_ONCE))
    await tx
      .insertInto('cluster_record')
      .values([...slice])
      .onConflict((conflict) =>
        conflict.column('first').doUpdateSet((is) => ({ bytes: is.ref('excluded.bytes') })),
      )
      .execute()
}
