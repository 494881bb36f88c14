import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Alert, AlertRule, Instant } from '../model.ts'
import type { Db, Rows } from './db.ts'
import { askLetter, type LetterRequest } from './letters.ts'
import type { Tables } from './tables.ts'

export type AlertNote = Selectable<Tables['alert_note']>

/** By which ways a notice leaves, all written with the alerts it tells. */
export type Told = {
  readonly letters: readonly LetterRequest[]
  /** For the webhook; `null` where there is none. */
  readonly note: object | null
}

/** A webhook's answer: `null` error is a yes; without `dueAt` it is not asked again. */
export type NoteEnd = { readonly error: string | null; readonly dueAt?: Instant }

export type SetRule = {
  readonly rule: AlertRule
  readonly limit: number | null
  readonly active: boolean
}

export function createAlerts(db: Db) {
  return {
    /** The open ones first, the newest first. */
    async list(): Promise<Alert[]> {
      const rows = await db
        .selectFrom('alert')
        .selectAll()
        .orderBy('resolved_at', (order) => order.desc().nullsFirst())
        .orderBy('since', 'desc')
        .orderBy('rule')
        .orderBy('subject')
        .execute()
      return rows.map(toAlert)
    },

    save: (alerts: readonly Alert[]): Promise<void> => saveAll(db, alerts),

    /** Writes alerts as told, and what tells them: both or neither. */
    tell: (alerts: readonly Alert[], { letters, note }: Told, now: Instant): Promise<void> =>
      db.transaction().execute(async (tx) => {
        await saveAll(
          tx,
          alerts.map((alert) => ({ ...alert, toldAt: now })),
        )
        for (const letter of letters) await askLetter(tx, letter, now)
        if (note) await addNote(tx, note, now)
      }),

    /** @returns whether there is such an alert. */
    async mute(rule: string, subject: string, until: Instant | null): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('alert')
        .set({ muted_until: until })
        .where('rule', '=', rule as AlertRule)
        .where('subject', '=', subject)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** What an operator set, rule by rule. */
    rules: async (): Promise<SetRule[]> =>
      (await db.selectFrom('alert_rule').selectAll().execute()).map(
        ({ rule, limit_value, active }) => ({ rule, limit: limit_value, active }),
      ),

    /** One that is looked at no more is forgotten with its alerts: they are not resolved. */
    setRule: ({ rule, limit, active }: SetRule): Promise<void> =>
      db.transaction().execute(async (tx) => {
        const values = { limit_value: limit, active }
        await tx
          .insertInto('alert_rule')
          .values({ rule, ...values })
          .onConflict((conflict) => conflict.column('rule').doUpdateSet(values))
          .execute()
        if (!active) await tx.deleteFrom('alert').where('rule', '=', rule).execute()
      }),

    notesDue: (now: Instant, limit: number): Promise<AlertNote[]> =>
      db
        .selectFrom('alert_note')
        .selectAll()
        .where('state', '=', 'planned')
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .execute(),

    async settleNote({ id, attempt }: AlertNote, { error, dueAt }: NoteEnd): Promise<void> {
      const state = error === null ? 'sent' : dueAt ? 'planned' : 'failed'
      await db
        .updateTable('alert_note')
        .set({ state, error, attempt: attempt + 1, ...(dueAt && { due_at: dueAt }) })
        .where('id', '=', id)
        .execute()
    },
  }
}

const toAlert = (row: Selectable<Tables['alert']>): Alert => ({
  rule: row.rule,
  subject: row.subject,
  urgent: row.urgent,
  detail: row.detail,
  since: row.since,
  seenAt: row.seen_at,
  toldAt: row.told_at,
  resolvedAt: row.resolved_at,
  mutedUntil: row.muted_until,
})

/** What an operator mutes meanwhile stays muted. */
async function saveAll(rows: Rows, alerts: readonly Alert[]): Promise<void> {
  for (const alert of alerts) {
    const values = {
      urgent: alert.urgent,
      detail: alert.detail,
      since: alert.since,
      seen_at: alert.seenAt,
      told_at: alert.toldAt,
      resolved_at: alert.resolvedAt,
    }
    await rows
      .insertInto('alert')
      .values({ rule: alert.rule, subject: alert.subject, ...values, muted_until: null })
      .onConflict((conflict) => conflict.columns(['rule', 'subject']).doUpdateSet(values))
      .execute()
  }
}

const addNote = (rows: Rows, body: object, now: Instant) =>
  rows
    .insertInto('alert_note')
    .values({
      id: randomUUID(),
      body: JSON.stringify(body),
      state: 'planned',
      due_at: now,
      created_at: now,
    })
    .execute()
