import { sql } from 'kysely'
import type { EditionState, Instant, Span } from '../model.ts'
import { byIndex, type Db } from './db.ts'
import { isPrinted } from './printed.ts'

/** An edition as a line of a list: without its pool, which may hold 200 cards. */
export type EditionLine = {
  readonly id: string
  readonly digestId: string
  readonly digestName: string
  readonly number: number
  readonly date: string
  readonly slot: number
  readonly subject: string
  readonly hash: string
}

/** An edition of any state as those who run the house see it; without its pool as well. */
export type EditionHead = Omit<EditionLine, 'slot' | 'hash'> & {
  readonly state: EditionState
  readonly span: Span
  readonly deliver: boolean
  /** Stories shown to a reader of all topics. */
  readonly stories: number
  readonly hash: string | null
}

/** Where an edition tells an article's story. */
export type Telling = {
  readonly date: string
  readonly frozenAt: Instant | null
  /** From 1, among all stories of the pool. */
  readonly rank: number
  readonly poolSize: number
  /** Stories shown to a reader of all topics. */
  readonly size: number
  /** The article is cited; otherwise its story is told from others. */
  readonly cited: boolean
}

/** A place in the archive, newest first: what comes after it is older. */
export type ArchiveKey = Pick<EditionLine, 'date' | 'slot' | 'id'>

type ArchiveRequest = {
  readonly limit: number
  readonly digestId?: string | undefined
  /** Only what is older than this. */
  readonly before?: ArchiveKey | undefined
}

/** Rows up to which a table is counted. */
const COUNTED_MAX = 50_000

/** States in which everybody may read an edition. */
const PUBLIC = ['frozen', 'sending', 'sent'] as const

const lines = (db: Db) =>
  db
    .selectFrom('edition')
    .innerJoin('digest', 'digest.id', 'edition.digest_id')
    .select([
      'edition.id',
      'edition.digest_id as digestId',
      'digest.name as digestName',
      'edition.number',
      'edition.date',
      'edition.slot',
      'edition.hash',
      (is) => is.fn.coalesce('edition.served_subject', 'edition.subject').as('subject'),
    ])
    .where('edition.state', 'in', PUBLIC)

type Line = Awaited<ReturnType<ReturnType<typeof lines>['execute']>>[number]

const toLine = (row: Line): EditionLine => ({
  ...row,
  number: row.number ?? 0,
  hash: row.hash ?? '',
})

export function createArchive(db: Db) {
  return {
    /** Public editions, the newest first. */
    list: (request: ArchiveRequest) => listPublic(db, request),
    /** The public editions of the same digest on either side. */
    neighbours: (edition: Pick<EditionLine, 'digestId' | 'date' | 'slot'>) =>
      neighboursOf(db, edition),
    /** Editions in any state, the newest first. */
    heads: (limit: number, digestId?: string) => listHeads(db, limit, digestId),
    /** The same page by page, narrowed; `after` is the id of the last one seen. */
    page: (asked: HeadPage) => pageOfHeads(db, asked),
    /** One edition, in any state. */
    head: async (id: string): Promise<EditionHead | undefined> => {
      const row = await heads(db).where('edition.id', '=', id).executeTakeFirst()
      return row && toHead(row)
    },
    /** The newest public edition of a digest whose pool cites an article or tells its story. */
    telling: (
      digestId: string,
      article: { readonly id: string; readonly storyId: string | null },
    ) => findTelling(db, digestId, article),
    /** When the newest public edition was frozen. */
    lastEditionAt: () => lastEditionAt(db),
    /** What there is in all; for metrics. */
    totals: () => countAll(db),
    /** Fails when the database does not answer. */
    ping: async (): Promise<void> => void (await sql`select 1`.execute(db)),
  }
}

async function listPublic(db: Db, request: ArchiveRequest): Promise<EditionLine[]> {
  const { limit, digestId, before } = request
  let query = lines(db)
    .orderBy('edition.date', 'desc')
    .orderBy('edition.slot', 'desc')
    .orderBy('edition.id', 'desc')
    .limit(limit)
  if (digestId !== undefined) query = query.where('edition.digest_id', '=', digestId)
  if (before)
    query = query.where(
      sql<boolean>`(edition.date, edition.slot, edition.id) < (${before.date}, ${before.slot}, ${before.id})`,
    )
  return (await query.execute()).map(toLine)
}

const heads = (db: Db) =>
  db
    .selectFrom('edition')
    .innerJoin('digest', 'digest.id', 'edition.digest_id')
    .select([
      'edition.id',
      'edition.digest_id as digestId',
      'digest.name as digestName',
      'edition.number',
      'edition.date',
      'edition.state',
      'edition.span_from',
      'edition.span_to',
      'edition.deliver',
      'edition.subject',
      'edition.hash',
      sql<number>`least(edition.size, (select count(*) from jsonb_array_elements(edition.pool) card
        where ${isPrinted}))`.as('stories'),
    ])
    .orderBy('edition.date', 'desc')
    .orderBy('edition.slot', 'desc')
    .orderBy('edition.id', 'desc')

type HeadRow = Awaited<ReturnType<ReturnType<typeof heads>['execute']>>[number]

const toHead = ({ span_from, span_to, number, ...row }: HeadRow): EditionHead => ({
  ...row,
  number: number ?? 0,
  span: { from: span_from, to: span_to },
})

async function listHeads(db: Db, limit: number, digestId?: string): Promise<EditionHead[]> {
  const all = heads(db).limit(limit)
  const query = digestId === undefined ? all : all.where('edition.digest_id', '=', digestId)
  return (await query.execute()).map(toHead)
}

/** Part of the list of editions. */
type HeadPage = {
  readonly digestId?: string | undefined
  readonly state?: string | undefined
  readonly after: string | null
  readonly limit: number
}

async function pageOfHeads(db: Db, { digestId, state, after, limit }: HeadPage) {
  let query = heads(db).limit(limit)
  if (digestId) query = query.where('edition.digest_id', '=', digestId)
  if (state) query = query.where('edition.state', '=', state as EditionState)
  if (after)
    query = query.where(
      sql<boolean>`(edition.date, edition.slot, edition.id) <
        (select date, slot, id from dose.edition where id = ${after})`,
    )
  return (await query.execute()).map(toHead)
}

/** The database looks into the pools and answers one small row: a pool may hold 200 cards. */
async function findTelling(
  db: Db,
  digestId: string,
  { id, storyId }: { readonly id: string; readonly storyId: string | null },
): Promise<Telling | undefined> {
  const cites = JSON.stringify([{ citations: [{ articleId: id }] }])
  const tells = JSON.stringify([{ storyId: storyId ?? '' }])
  // Fenced: the planner does not know how few pools an index finds.
  const found = sql<Telling>`
    with holding as materialized (
      select * from dose.edition
      where jsonb_path_query_array(pool, '$[*].citations[*].articleId') @> ${JSON.stringify([id])}::jsonb
        or jsonb_path_query_array(pool, '$[*].storyId') @> ${JSON.stringify([storyId ?? ''])}::jsonb)
    select e.date, e.frozen_at as "frozenAt", e.size, (card->>'rank')::int as rank,
      jsonb_array_length(e.pool) as "poolSize", jsonb_build_array(card) @> ${cites}::jsonb as cited
    from (select * from holding
        where digest_id = ${digestId} and state = any(${[...PUBLIC]}::text[])
        order by date desc, slot desc limit 1) e, jsonb_array_elements(e.pool) as card
    where jsonb_build_array(card) @> ${cites}::jsonb or jsonb_build_array(card) @> ${tells}::jsonb
    order by cited desc limit 1`
  const { rows } = await byIndex(db, (tx) => found.execute(tx))
  return rows[0]
}

async function neighboursOf(db: Db, edition: Pick<EditionLine, 'digestId' | 'date' | 'slot'>) {
  const at = sql`(${edition.date}, ${edition.slot})`
  const own = lines(db).where('edition.digest_id', '=', edition.digestId).limit(1)
  const previous = await own
    .where(sql<boolean>`(edition.date, edition.slot) < ${at}`)
    .orderBy('edition.date', 'desc')
    .orderBy('edition.slot', 'desc')
    .executeTakeFirst()
  const next = await own
    .where(sql<boolean>`(edition.date, edition.slot) > ${at}`)
    .orderBy('edition.date')
    .orderBy('edition.slot')
    .executeTakeFirst()
  return { previous: previous ? toLine(previous) : null, next: next ? toLine(next) : null }
}

type Totals = {
  readonly articles: number
  readonly stories: number
  readonly deliveries: readonly { readonly state: string; readonly n: number }[]
  readonly lastEditionAt: Instant | null
}

async function countAll(db: Db): Promise<Totals> {
  const count = (table: 'article' | 'story') => countOrEstimate(db, table)
  const deliveries = await db
    .selectFrom('delivery')
    .select((is) => ['state', is.fn.countAll<number>().as('n')])
    .groupBy('state')
    .orderBy('state')
    .execute()
  return {
    articles: await count('article'),
    stories: await count('story'),
    deliveries,
    lastEditionAt: await lastEditionAt(db),
  }
}

/** Counting a million rows for a glance would cost more than it tells: there it is the planner's idea. */
async function countOrEstimate(db: Db, table: 'article' | 'story'): Promise<number> {
  const name = sql.id('dose', table)
  const { rows } = await sql<{ n: number }>`
    select case when reltuples > ${COUNTED_MAX}::int then reltuples::float8
      else (select count(*) from ${name})::float8 end as n
    from pg_class where oid = ${`dose.${table}`}::regclass`.execute(db)
  return rows[0]?.n ?? 0
}

async function lastEditionAt(db: Db): Promise<Instant | null> {
  const row = await db
    .selectFrom('edition')
    .select((is) => is.fn.max('frozen_at').as('at'))
    .where('state', 'in', PUBLIC)
    .executeTakeFirst()
  return row?.at ?? null
}
