import { type Selectable, sql } from 'kysely'
import type { Card, Correction, Counters, Edition, Instant, Span } from '../model.ts'
import { carryCorrections } from './corrections.ts'
import { type Db, idOf, type Rows, type Tx } from './db.ts'
import { writeInput } from './edition-inputs.ts'
import { type Plan, planDeliveries } from './planning.ts'
import type { LogRange } from './stories.ts'
import type { Tables } from './tables.ts'
import { type ToldStory, writeTold } from './told.ts'

type EditionRow = Selectable<Tables['edition']>

/** A firing of a digest: the day it belongs to, its place in that day, and what it covers. */
export type Slot = {
  readonly digestId: string
  readonly date: string
  readonly slot: number
  readonly span: Span
}

export type Making = {
  /** By publication date with back-fill, instead of by first sight. */
  readonly dated: boolean
  readonly deliver: boolean
  /** To everybody at once, whatever their hour. */
  readonly atOnce: boolean
  readonly size: number
}

/** How an edition is to be made and sent, beside what it says. */
export type EditionRecord = Edition & Omit<Making, 'size'> & { readonly slot: number }

export type Frozen = {
  /** What it was composed for; an edition that was asked for anew meanwhile is not frozen. */
  readonly span: Span
  readonly dated: boolean
  /** Places of the log it covers; `null` for one made for a past date. */
  readonly log: LogRange | null
  readonly subject: string
  readonly preheader: string
  readonly counters: Counters
  readonly pool: readonly Card[]
  /** What readers without choices are told, and from which articles. */
  readonly told: readonly ToldStory[]
  /** Of earlier editions, told by this one. */
  readonly corrections?: readonly Correction[]
  /** All it was made of (`inputs.pack`), to make it again. */
  readonly input?: readonly Uint8Array[]
  readonly size?: number
  readonly hash: string
  readonly frozenAt: Instant
}

/** Until when an edition waits for a yes, and what becomes of it without one. */
export type Wait = { readonly until: Instant; readonly sends: boolean }

/** An edition that a reader may have missed. Places of the log are those of its end and beginning. */
export type MissedEdition = {
  readonly id: string
  readonly date: string
  /** End of its span. */
  readonly to: Instant
  readonly log: LogRange
  readonly stories: number
}

/** Editions a reader catches up on at most: a month of a daily digest. */
const MOST_MISSED = 31

export function createEditions(db: Db) {
  const get = async (id: string): Promise<EditionRecord | undefined> => {
    const row = await withDigest(db).where('edition.id', '=', id).executeTakeFirst()
    return row && toEdition(row)
  }
  return {
    get,

    /** The edition of a slot: made as a draft the first time, answered as it is afterwards. */
    async open(slot: Slot, making: Making, now: Instant): Promise<EditionRecord> {
      const id = await openDraft(db, slot, making, now)
      const edition = await get(id)
      if (!edition) throw new Error(`edition ${id} was not stored`)
      return edition
    },

    /**
     * Makes an edition anew, for the newer span and as asked last: a draft, or one that was made
     * for a date ahead of its firing and went to nobody.
     */
    redraft: (id: string, span: Span, making: Making): Promise<void> =>
      redraft(db, id, span, making),

    /** The id an edition has or will have. */
    idOf: (slot: Pick<Slot, 'digestId' | 'date' | 'slot'>): string =>
      idOf('e', slot.digestId, slot.date, slot.slot),

    find: async (digestId: string, date: string, slot: number) =>
      get(idOf('e', digestId, date, slot)),

    /**
     * Freezes a draft and plans its deliveries, both or neither; or has it wait for a yes. Content
     * that is frozen already stays as it is.
     */
    freeze: (
      id: string,
      content: Frozen,
      plans: readonly Plan[],
      wait: Wait | null = null,
    ): Promise<boolean> =>
      db.transaction().execute((tx) => freezeDraft(tx, id, content, plans, wait)),

    /**
     * Freezes the edition of a firing to come, to wait for it: nobody finds it as a draft in between.
     *
     * @returns its id; `null` where that edition is made already.
     */
    fix: (slot: Slot, making: Making, content: Frozen, wait: Wait): Promise<string | null> =>
      db.transaction().execute(async (tx) => {
        const id = await openDraft(tx, slot, making, content.frozenAt)
        await redraft(tx, id, slot.span, making)
        return (await freezeDraft(tx, id, content, [], wait)) ? id : null
      }),

    /**
     * What the live edition before this one covered: its end in time and in the log. The next one
     * begins there.
     */
    async before(digestId: string, id: string): Promise<{ to: Instant; log: number } | undefined> {
      const row = await db
        .selectFrom('edition')
        .select(['span_to', 'log_to'])
        .where('digest_id', '=', digestId)
        .where('id', '<>', id)
        .where('log_to', 'is not', null)
        .orderBy('log_to', 'desc')
        .orderBy('span_to', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && { to: row.span_to, log: row.log_to ?? 0 }
    },

    /**
     * The live editions of a digest before this one, the oldest first, as many as are caught up on. What
     * was called back is not told after all.
     */
    async missable({ digestId, date, slot }: EditionRecord): Promise<MissedEdition[]> {
      const rows = await db
        .selectFrom('edition')
        .select(['id', 'date', 'span_to', 'log_from', 'log_to', 'counters'])
        .where('digest_id', '=', digestId)
        .where('dated', '=', false)
        .where('number', 'is not', null)
        .where(sql<boolean>`(date, slot) < (${date}, ${slot}::int)`)
        .where(sql<boolean>`not exists (select 1 from dose.sending g
          where g.edition_id = edition.id and g.recalled)`)
        .orderBy('date', 'desc')
        .orderBy('slot', 'desc')
        .limit(MOST_MISSED)
        .execute()
      return rows.reverse().map(({ id, date, span_to, log_from, log_to, counters }) => {
        const log = { from: log_from ?? 0, to: log_to ?? 0 }
        return { id, date, to: span_to, log, stories: counters.stories }
      })
    },

    /** When the last live edition before this one that had something to send fired and was frozen. */
    async frozenBefore({ digestId, date, slot }: EditionRecord) {
      const row = await db
        .selectFrom('edition')
        .select(['span_to', 'frozen_at'])
        .where('digest_id', '=', digestId)
        .where('dated', '=', false)
        .where('deliver', '=', true)
        .where('number', 'is not', null)
        .where(sql<boolean>`(date, slot) < (${date}, ${slot}::int)`)
        .orderBy('date', 'desc')
        .orderBy('slot', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.frozen_at ? { frozenAt: row.frozen_at, firedAt: row.span_to } : null
    },

    /** The log's last place at or before an instant; 0 before its first. */
    async logPlace(at: Instant): Promise<number> {
      const row = await db
        .selectFrom('log_entry')
        .select((is) => is.fn.max('seq').as('seq'))
        .where('at', '<=', at)
        .executeTakeFirst()
      return row?.seq ?? 0
    },

    /** Drafts that should have left before an instant are yesterday's news: nobody gets them. */
    async expire(before: Instant): Promise<number> {
      const { numUpdatedRows } = await db
        .updateTable('edition')
        .set({ state: 'skipped' })
        .where('state', '=', 'draft')
        .where('dated', '=', false)
        .where('span_to', '<', before)
        .executeTakeFirst()
      return Number(numUpdatedRows)
    },

    /** A reader who is due two editions gets the newer one; the older is merged into it. */
    async mergeOverdue(now: Instant): Promise<void> {
      await sql`update dose.delivery d set state = 'skipped', reason = 'merged', at = ${now}
        from dose.edition e
        where e.id = d.edition_id and d.state in ('planned', 'deferred') and d.due_at <= ${now}
          and not d.resent and not e.dated and exists (
            select 1 from dose.delivery n join dose.edition f on f.id = n.edition_id
            where n.subscription_id = d.subscription_id and f.digest_id = e.digest_id
              and not f.dated and n.due_at <= ${now}
              and (f.date, f.slot) > (e.date, e.slot))`.execute(db)
    },

    /** Plans what a frozen edition was not asked to deliver when it was made. */
    plan: (id: string, plans: readonly Plan[]): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable('edition')
          .set({ deliver: true })
          .where('id', '=', id)
          .where('swept', '=', false) // whoever had it is not known any more
          .where('state', 'in', ['frozen', 'sending', 'sent'])
          .returningAll()
          .executeTakeFirst()
        if (row?.frozen_at) await planDeliveries(tx, { ...row, frozen_at: row.frozen_at }, plans)
      }),

    /** `frozen → sending → sent`, by what the ledger says. */
    async settle(id: string): Promise<void> {
      await sql`update dose.edition e set state = case
          when not exists (select 1 from dose.delivery d where d.edition_id = e.id
              and d.state in ('planned', 'deferred'))
            and not exists (select 1 from dose.delivery d where d.edition_id = e.id
              and d.state in ('claimed', 'submitted')) then 'sent' -- two, as the indexes are
          else 'sending' end
        where e.id = ${id} and e.deliver and e.state in ('frozen', 'sending')`.execute(db)
    },

    drafts: async (): Promise<string[]> =>
      (await db.selectFrom('edition').select('id').where('state', '=', 'draft').execute()).map(
        ({ id }) => id,
      ),

    /** Newest first, each with its whole pool: for a few, see `archive.heads` for lists. */
    async list(limit: number, digestId?: string): Promise<EditionRecord[]> {
      let query = withDigest(db)
        .orderBy('edition.date', 'desc')
        .orderBy('edition.slot', 'desc')
        .limit(limit)
      if (digestId) query = query.where('edition.digest_id', '=', digestId)
      return (await query.execute()).map(toEdition)
    },

    /** Subjects of a digest's last editions, so that none is used twice. */
    async subjects(digestId: string, limit: number): Promise<string[]> {
      const rows = await db
        .selectFrom('edition')
        .select('subject')
        .where('digest_id', '=', digestId)
        .where('number', 'is not', null)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute()
      return rows.map(({ subject }) => subject)
    },
  }
}

async function openDraft(rows: Rows, slot: Slot, making: Making, now: Instant): Promise<string> {
  const id = idOf('e', slot.digestId, slot.date, slot.slot)
  await rows
    .insertInto('edition')
    .values({
      id,
      digest_id: slot.digestId,
      date: slot.date,
      slot: slot.slot,
      span_from: slot.span.from,
      span_to: slot.span.to,
      dated: making.dated,
      deliver: making.deliver,
      at_once: making.atOnce,
      size: making.size,
      state: 'draft',
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return id
}

async function redraft(rows: Rows, id: string, span: Span, making: Making): Promise<void> {
  await rows
    .updateTable('edition')
    .set({
      state: 'draft',
      span_from: span.from,
      span_to: span.to,
      dated: making.dated,
      deliver: making.deliver,
      at_once: making.atOnce,
    })
    .where('id', '=', id)
    .where((is) => is.or([is('state', 'in', ['draft', 'skipped']), is('deliver', '=', false)]))
    .execute()
}

async function freezeDraft(
  tx: Tx,
  id: string,
  content: Frozen,
  plans: readonly Plan[],
  wait: Wait | null,
): Promise<boolean> {
  const row = await tx
    .selectFrom('edition')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .where('span_from', '=', content.span.from)
    .where('span_to', '=', content.span.to)
    .where('dated', '=', content.dated)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return false
  const empty = content.pool.length === 0
  await tx
    .updateTable('edition')
    .set({
      number: empty || wait ? null : (row.number ?? (await nextNumber(tx, row.digest_id))),
      state: empty ? 'skipped' : wait ? 'waiting' : 'frozen',
      approve_by: empty ? null : (wait?.until ?? null),
      approve_sends: wait?.sends ?? false,
      size: content.size ?? row.size,
      corrections: JSON.stringify(content.corrections ?? []),
      subject: content.subject,
      preheader: content.preheader,
      counters: JSON.stringify(content.counters),
      pool: JSON.stringify(content.pool),
      hash: content.hash,
      log_from: content.log?.from ?? null,
      log_to: content.log?.to ?? null,
      frozen_at: content.frozenAt,
    })
    .where('id', '=', id)
    .execute()
  await writeTold(tx, id, content.told)
  await writeInput(tx, id, content.input ?? [])
  await carryCorrections(tx, id, empty ? [] : (content.corrections ?? []))
  if (!empty && !wait && row.deliver)
    await planDeliveries(tx, { ...row, frozen_at: content.frozenAt }, plans)
  return true
}

const withDigest = (db: Db) =>
  db
    .selectFrom('edition')
    .innerJoin('digest', 'digest.id', 'edition.digest_id')
    .selectAll('edition')
    .select(['digest.name', 'digest.time_zone'])

/** The number of the next edition of a digest. */
export async function nextNumber(tx: Pick<Db, 'selectFrom'>, digestId: string): Promise<number> {
  const row = await tx
    .selectFrom('edition')
    .select((is) => is.fn.max('number').as('last'))
    .where('digest_id', '=', digestId)
    .executeTakeFirst()
  return (row?.last ?? 0) + 1
}

function toEdition(row: EditionRow & { name: string; time_zone: string }): EditionRecord {
  return {
    id: row.id,
    digestId: row.digest_id,
    digestName: row.name,
    number: row.number ?? 0,
    date: row.date,
    slot: row.slot,
    timeZone: row.time_zone,
    span: { from: row.span_from, to: row.span_to },
    state: row.state,
    frozenAt: row.frozen_at,
    subject: row.subject,
    preheader: row.preheader,
    counters: row.counters,
    size: row.size,
    pool: row.pool,
    ...(row.corrections.length > 0 && { corrections: row.corrections }),
    hash: row.hash,
    dated: row.dated,
    deliver: row.deliver,
    atOnce: row.at_once,
  }
}
