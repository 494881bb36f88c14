import { sql } from 'kysely'
import type { Instant, ReportKind } from '../model.ts'
import type { Db, Rows, Tx } from './db.ts'
import { suppress } from './subscribers.ts'
import type { ReportWay } from './tables.ts'

/** What came back about a delivery. */
export type DeliveryReport = {
  readonly kind: ReportKind
  readonly status: string | null
  readonly reason: string
  readonly via: ReportWay
  readonly at: Instant
}

/** `known`: one of this kind came before; `missing`: there is no such delivery any more. */
export type ReportOutcome = 'taken' | 'known' | 'missing'

/** How a refusal counts against an address; `hard`: it is of no use to anybody. */
export type Blame = { readonly weight: 'hard' | 'soft' | 'none'; readonly code: string }

/** A delivery, and the key of the address its mail went to. */
type SentMail = { readonly id: string; readonly emailKey: string }

/** So many soft bounces in a row, of which the first was so long ago, and an address is given up. */
const SOFT_BOUNCES_MAX = 5
const SOFT_DAYS = 7

/** What came back about mails that had left, and what refusals count against their readers. */
export function createReports(db: Db) {
  return {
    /** Counts a refusal against the address a mail was for. */
    blame: (mail: SentMail, blame: Blame, now: Instant): Promise<void> =>
      blameAddress(db, mail, blame, now),

    /**
     * Takes a report in, once of each kind, with all it means for the ledger, the address and the
     * subscription, or nothing of it.
     *
     * @param left states in which the mail has left or may have, and which a report may therefore change.
     */
    take: (
      deliveryId: string,
      report: DeliveryReport,
      blame: Blame,
      left: readonly string[],
      now: Instant,
    ): Promise<ReportOutcome> =>
      db.transaction().execute(async (tx) => {
        const { kind, status, reason, via, at } = report
        const delivery = await tx
          .selectFrom('delivery')
          .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
          .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
          .select(['delivery.id', 'delivery.state', 'subscription_id'])
          .select((is) => is.fn.coalesce('sent_to', 'email_key').as('emailKey'))
          .where('delivery.id', '=', deliveryId)
          .forUpdate('delivery')
          .executeTakeFirst()
        if (!delivery) return 'missing'
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('report')
          .values({ delivery_id: deliveryId, kind, status, reason, via, at })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst()
        if (numInsertedOrUpdatedRows === 0n) return 'known'
        if (kind === 'unsubscribe') await endSubscription(tx, delivery.subscription_id)
        if (kind === 'complaint') await suppress(tx, delivery.emailKey, COMPLAINED, now)
        const state = STATE_AFTER[kind]
        if (!state) return 'taken'
        const hasLeft = left.includes(delivery.state)
        if (hasLeft) await end(tx, deliveryId, state, report, now)
        if (hasLeft || blame.weight === 'hard') await blameAddress(tx, delivery, blame, now)
        return 'taken'
      }),

    /** The same of a letter, of which only that it came back is kept. */
    takeOfLetter: (
      id: string,
      { kind, status, reason }: DeliveryReport,
      blame: Blame,
      left: readonly string[],
      now: Instant,
    ): Promise<ReportOutcome> =>
      db.transaction().execute(async (tx) => {
        const letter = await tx
          .selectFrom('letter')
          .select(['state', 'email_key'])
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst()
        if (!letter) return 'missing'
        if (!STATE_AFTER[kind] || !left.includes(letter.state)) return 'known'
        await tx
          .updateTable('letter')
          .set({ state: 'bounced', reason: cameBack(status, reason), at: now })
          .where('id', '=', id)
          .execute()
        const why = kind === 'complaint' ? COMPLAINED : bounced(blame)
        if (kind === 'complaint' || blame.weight === 'hard')
          await suppress(tx, letter.email_key, why, now)
        return 'taken'
      }),

    /** What came back about a delivery, the oldest first. */
    of: (deliveryId: string): Promise<DeliveryReport[]> =>
      db
        .selectFrom('report')
        .select(['kind', 'status', 'reason', 'via', 'at'])
        .where('delivery_id', '=', deliveryId)
        .orderBy('at')
        .orderBy('kind')
        .execute(),
  }
}

/** Why an address is suppressed whose owner called a mail spam. */
export const COMPLAINED = 'complained'
const bounced = ({ code }: Blame): string => `bounced: ${code}`
const cameBack = (status: string | null, reason: string): string =>
  `came back: ${[status, reason].filter(Boolean).join(' ')}`

const STATE_AFTER: Readonly<Partial<Record<ReportKind, 'bounced' | 'complained'>>> = {
  hard: 'bounced',
  soft: 'bounced',
  complaint: 'complained',
}

/**
 * A mail that did not arrive told its reader nothing: what they are owed begins again where the last one
 * ended that did, since they signed up; where none did, with all that this one made up for.
 */
async function end(
  tx: Tx,
  deliveryId: string,
  state: 'bounced' | 'complained',
  { status, reason }: DeliveryReport,
  now: Instant,
): Promise<void> {
  await sql`update dose.delivery set state = ${state}, at = ${now},
      reason = ${state === 'bounced' ? cameBack(status, reason) : reason || null}
    where id = ${deliveryId}`.execute(tx)
  if (state === 'bounced')
    await sql`update dose.subscription s set since = coalesce((select max(q.span_to)
        from dose.delivery p join dose.edition q on q.id = p.edition_id
        where p.subscription_id = s.id and p.state = 'accepted' and not q.dated
          and p.at >= coalesce((select max(c.confirmed_at) from dose.consent c
            where c.subscription_id = s.id), '-infinity')),
        least(e.span_from, (select min(q.span_from)
          from dose.issue i join dose.edition q on i.made_of->'missed' @> to_jsonb(q.id)
          where i.edition_id = d.edition_id and i.hash = d.issue_hash)))
      from dose.delivery d join dose.edition e on e.id = d.edition_id
      where d.id = ${deliveryId} and not e.dated and s.id = d.subscription_id`.execute(tx)
}

async function endSubscription(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('subscription').set({ state: 'unsubscribed' }).where('id', '=', id).execute()
}

/** Nothing is held against the address of a reader who was deleted meanwhile. */
async function blameAddress(rows: Rows, mail: SentMail, blame: Blame, now: Instant): Promise<void> {
  const { weight, code } = blame
  if (!(await isKnown(rows, mail.id))) return
  if (weight === 'hard') await suppress(rows, mail.emailKey, bounced(blame), now)
  if (weight === 'soft' && (await isGivenUp(rows, mail, now)))
    await suppress(rows, mail.emailKey, `bounced again and again: ${code}`, now)
}

async function isKnown(rows: Rows, deliveryId: string): Promise<boolean> {
  const query = rows.selectFrom('delivery').select('id').where('id', '=', deliveryId)
  return (await query.executeTakeFirst()) !== undefined
}

/**
 * Counts a refusal that a reader's address may outlive; nothing where they have another by now.
 *
 * @returns whether there were so many in a row, over so long a time, that the address is of no use.
 */
async function isGivenUp(on: Rows, { id, emailKey }: SentMail, now: Instant): Promise<boolean> {
  const { rows } = await sql<{ useless: boolean }>`
    update dose.subscription s set soft_bounces = s.soft_bounces + 1, soft_at = ${now},
      soft_since = case when s.soft_bounces = 0 then ${now} else s.soft_since end
    from dose.delivery d, dose.subscriber r
    where d.id = ${id} and s.id = d.subscription_id
      and r.id = s.subscriber_id and r.email_key = ${emailKey}
    returning s.soft_bounces >= ${SOFT_BOUNCES_MAX}
      and s.soft_since <= ${now}::timestamptz - ${SOFT_DAYS} * interval '1 day' as useless`.execute(
    on,
  )
  return rows[0]?.useless ?? false
}
