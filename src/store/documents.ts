import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import { type Db, idOf, type Rows, slices, type Tx } from './db.ts'
import type { Outcome, Tables } from './tables.ts'

export type Document = Selectable<Tables['document']>

export type Reading = {
  readonly ref: string
  readonly url: string | null
  readonly contentType: string | null
  readonly bytes: Uint8Array
  readonly sha256: string
  /** Why it could not be read; its bytes are then empty, and it is rejected at once. */
  readonly refusal?: string
}

export type DocumentKey = { readonly id: string; readonly version: number }

/** Readings stored in one statement: ten parameters each, and bytes that must fit in memory. */
const SLICE = 100

export function createDocuments(db: Db) {
  return {
    /**
     * Stores what a fetch brought; what has not changed since the last reading is left alone.
     *
     * @returns the names of those that changed.
     */
    async put(sourceId: string, readings: readonly Reading[], now: Instant): Promise<string[]> {
      const [only] = readings
      if (only && readings.length === 1 && !only.refusal) return putOne(db, sourceId, only, now)
      return db.transaction().execute(async (tx) => {
        const changed: string[] = []
        for (const slice of slices(inOrder(sourceId, readings), SLICE))
          changed.push(...(await putSlice(tx, sourceId, slice, now)))
        return changed
      })
    },

    get: (id: string): Promise<Document | undefined> =>
      db.selectFrom('document').selectAll().where('id', '=', id).executeTakeFirst(),

    /** Documents of one source, or of all, that wait to be ingested. */
    pending(sourceId?: string): Promise<DocumentKey[]> {
      const query = db
        .selectFrom('document')
        .select(['id', 'version'])
        .where('state', '=', 'pending')
        .orderBy('ref')
      return (sourceId ? query.where('source_id', '=', sourceId) : query).execute()
    },

    /** Gives up on a document that could not be read. Its bytes stay for whoever looks into it. */
    async reject({ id, version }: DocumentKey, reason: string): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('document')
          .set({ state: 'rejected', counts: JSON.stringify({ rejected: 1 }) })
          .where('id', '=', id)
          .where('version', '=', version)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return
        const { ref } = await tx
          .selectFrom('document')
          .select('ref')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        await tx.deleteFrom('rejection').where('document_id', '=', id).execute()
        await tx
          .insertInto('rejection')
          .values({ document_id: id, ref, outcome: 'rejected', reason, article_id: null })
          .execute()
      })
    },

    /** How many articles of a source ended how, over the last ingest of each of its documents. */
    async counts(sourceId: string): Promise<Partial<Record<Outcome, number>>> {
      const rows = await db
        .selectFrom('document')
        .select('counts')
        .where('source_id', '=', sourceId)
        .execute()
      return sumCounts(rows.map((row) => row.counts))
    },

    /** What was odd about the newest readings of a source, each thing once. */
    async warnings(sourceId: string, limit: number): Promise<string[]> {
      const { rows } = await sql<{ warning: string }>`
        select warning from dose.document, jsonb_array_elements_text(warnings) as warning
        where source_id = ${sourceId} and warnings <> '[]'
        group by warning order by max(fetched_at) desc, warning limit ${limit}`.execute(db)
      return rows.map(({ warning }) => warning)
    },

    rejections: (sourceId: string) =>
      db
        .selectFrom('rejection')
        .innerJoin('document', 'document.id', 'rejection.document_id')
        .select(['rejection.ref', 'rejection.outcome', 'rejection.reason', 'rejection.article_id'])
        .where('document.source_id', '=', sourceId)
        .orderBy('rejection.ref')
        .execute(),

    /** By path, URL or id, within one source where it is named; the newest reading first. */
    find(key: string, sourceId?: string) {
      const query = db
        .selectFrom('document')
        .leftJoin('rejection', 'rejection.document_id', 'document.id')
        .select([
          'document.id',
          'document.ref',
          'document.source_id',
          'document.state',
          'document.fetched_at',
          'document.warnings',
          'rejection.outcome',
          'rejection.reason',
          'rejection.article_id',
        ])
        .where((is) =>
          is.or([
            is('document.id', '=', key),
            is('document.ref', '=', key),
            is('rejection.ref', '=', key),
          ]),
        )
        .orderBy('document.fetched_at', 'desc')
      return (
        sourceId ? query.where('document.source_id', '=', sourceId) : query
      ).executeTakeFirst()
    },
  }
}

/** In the order in which rows of documents are locked. */
function inOrder(sourceId: string, readings: readonly Reading[]): readonly Reading[] {
  const ids = new Map(readings.map(({ ref }) => [ref, idOf('d', sourceId, ref)]))
  const idFor = ({ ref }: Reading) => ids.get(ref) ?? ''
  return readings.toSorted((a, b) => (idFor(a) < idFor(b) ? -1 : 1))
}

function sumCounts(all: readonly Partial<Record<Outcome, number>>[]) {
  const sum: Partial<Record<Outcome, number>> = {}
  for (const counts of all)
    for (const [outcome, n] of Object.entries(counts) as [Outcome, number][])
      sum[outcome] = (sum[outcome] ?? 0) + n
  return sum
}

/** The one document of a feed, in one statement: a round stores thousands of them. */
async function putOne(db: Db, sourceId: string, reading: Reading, now: Instant): Promise<string[]> {
  const { ref, url, contentType, sha256, bytes } = reading
  const { rows } = await sql<{ ref: string }>`
    insert into dose.document as d
      (id, source_id, ref, url, content_type, version, sha256, bytes, state, counts, fetched_at)
    values (${idOf('d', sourceId, ref)}, ${sourceId}, ${ref}, ${url}, ${contentType}, 1, ${sha256},
      ${bytes}, 'pending', '{}', ${now})
    on conflict (id) do update set url = excluded.url, content_type = excluded.content_type,
      version = d.version + 1, sha256 = excluded.sha256, bytes = excluded.bytes,
      state = excluded.state, counts = excluded.counts, fetched_at = excluded.fetched_at
    where d.sha256 <> excluded.sha256
    returning ref`.execute(db)
  return rows.map((row) => row.ref)
}

async function putSlice(tx: Tx, sourceId: string, readings: readonly Reading[], now: Instant) {
  const known = await knownVersions(
    tx,
    sourceId,
    readings.map(({ ref }) => ref),
  )
  const changed = readings.filter(({ ref, sha256 }) => known.get(ref)?.sha256 !== sha256)
  if (changed.length === 0) return []
  await tx
    .insertInto('document')
    .values(
      changed.map((reading) => ({
        id: idOf('d', sourceId, reading.ref),
        source_id: sourceId,
        ref: reading.ref,
        url: reading.url,
        content_type: reading.contentType,
        version: (known.get(reading.ref)?.version ?? 0) + 1,
        sha256: reading.sha256,
        bytes: reading.bytes,
        state: reading.refusal ? ('rejected' as const) : ('pending' as const),
        counts: reading.refusal ? '{"rejected":1}' : '{}',
        fetched_at: now,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((is) => ({
        url: is.ref('excluded.url'),
        content_type: is.ref('excluded.content_type'),
        version: is.ref('excluded.version'),
        sha256: is.ref('excluded.sha256'),
        bytes: is.ref('excluded.bytes'),
        state: is.ref('excluded.state'),
        counts: is.ref('excluded.counts'),
        fetched_at: is.ref('excluded.fetched_at'),
      })),
    )
    .execute()
  await noteRefusals(tx, sourceId, changed)
  return changed.map(({ ref }) => ref)
}

async function noteRefusals(tx: Tx, sourceId: string, readings: readonly Reading[]): Promise<void> {
  const refused = readings.filter(({ refusal }) => refusal)
  const rows = refused.map(({ ref, refusal = '' }) => ({
    document_id: idOf('d', sourceId, ref),
    ref,
    outcome: 'rejected' as const,
    reason: refusal,
    article_id: null,
  }))
  if (rows.length === 0) return
  await tx
    .insertInto('rejection')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['document_id', 'ref'])
        .doUpdateSet((is) => ({ reason: is.ref('excluded.reason') })),
    )
    .execute()
}

async function knownVersions(rows: Rows, sourceId: string, refs: readonly string[]) {
  const known = await rows
    .selectFrom('document')
    .select(['ref', 'sha256', 'version'])
    .where('source_id', '=', sourceId)
    .where('ref', 'in', refs)
    .execute()
  return new Map(known.map((row) => [row.ref, row]))
}
