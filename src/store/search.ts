import { sql } from 'kysely'
import type { Card } from '../model.ts'
import type { ArchiveKey } from './archive.ts'
import type { Db } from './db.ts'
import { isPrinted } from './printed.ts'

/** A story as a public edition holds it. */
export type FoundCard = ArchiveKey & { readonly digestName: string; readonly card: Card }

export type Found = {
  readonly cards: readonly FoundCard[]
  /** Where older editions begin that were not looked at; `null` when all were. */
  readonly older: ArchiveKey | null
}

export type SearchIn = {
  readonly digestId?: string | undefined
  /** Only in editions older than this. */
  readonly before?: ArchiveKey | undefined
}

/** Editions looked at for one page, and stories of them shown. */
const EDITIONS = 30
const CARDS_MAX = 100

const PUBLIC = ['frozen', 'sending', 'sent']

/** Headline and sentences of a `card`. */
const cardWords = sql`jsonb_to_tsvector('simple', jsonb_build_array(card->'headline')
  || jsonb_path_query_array(card, '$.sentences[*].text'), '["string"]')`

/** As the index has it: the planner must see the same words. */
const poolWords = sql`jsonb_to_tsvector('simple', jsonb_path_query_array(pool, '$[*].headline')
  || jsonb_path_query_array(pool, '$[*].sentences[*].text'), '["string"]')`

/** What was sent, for readers who look for something. */
export function createSearch(db: Db) {
  return {
    /**
     * Stories in whose headline or sentences every word stands, or a word that begins so; those of
     * the newest editions first.
     *
     * @param words letters and digits only, at least one
     */
    async byWords(words: readonly string[], where: SearchIn): Promise<Found> {
      const query = words.map((word) => `${word}:*`).join(' & ')
      const asked = sql`to_tsquery('simple', ${query})`
      return cardsOf(db, sql`${poolWords} @@ ${asked}`, sql`${cardWords} @@ ${asked}`, where)
    },

    /** Stories of a topic, those of the newest editions first. */
    byTopic: (topic: string, where: SearchIn): Promise<Found> =>
      cardsOf(db, sql`true`, sql`card->>'topic' = ${topic}`, where),
  }
}

type Condition = ReturnType<typeof sql>

async function cardsOf(
  db: Db,
  isIn: Condition,
  isWanted: Condition,
  { digestId, before }: SearchIn,
): Promise<Found> {
  const ofDigest = digestId === undefined ? sql`true` : sql`digest_id = ${digestId}`
  const older = before
    ? sql`(date, slot, id) < (${before.date}, ${before.slot}, ${before.id})`
    : sql`true`
  const { rows } = await sql<ArchiveKey & { digestName: string; card: Card | null }>`
    with looked as materialized (
      select id, digest_id, date, slot, size, pool from dose.edition
      where ${isIn} and ${ofDigest} and ${older} and state = any(${PUBLIC}::text[])
      order by date desc, slot desc, id desc limit ${EDITIONS + 1})
    select e.id, e.date, e.slot, g.name as "digestName", c.card
    from looked e join dose.digest g on g.id = e.digest_id
      left join lateral (select card from jsonb_array_elements(e.pool) card
        where ${isWanted} and (card->>'rank')::int <= e.size and ${isPrinted}
        order by (card->>'rank')::int limit ${CARDS_MAX}) c on true
    order by e.date desc, e.slot desc, e.id desc`.execute(db)
  const editions = [...new Map(rows.map(({ id, date, slot }) => [id, { id, date, slot }])).values()]
  const last = editions.length > EDITIONS ? (editions[EDITIONS - 1] ?? null) : null
  const shown = new Set(editions.slice(0, EDITIONS).map(({ id }) => id))
  return {
    cards: rows.flatMap(({ card, ...edition }) =>
      card && shown.has(edition.id) ? [{ ...edition, card }] : [],
    ),
    older: last,
  }
}
