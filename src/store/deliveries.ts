import { sql } from 'kysely'
import type { DeliveryState, Instant } from '../model.ts'
import type { Db, Rows, Tx } from './db.ts'
import { gather } from './gather.ts'
import { REMEMBERED_DAYS } from './issues.ts'
import { isActive } from './planning.ts'

/** A delivery this sender has claimed, with all it needs to send it. */
export type Claim = {
  readonly id: string
  readonly editionId: string
  readonly subscriptionId: string
  readonly attempt: number
  readonly email: string
  readonly emailKey: string
  readonly name: string
  readonly topics: readonly string[]
  /** Steps of more and less by topic. */
  readonly weights: Readonly<Record<string, number>>
  /** Domains of providers not shown. */
  readonly muted: readonly string[]
  readonly consent: string
  /** End of the last span the reader got; `null` for one who got none yet. */
  readonly since: Instant | null
  /** Hashes of the issues the reader got before this edition, the oldest first. */
  readonly heard: readonly string[]
  /** Put off beyond it, it is not tried again; `null` until it is put off for the first time. */
  readonly giveUpAt: Instant | null
  /** Of the reader's own clock; `null`: that of the digest. */
  readonly timeZone: string | null
  /** An operator or a rule has it sent again. */
  readonly resent: boolean
  /** BCP 47; `null` for readers who never chose. */
  readonly language: string | null
}

/** What a sender took: claims to send, and how many rows that was, the departed included. */
export type Taken = { readonly claims: readonly Claim[]; readonly taken: number }

export type Settlement = {
  readonly state: 'accepted' | 'deferred' | 'bounced' | 'unknown' | 'planned' | 'skipped'
  readonly reason: string | null
  /** When to try again; for `deferred` and `planned`. */
  readonly dueAt?: Instant
  /** Beyond it there is no next try; for `deferred`. */
  readonly giveUpAt?: Instant
}

/** What is about to leave: the issue's hash, the message's id and the key of the address. */
export type Sent = {
  readonly issueHash: string
  readonly messageId: string
  readonly emailKey: string
}
type Submission = Sent & { readonly id: string; readonly senderId: string; readonly now: Instant }
type Ending = {
  readonly id: string
  readonly senderId: string
  readonly end: Settlement
  readonly from: readonly DeliveryState[]
  readonly now: Instant
}

export type DeliveryRow = {
  readonly id: string
  readonly editionId: string
  readonly subscriber: string
  readonly state: DeliveryState
  readonly reason: string | null
  readonly messageId: string | null
  readonly at: Instant
}

/** All that is known of one delivery. */
export type DeliveryHistory = DeliveryRow & {
  readonly attempt: number
  readonly dueAt: Instant
  readonly resent: boolean
  /** Every state it had, the oldest first. */
  readonly trail: readonly Step[]
}
export type Step = {
  readonly at: Instant
  readonly state: DeliveryState
  readonly reason: string | null
}

/** No sending takes this long: what is still claimed or submitted then was left by its sender. */
const STRANDED_MS = 15 * 60_000
const LOST = 'its sending failed before the reply of the mail server was written down'

/**
 * The delivery ledger: one row per edition and subscription, written in an order that lets no
 * crash send a mail twice or lose one silently (see docs/architecture.md).
 */
export function createDeliveries(db: Db) {
  const submit = gather((items: readonly Submission[]) => submitAll(db, items))
  const settle = gather((items: readonly Ending[]) => settleAll(db, items))
  return {
    /**
     * Takes up to `limit` due deliveries for one sender; no other sender gets the same ones. Those
     * whose readers have left meanwhile are skipped with the reason. Readers of one choice come
     * together, so that their issue is rendered once.
     */
    claim: (editionId: string, senderId: string, limit: number, now: Instant): Promise<Taken> =>
      db.transaction().execute(async (tx) => {
        const gate = await openGate(tx, editionId, now)
        if (gate === 'shut') return { claims: [], taken: 0 }
        const most = gate === 'open' ? limit : Math.min(limit, gate || limit)
        const { rows } = await sql<{ id: string; attempt: number }>`
          update dose.delivery set state = 'claimed', sender_id = ${senderId},
            attempt = attempt + 1, reason = null, at = ${now}
          where id = any(array( -- not "in": a plan may ask that again for each row, past the limit
            select id from dose.delivery
            where edition_id = ${editionId} and state in ('planned', 'deferred')
              and due_at <= ${now} and ${isInTime(now)} and (attempt > 0 or ${gate !== 0}::boolean)
            order by due_at, choice, id limit ${most} for update skip locked))
          returning id, attempt`.execute(tx)
        const fresh = rows.filter(({ attempt }) => attempt === 1).length
        if (gate !== 'open' && fresh > 0) await takeFirst(tx, editionId, fresh)
        const ids = rows.map(({ id }) => id)
        const gone = await skipDeparted(tx, ids, now)
        const left = ids.filter((id) => !gone.has(id))
        return { claims: await claims(tx, left), taken: ids.length }
      }),

    /**
     * Committed before the first byte of the body leaves. `false`: the delivery is no longer this
     * sender's, or its reader has left or moved meanwhile, and the mail must not go out.
     */
    submit: (id: string, senderId: string, sent: Sent, now: Instant): Promise<boolean> =>
      submit({ id, senderId, ...sent, now }),

    /**
     * Writes what became of a delivery of this sender.
     *
     * @param from states it may have now (delivery/state.ts); in any other it is left alone.
     */
    settle: (
      id: string,
      senderId: string,
      end: Settlement,
      from: readonly DeliveryState[],
      now: Instant,
    ): Promise<boolean> => settle({ id, senderId, end, from, now }),

    /** Brings what is planned for a later hour forward: an operator sends to everybody now. */
    async makeDue(editionId: string, now: Instant): Promise<void> {
      await db
        .updateTable('edition')
        .set({ at_once: true })
        .where('id', '=', editionId)
        .where('at_once', '=', false)
        .execute()
      await db
        .updateTable('delivery')
        .set({ due_at: now, not_after: null })
        .where('edition_id', '=', editionId)
        .where('state', '=', 'planned')
        .where((is) => is.or([is('due_at', '>', now), is('not_after', 'is not', null)]))
        .execute()
    },

    /**
     * What could not be sent until its digest's deadline, or whose next try lies behind it, is not
     * sent: the next edition tells it.
     */
    async skipLate(now: Instant): Promise<number> {
      const { numUpdatedRows } = await db
        .updateTable('delivery')
        .set({ state: 'skipped', reason: 'deadline', at: now })
        .where('state', 'in', ['planned', 'deferred'])
        .where(sql<boolean>`not_after < greatest(due_at, ${now}::timestamptz)`)
        .where('resent', '=', false)
        .executeTakeFirst()
      return Number(numUpdatedRows)
    },

    async counts(editionId: string): Promise<Partial<Record<DeliveryState, number>>> {
      const rows = await db
        .selectFrom('delivery')
        .select((is) => ['state', is.fn.countAll<number>().as('n')])
        .where('edition_id', '=', editionId)
        .groupBy('state')
        .orderBy('state')
        .execute()
      return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
    },

    /** Editions with deliveries due, and how many. */
    due: (now: Instant): Promise<{ editionId: string; n: number }[]> =>
      dueRows(db, now)
        .select('delivery.edition_id as editionId')
        .groupBy('delivery.edition_id')
        .orderBy('delivery.edition_id')
        .execute(),

    /** How many deliveries of one edition are due. */
    dueOf: async (editionId: string, now: Instant): Promise<number> =>
      (
        await dueRows(db, now)
          .where('delivery.edition_id', '=', editionId)
          .executeTakeFirstOrThrow()
      ).n,

    /**
     * Settles what a living sender holds without sending it: a sending that failed half-way. As
     * with a dead one, `claimed` returns to `planned` and `submitted` becomes `unknown`.
     *
     * @param inFlight deliveries it is sending at this moment; they are left alone.
     */
    async release(senderId: string, inFlight: readonly string[], now: Instant): Promise<void> {
      await sql`update dose.delivery set at = ${now},
          reason = case state when 'submitted' then ${LOST} end,
          state = case state when 'submitted' then 'unknown' else 'planned' end
        where sender_id = ${senderId} and state in ('claimed', 'submitted')
          and id <> all(${[...inFlight]}::text[])`.execute(db)
    },

    /** Editions said to be under way whose ledger may have nothing open any more. */
    unsettled: async (): Promise<string[]> =>
      (
        await db
          .selectFrom('edition')
          .select('id')
          .where('deliver', '=', true)
          .where('state', 'in', ['frozen', 'sending'])
          .execute()
      ).map(({ id }) => id),

    list: async (editionId: string, state?: string): Promise<DeliveryRow[]> => {
      let query = ledger(db)
        .where('delivery.edition_id', '=', editionId)
        .orderBy('subscriber.email')
      if (state) query = query.where('delivery.state', '=', state as DeliveryState)
      return query.execute()
    },

    async of(editionId: string, emailKey: string): Promise<DeliveryHistory | undefined> {
      const row = await ledger(db)
        .select(['delivery.attempt', 'delivery.due_at as dueAt', 'delivery.resent'])
        .select('delivery.trail')
        .where('delivery.edition_id', '=', editionId)
        .where('subscriber.email_key', '=', emailKey)
        .executeTakeFirst()
      return row && { ...row, trail: row.trail.map(toStep) }
    },
  }
}

/** A column of a list of items, for `unnest`. */
const column = <Item, Value>(items: readonly Item[], of: (item: Item) => Value): Value[] =>
  items.map(of)

async function submitAll(db: Db, items: readonly Submission[]): Promise<boolean[]> {
  const { rows } = await sql<{ id: string }>`
    update dose.delivery d set state = 'submitted', at = t.now,
      issue_hash = t.issue_hash, message_id = t.message_id, sent_to = t.sent_to
    from unnest(${column(items, ({ id }) => id)}::text[],
        ${column(items, ({ senderId }) => senderId)}::text[],
        ${column(items, ({ issueHash }) => issueHash)}::text[],
        ${column(items, ({ messageId }) => messageId)}::text[],
        ${column(items, ({ emailKey }) => emailKey)}::text[],
        ${column(items, ({ now }) => now)}::timestamptz[])
        as t(id, sender_id, issue_hash, message_id, sent_to, now),
      dose.subscription s join dose.subscriber r on r.id = s.subscriber_id
    where d.id = t.id and d.state = 'claimed' and d.sender_id = t.sender_id
      and s.id = d.subscription_id and ${isActive(sql`t.now`)} and r.email_key = t.sent_to
      and not exists (select 1 from dose.suppression p where p.email_key = r.email_key)
      and not exists (select 1 from dose.sending g
        where g.edition_id = d.edition_id and (g.stopped or g.recalled))
    returning d.id`.execute(db)
  const written = new Set(rows.map(({ id }) => id))
  return items.map(({ id }) => written.has(id))
}

/**
 * A reader who got an edition is next owed what comes after its span. Their soft bounces are forgotten
 * when they had got another since: what is accepted now may come back yet, and for days.
 *
 * The disk is not waited for: a database that loses the last moments in a power cut says `unknown`
 * of what it had lost, and nothing is sent twice. `submitted` does wait.
 */
async function settleAll(db: Db, items: readonly Ending[]): Promise<boolean[]> {
  const { rows } = await sql<{ id: string }>`
    with quick as materialized (select set_config('synchronous_commit', 'off', true)),
    settled as (
      update dose.delivery d set state = t.state, reason = t.reason, at = t.now,
        attempt = d.attempt - case t.state when 'planned' then 1 else 0 end, -- it was not tried
        due_at = coalesce(t.due_at, d.due_at), give_up_at = coalesce(t.give_up_at, d.give_up_at)
      from quick, unnest(${column(items, ({ id }) => id)}::text[],
          ${column(items, ({ senderId }) => senderId)}::text[],
          ${column(items, ({ from }) => from.join(' '))}::text[],
          ${column(items, ({ end }) => end.state)}::text[],
          ${column(items, ({ end }) => end.reason)}::text[],
          ${column(items, ({ end }) => end.dueAt ?? null)}::timestamptz[],
          ${column(items, ({ end }) => end.giveUpAt ?? null)}::timestamptz[],
          ${column(items, ({ now }) => now)}::timestamptz[])
          as t(id, sender_id, before, state, reason, due_at, give_up_at, now)
      where d.id = t.id and d.sender_id = t.sender_id
        and d.state = any(string_to_array(t.before, ' '))
      returning d.id, d.state, d.at, d.subscription_id, d.edition_id
    ), owed as (
      update dose.subscription s set
        since = case when e.dated then s.since else greatest(s.since, e.span_to) end,
        soft_bounces = case when s.soft_bounces > 0 and s.soft_at < d.at - interval '2 days'
          and exists (select 1 from dose.delivery p where p.subscription_id = s.id
            and p.state = 'accepted' and p.at > s.soft_at) then 0 else s.soft_bounces end
      from settled d join dose.edition e on e.id = d.edition_id
      where d.state = 'accepted' and s.id = d.subscription_id
    )
    select id from settled`.execute(db)
  const written = new Set(rows.map(({ id }) => id))
  return items.map(({ id }) => written.has(id))
}

/** `instant state reason`, as the trigger of the table writes it. */
function toStep(line: string): Step {
  const [at = '', state = '', ...words] = line.split(' ')
  return { at, state: state as DeliveryState, reason: words.join(' ') || null }
}

/**
 * Who may be taken of an edition: everybody (`open`), nobody (`shut`), or so many of those who were
 * never tried. Where there is a limit its row is held until the end of the transaction, so that
 * several senders together keep it.
 */
async function openGate(
  tx: Tx,
  editionId: string,
  now: Instant,
): Promise<'open' | 'shut' | number> {
  const { rows } = await sql<{ shut: boolean; first: number | null }>`
    select stopped or recalled as shut,
      case when first_left = 0 and rest_at <= ${now} then null else first_left end as first
    from dose.sending where edition_id = ${editionId} for update`.execute(tx)
  const [row] = rows
  if (!row) return 'open'
  return row.shut ? 'shut' : (row.first ?? 'open')
}

/** What becomes of the first readers: `createSending.endFirst`. */
const takeFirst = (tx: Tx, editionId: string, n: number) =>
  sql`update dose.sending set first_left = first_left - ${n}
    where edition_id = ${editionId} and first_left > 0`.execute(tx)

/** Ends claims that must not be sent: their readers left, paused or are suppressed by now. */
async function skipDeparted(tx: Tx, ids: readonly string[], now: Instant): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    update dose.delivery d set state = 'skipped', at = ${now},
      reason = case when p.email_key is not null then 'suppressed'
        when s.state = 'unsubscribed' then 'unsubscribed' else 'paused' end
    from dose.subscription s join dose.subscriber r on r.id = s.subscriber_id
      left join dose.suppression p on p.email_key = r.email_key
    where d.id = any(${[...ids]}::text[]) and s.id = d.subscription_id
      and (not ${isActive(now)} or p.email_key is not null)
    returning d.id`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}

/** An operator who sends a delivery again does so whatever the hour. */
const isInTime = (now: Instant) =>
  sql<boolean>`(not_after is null or not_after >= ${now} or resent)`

/** Due, or left behind by a sender that may hold it still: a new ring makes it look. */
const dueRows = (db: Db, now: Instant) =>
  db
    .selectFrom('delivery')
    .leftJoin('sending', 'sending.edition_id', 'delivery.edition_id')
    .select((is) => is.fn.countAll<number>().as('n'))
    .where(
      sql<boolean>`coalesce(not (sending.stopped or sending.recalled) and (attempt > 0
        or first_left is null or first_left > 0 or coalesce(rest_at <= ${now}, false)), true)`,
    )
    .where((is) =>
      is.or([
        is.and([is('state', 'in', ['planned', 'deferred']), is('due_at', '<=', now)]),
        is.and([
          is('state', 'in', ['claimed', 'submitted']),
          is('at', '<=', new Date(Date.parse(now) - STRANDED_MS).toISOString()),
        ]),
      ]),
    )

const ledger = (db: Db) =>
  db
    .selectFrom('delivery')
    .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
    .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
    .select([
      'delivery.id',
      'delivery.edition_id as editionId',
      'subscriber.email as subscriber',
      'delivery.state',
      'delivery.reason',
      'delivery.message_id as messageId',
      'delivery.at',
    ])

/**
 * Issues that the reader of a `delivery` got of editions other than its `edition`, the oldest first, as
 * far back as readers are taken to remember; of later ones where it is sent again. One that may have
 * arrived or not told nothing for certain.
 */
const heard = sql<string[]>`array(select p.issue_hash
  from dose.delivery p join dose.edition q on q.id = p.edition_id
  where p.subscription_id = delivery.subscription_id and p.state = 'accepted'
    and p.issue_hash is not null and not q.dated and q.id <> edition.id
    and q.span_to > edition.span_to - ${REMEMBERED_DAYS} * interval '1 day'
  order by q.span_to)`

async function claims(db: Rows, ids: readonly string[]): Promise<Claim[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('delivery')
    .innerJoin('edition', 'edition.id', 'delivery.edition_id')
    .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
    .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
    .select([
      'delivery.id',
      'delivery.edition_id as editionId',
      'delivery.subscription_id as subscriptionId',
      'delivery.attempt',
      'subscriber.email',
      'subscriber.email_key as emailKey',
      'subscriber.name',
      'subscriber.language',
      'subscription.topics',
      'subscription.weights',
      'subscription.muted',
      'subscription.consent',
      'subscription.since',
      'delivery.give_up_at as giveUpAt',
      'subscription.time_zone as timeZone',
      'delivery.resent',
    ])
    .select(heard.as('heard'))
    .where('delivery.id', 'in', ids)
    .orderBy('delivery.choice')
    .orderBy('delivery.id')
    .execute()
}
