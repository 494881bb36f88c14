import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'
import { isActive } from './planning.ts'

/** How a digest's editions are sent. */
export type SendingRule = {
  /** Hours after which what is `unknown` is sent again; `null`: it is held for an operator. */
  readonly resendHours: number | null
  /** Readers who get it before the rest; `null`: all at once. */
  readonly firstReaders: number | null
  /** Minutes between the last of the first readers and the rest; `null`: an operator's word. */
  readonly restMinutes: number | null
}

/** How the sending of one edition is steered. */
export type Steering = {
  readonly stopped: boolean
  readonly recalled: boolean
  /** First readers not yet taken; `null` where all go at once. */
  readonly firstLeft: number | null
  /** Minutes between the last of the first readers and the rest; `null`: an operator's word. */
  readonly restMinutes: number | null
  /** When the rest may go; `null` while that is open. */
  readonly restAt: Instant | null
}

/** Deliveries that could be sent again, and why they are not there. */
export type Lack = 'unknown' | 'missing'

const NO_RULE: SendingRule = { resendHours: null, firstReaders: null, restMinutes: null }

/** What a mail that certainly did not leave may have ended with, and be sent again by an operator. */
const UNSENT = ['deadline', 'recalled']

const PERHAPS = 'called back before it was sent again; it may have come the first time'

export function createSending(db: Db) {
  const steer = (editionId: string, change: object) =>
    db
      .insertInto('sending')
      .values({ edition_id: editionId, ...change })
      .onConflict((conflict) => conflict.column('edition_id').doUpdateSet(change))
      .execute()

  return {
    async rule(digestId: string): Promise<SendingRule> {
      const row = await db
        .selectFrom('sending_rule')
        .selectAll()
        .where('digest_id', '=', digestId)
        .executeTakeFirst()
      if (!row) return NO_RULE
      const { resend_hours, first_readers, rest_minutes } = row
      return { resendHours: resend_hours, firstReaders: first_readers, restMinutes: rest_minutes }
    },

    async setRule(digestId: string, rule: SendingRule): Promise<void> {
      const values = {
        resend_hours: rule.resendHours,
        first_readers: rule.firstReaders,
        rest_minutes: rule.restMinutes,
      }
      await db
        .insertInto('sending_rule')
        .values({ digest_id: digestId, ...values })
        .onConflict((conflict) => conflict.column('digest_id').doUpdateSet(values))
        .execute()
    },

    async steering(editionId: string): Promise<Steering> {
      const row = await db
        .selectFrom('sending')
        .selectAll()
        .where('edition_id', '=', editionId)
        .executeTakeFirst()
      return {
        stopped: row?.stopped ?? false,
        recalled: row?.recalled ?? false,
        firstLeft: row?.first_left ?? null,
        restMinutes: row?.rest_minutes ?? null,
        restAt: row?.rest_at ?? null,
      }
    },

    /** From now on no body of this edition leaves; what is on its way ends as it ends. */
    stop: (editionId: string) => steer(editionId, { stopped: true }),

    resume: (editionId: string) => steer(editionId, { stopped: false }),

    /** Lets the rest follow the first readers now, whatever the rule says. */
    async releaseRest(editionId: string, now: Instant): Promise<void> {
      await db
        .updateTable('sending')
        .set({ first_left: 0, rest_at: now })
        .where('edition_id', '=', editionId)
        .where('first_left', 'is not', null)
        .execute()
    },

    /**
     * Looks after the first readers where all of them are taken. Those who were not sent it after all give
     * their places back. When the others have it or have ended, the time until the rest begins; who was
     * put off does not hold it up, unless that is more than half.
     *
     * @returns editions that have places again.
     */
    endFirst: (now: Instant): Promise<string[]> =>
      db.transaction().execute(async (tx) => {
        // Held until their readers are counted: claiming would take places meanwhile.
        const taken = await sql<{ id: string }>`select g.edition_id as id
          from dose.sending g join dose.edition e on e.id = g.edition_id
          where g.first_left = 0 and g.rest_at is null and e.state in ('frozen', 'sending')
          for update of g skip locked`.execute(tx)
        if (taken.rows.length === 0) return []
        const { rows } = await sql<{ id: string | null }>`
          update dose.sending g set first_left = greatest(0, g.first_readers - f.tried),
            rest_at = case when coalesce(f.tried >= g.first_readers, true)
                and f.open = 0 and 2 * f.put_off <= f.tried
              then ${now}::timestamptz + g.rest_minutes * interval '1 minute' end
          from (select t.id, count(d.id) filter (where d.state <> 'skipped') as tried,
              count(d.id) filter (where d.state in ('planned', 'claimed', 'submitted')) as open,
              count(d.id) filter (where d.state = 'deferred') as put_off
            from unnest(${taken.rows.map(({ id }) => id)}::text[]) as t(id)
              left join dose.delivery d on d.edition_id = t.id and d.attempt > 0
            group by t.id) f
          where g.edition_id = f.id
          returning case when g.first_left > 0 then g.edition_id end as id`.execute(tx)
        return rows.flatMap(({ id }) => id ?? [])
      }),

    /** Calls back what has not left. @returns how many readers will not get it. */
    async recall(editionId: string, now: Instant): Promise<number> {
      await steer(editionId, { recalled: true })
      const skipped = await this.skipRecalled(now)
      return skipped.find((one) => one.editionId === editionId)?.n ?? 0
    },

    /**
     * Ends what is left of editions that were called back: claims whose sending was called off are planned
     * again and found here. What was to be sent again although it may have come is as unknown as before.
     * Nobody waits for rows that another holds: they are found with the next look.
     *
     * @returns how many readers of each edition will not get it.
     */
    async skipRecalled(now: Instant): Promise<{ editionId: string; n: number }[]> {
      const { rows } = await sql<{ editionId: string; n: number }>`
        with left_over as (
          select d.id, ${endedAs} as ended from dose.sending g
            join dose.edition e on e.id = g.edition_id
            join dose.delivery d on d.edition_id = g.edition_id and d.state in ('planned', 'deferred')
          where g.recalled and e.state in ('frozen', 'sending')
          order by d.id for update of d skip locked
        ), called_back as (
          update dose.delivery d set at = ${now},
            state = case o.ended when 'unknown' then 'unknown' else 'skipped' end,
            reason = case o.ended when 'unknown' then ${PERHAPS} else 'recalled' end
          from left_over o where d.id = o.id
          returning d.edition_id, d.state
        )
        select edition_id as "editionId", count(*) filter (where state = 'skipped') as n
        from called_back group by edition_id`.execute(db)
      return rows
    },

    /** How many deliveries of an edition an operator could have sent again. */
    lacking: (editionId: string, lack: Lack, now: Instant): Promise<number> =>
      count(db, sql`${lackingRows(editionId, lack, now)} and not ${isToldSince}`),

    /** How many an operator cannot, since their readers were told of the edition by a later one. */
    toldSince: (editionId: string, lack: Lack, now: Instant): Promise<number> =>
      count(db, sql`${lackingRows(editionId, lack, now)} and ${isToldSince}`),

    /**
     * Has deliveries sent again that ended without, or perhaps without, reaching their readers.
     * Their sender is forgotten: what it may still tell of the first sending is not believed. So are
     * bounces of the first, or one of the second would count as known.
     */
    resend: (editionId: string, lack: Lack, now: Instant): Promise<number> =>
      db.transaction().execute(async (tx) => {
        const { rows } = await sql<{ n: number }>`
          with sent as (
            update dose.delivery d set ${again(now)}
            where ${lackingRows(editionId, lack, now)} and not ${isToldSince} returning d.id
          ), forgotten as (
            delete from dose.report p using sent
            where p.delivery_id = sent.id and p.kind in ('hard', 'soft')
          )
          select count(*) as n from sent`.execute(tx)
        await sql`update dose.sending set recalled = false
          where edition_id = ${editionId}`.execute(tx)
        await sql`update dose.edition set state = 'sending'
          where id = ${editionId} and state = 'sent'`.execute(tx)
        return rows[0]?.n ?? 0
      }),

    /**
     * Sends again, once, what has been unknown for as long as the rule of its digest says, unless a later
     * edition made up for it or it was called back.
     */
    resendByRule: (now: Instant): Promise<number> =>
      db.transaction().execute(async (tx) => {
        const { rows } = await sql<{ edition_id: string }>`
          with held as (
            select d.id from dose.delivery d
              join dose.edition e on e.id = d.edition_id
              join dose.sending_rule r on r.digest_id = e.digest_id
            where d.state = 'unknown' and not d.resent
              and d.at <= ${now}::timestamptz - r.resend_hours * interval '1 hour'
              and not ${isToldSince}
              and not exists (select from dose.sending g where g.edition_id = e.id and g.recalled)
            order by d.id for update of d
          )
          update dose.delivery d set ${again(now)} from held where d.id = held.id
          returning d.edition_id`.execute(tx)
        const editions = [...new Set(rows.map(({ edition_id }) => edition_id))].sort()
        if (editions.length > 0)
          await tx
            .updateTable('edition')
            .set({ state: 'sending' })
            .where('id', 'in', editions)
            .where('state', '=', 'sent')
            .execute()
        return rows.length
      }),

    /** Editions that have readers left and stand still, and why. */
    async halted(now: Instant): Promise<{ editionId: string; reason: string; left: number }[]> {
      const { rows } = await sql<{ editionId: string; reason: string; left: number }>`
        select g.edition_id as "editionId", count(*) as left,
          case when g.stopped then 'stopped by an operator'
            else 'the first readers have it; the rest wait' end as reason
        from dose.sending g join dose.delivery d on d.edition_id = g.edition_id
          and d.state in ('planned', 'deferred')
        where g.stopped or g.first_left = 0 and coalesce(g.rest_at > ${now}, true)
        group by g.edition_id, g.stopped order by g.edition_id`.execute(db)
      return rows
    },
  }
}

/**
 * How the sending before this one ended; null where there was none. From the trail, `instant state reason`, which
 * is only so long: of what is sent again for longer than it reaches back, the worst is taken.
 */
const endedAs = sql`coalesce((select split_part(step, ' ', 2)
  from unnest(d.trail) with ordinality as t(step, n)
  where split_part(step, ' ', 2) in ('unknown', 'accepted', 'bounced', 'complained', 'skipped')
  order by n desc limit 1), case when d.resent then 'unknown' end)`

const again = (now: Instant) => sql`state = 'planned', sender_id = null, resent = true,
  due_at = ${now}, give_up_at = null, at = ${now},
  reason = case d.state when 'unknown' then 'sent again; it may come twice' else 'sent again' end`

/**
 * Unknown; or missing: certainly not delivered, to a reader who still wants it. A reader whose
 * address was refused for good is suppressed by then, and sending would skip them.
 */
const lackingRows = (editionId: string, lack: Lack, now: Instant) =>
  lack === 'unknown'
    ? sql`d.edition_id = ${editionId} and d.state = 'unknown'`
    : sql`d.edition_id = ${editionId} and (d.state = 'bounced'
        or d.state = 'skipped' and d.reason = any(${UNSENT}::text[]))
      and exists (select 1 from dose.subscription s join dose.subscriber r on r.id = s.subscriber_id
        where s.id = d.subscription_id and ${isActive(now)}
          and not exists (select 1 from dose.suppression p where p.email_key = r.email_key))`

/**
 * That the reader of a delivery `d` got a later edition which made up for this one, as for any that
 * somebody missed.
 */
const isToldSince = sql`exists (select 1 from dose.delivery n
    join dose.edition q on q.id = n.edition_id
  where n.subscription_id = d.subscription_id and n.state = 'accepted'
    and q.span_to > (select e.span_to from dose.edition e where e.id = d.edition_id)
    and (select i.made_of->'missed' @> to_jsonb(d.edition_id) from dose.issue i -- no join: it comes last
      where i.edition_id = n.edition_id and i.hash = n.issue_hash))`

async function count(db: Db, where: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from dose.delivery d where ${where}`.execute(db)
  return rows[0]?.n ?? 0
}
