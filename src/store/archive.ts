import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

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

/** A place in the archive, newest first: what comes after it is older. */
export type ArchiveKey = Pick<EditionLine, 'date' | 'slot' | 'id'>

type ArchiveRequest = {
  readonly limit: number
  readonly digestId?: string | undefined
  /** Only what is older than this. */
  readonly before?: ArchiveKey | undefined
}

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
      'edition.subject',
      'edition.hash',
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
  const count = async (table: 'article' | 'story') =>
    (
      await db
        .selectFrom(table)
        .select((is) => is.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
    ).n
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

async function lastEditionAt(db: Db): Promise<Instant | null> {
  const row = await db
    .selectFrom('edition')
    .select((is) => is.fn.max('frozen_at').as('at'))
    .where('state', 'in', PUBLIC)
    .executeTakeFirst()
  return row?.at ?? null
}
