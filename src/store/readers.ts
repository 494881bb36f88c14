import { createHmac, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Instant, Pace } from '../model.ts'
import type { Db, Rows, Tx } from './db.ts'
import { askLetter, type Letter } from './letters.ts'

/** How a reader wants a digest. */
export type ReaderChoices = {
  readonly topics: readonly string[]
  readonly hour: number | null
  readonly timeZone: string | null
  readonly pace: Pace
  /** No mail before; `null` for no pause. */
  readonly pausedUntil: Instant | null
  readonly language: string
  /** Steps of more and less by topic. */
  readonly weights: Readonly<Record<string, number>>
  /** Domains of providers not shown. */
  readonly muted: readonly string[]
}

export type Taste = Pick<ReaderChoices, 'weights' | 'muted'>

/**
 * What the link of a letter did: `used`: nothing, it had done so before; `gone`: nothing is left to
 * do it to; `taken`: nothing, the address is another reader's.
 */
export type LinkResult = 'done' | 'used' | 'gone' | 'taken'

/** A mail by the ids it was sent under; a letter belongs to no edition. */
export type KeptMail = { readonly editionId: string | null; readonly deliveryId: string }

/**
 * What remains of an address whose owner was deleted: enough to recognise it when somebody adds
 * it again, and of no use to whoever has the rows without the signing secret.
 */
export function forgottenKey(secret: string, emailKey: string): string {
  const code = createHmac('sha256', secret).update(`forgotten\n${emailKey}`).digest('base64url')
  return `forgotten:${code}`
}

/** What readers do by themselves, and what is known of them. */
export function createReaders(db: Db, secret: () => Promise<string>) {
  return {
    find: (id: string) =>
      db
        .selectFrom('subscriber')
        .select(['id', 'email', 'email_key as emailKey', 'language'])
        .where('id', '=', id)
        .executeTakeFirst(),

    findByAddress: (emailKey: string) =>
      db
        .selectFrom('subscriber')
        .select(['id', 'email', 'email_key as emailKey', 'language'])
        .where('email_key', '=', emailKey)
        .executeTakeFirst(),

    subscriptions: (id: string) =>
      db
        .selectFrom('subscription')
        .innerJoin('digest', 'digest.id', 'subscription.digest_id')
        .select([
          'subscription.id',
          'subscription.digest_id as digestId',
          'subscription.state',
          'subscription.paused_until as pausedUntil',
          'digest.name as digest',
        ])
        .select((is) => is.fn.coalesce('subscription.time_zone', 'digest.time_zone').as('timeZone'))
        .where('subscriber_id', '=', id)
        .orderBy('digest.name')
        .execute(),

    /** Why an address is not written to; `undefined` where it may be. Its owner's goodbye is no such reason. */
    async suppression(emailKey: string): Promise<string | undefined> {
      const row = await db
        .selectFrom('suppression')
        .select('reason')
        .where('email_key', 'in', [emailKey, forgottenKey(await secret(), emailKey)])
        .where('reason', '<>', FORGOTTEN)
        .executeTakeFirst()
      return row?.reason
    },

    /**
     * Lets an address be written to again, whatever it was suppressed for, but for a deletion: that code
     * stays, and only its owner's sign-up takes it off.
     */
    async unsuppress(emailKey: string): Promise<void> {
      const code = forgottenKey(await secret(), emailKey)
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('suppression').where('email_key', '=', emailKey).execute()
        await tx
          .updateTable('suppression')
          .set({ reason: FORGOTTEN })
          .where('email_key', '=', code)
          .execute()
        await tx
          .updateTable('subscription')
          .set(NEVER_BOUNCED)
          .where('subscriber_id', 'in', (is) =>
            is.selectFrom('subscriber').select('id').where('email_key', '=', emailKey),
          )
          .execute()
      })
    },

    /** Changes how one digest comes; nothing of a subscription that has ended. */
    choose: (subscriptionId: string, choices: ReaderChoices): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        const { language, pausedUntil, topics, hour, timeZone, pace, weights, muted } = choices
        const row = await tx
          .updateTable('subscription')
          .set({
            ...{ topics: [...topics], hour, time_zone: timeZone, pace },
            state: pausedUntil === null ? 'confirmed' : 'paused',
            paused_until: pausedUntil,
            ...{ weights: JSON.stringify(weights), muted: [...muted] },
          })
          .where('id', '=', subscriptionId)
          .where('state', 'in', ['confirmed', 'paused'])
          .returning('subscriber_id')
          .executeTakeFirst()
        if (!row) return false
        await tx
          .updateTable('subscriber')
          .set({ language })
          .where('id', '=', row.subscriber_id)
          .execute()
        return true
      }),

    /**
     * Changes what of a subscription decides the order and the sources of its issues.
     *
     * @returns the taste from now on; `null` for a subscription that has ended.
     */
    tune: (subscriptionId: string, change: (before: Taste) => Taste): Promise<Taste | null> =>
      db.transaction().execute(async (tx) => {
        const before = await tx
          .selectFrom('subscription')
          .select(['weights', 'muted'])
          .where('id', '=', subscriptionId)
          .where('state', 'in', ['confirmed', 'paused'])
          .forUpdate()
          .executeTakeFirst()
        if (!before) return null
        const { weights, muted } = change(before)
        await tx
          .updateTable('subscription')
          .set({ weights: JSON.stringify(weights), muted: [...muted] })
          .where('id', '=', subscriptionId)
          .execute()
        return { weights, muted }
      }),

    /** Subscribes whoever owns the address of a sign-up, with the proof that they agreed. */
    async confirm(
      letterId: string,
      from: string,
      now: Instant,
    ): Promise<{ readonly id: string } | 'used' | 'gone'> {
      const key = await secret()
      return db.transaction().execute(async (tx) => {
        const letter = await takeLetter(tx, letterId, 'signup')
        if (!letter?.digest_id) return 'gone'
        if (letter.used_at) return 'used'
        await tx
          .deleteFrom('suppression')
          .where('email_key', '=', forgottenKey(key, letter.email_key))
          .where('reason', '=', FORGOTTEN)
          .execute()
        const id = await subscribe(tx, letter, letter.digest_id, from, now)
        await useLetter(tx, letterId, now)
        return { id }
      })
    },

    /** Whether the link of a move may be followed still; `false` once its reader has asked for another address. */
    mayMove: (letter: Letter): Promise<boolean> => mayMove(db, letter),

    /** Writes to the new address of a reader from now on, and tells the old one. */
    move: (letterId: string, toldAs: string, now: Instant): Promise<LinkResult> =>
      db.transaction().execute(async (tx) => {
        const letter = await takeLetter(tx, letterId, 'move')
        if (!letter?.subscriber_id) return 'gone'
        if (letter.used_at) return 'used'
        const reader = await tx
          .selectFrom('subscriber')
          .selectAll()
          .where('id', '=', letter.subscriber_id)
          .forUpdate()
          .executeTakeFirst()
        if (!reader || !(await mayMove(tx, letter))) return 'gone'
        const other = await tx
          .selectFrom('subscriber')
          .select('id')
          .where('email_key', '=', letter.email_key)
          .executeTakeFirst()
        if (other && other.id !== reader.id) return 'taken'
        await tx
          .updateTable('subscriber')
          .set({ email: letter.email, email_key: letter.email_key })
          .where('id', '=', reader.id)
          .execute()
        await tx
          .updateTable('subscription')
          .set(NEVER_BOUNCED)
          .where('subscriber_id', '=', reader.id)
          .execute()
        await useLetter(tx, letterId, now)
        const old = { email: reader.email, emailKey: reader.email_key, language: letter.language }
        const choices = { to: toldAs }
        await askLetter(tx, { kind: 'moved', ...old, subscriberId: reader.id, choices }, now)
        return 'done'
      }),

    /** Ends every subscription of a reader. */
    async endAll(id: string): Promise<void> {
      await db
        .updateTable('subscription')
        .set({ state: 'unsubscribed' })
        .where('subscriber_id', '=', id)
        .execute()
    },

    /**
     * Deletes a reader and all that tells of them, but for a code by which each of their addresses is
     * known again, with why it was not written to before, if so.
     *
     * @returns mails that may still be kept as files.
     */
    async forget(id: string, now: Instant): Promise<readonly KeptMail[]> {
      const key = await secret()
      return db.transaction().execute((tx) => forget(tx, id, key, now))
    },

    /** All that is known of a reader, in plain words. */
    async known(id: string): Promise<object | null> {
      const reader = await db
        .selectFrom('subscriber')
        .select(['email', 'email_key', 'name', 'language', 'created_at as since'])
        .where('id', '=', id)
        .executeTakeFirst()
      if (!reader) return null
      const { email_key: emailKey, ...subscriber } = reader
      return {
        subscriber,
        suppressed: (await this.suppression(emailKey)) ?? null,
        subscriptions: await subscriptionsOf(db, id),
        letters: await db
          .selectFrom('letter')
          .select(['kind', 'email', 'language', 'state', 'asked_from', 'created_at', 'used_at'])
          .where((is) => is.or([is('email_key', '=', emailKey), is('subscriber_id', '=', id)]))
          .orderBy('created_at')
          .execute(),
      }
    },
  }
}

const FORGOTTEN = 'deleted'
const NEVER_BOUNCED = { soft_bounces: 0, soft_since: null, soft_at: null } as const

async function takeLetter(tx: Tx, id: string, kind: Letter['kind']): Promise<Letter | undefined> {
  return tx
    .selectFrom('letter')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirst()
}

async function useLetter(tx: Tx, id: string, now: Instant): Promise<void> {
  await tx.updateTable('letter').set({ used_at: now }).where('id', '=', id).execute()
}

/**
 * The wish for another address takes back those before it, whatever became of either: a letter to an address
 * that was mistyped is in the hands of whoever has that one. Asking for the same again takes nothing back.
 */
async function mayMove(
  rows: Rows,
  { subscriber_id, email_key, created_at }: Letter,
): Promise<boolean> {
  const later = await rows
    .selectFrom('letter')
    .select('id')
    .where('subscriber_id', '=', subscriber_id)
    .where('kind', '=', 'move')
    .where('email_key', '<>', email_key)
    .where('created_at', '>=', created_at)
    .limit(1)
    .executeTakeFirst()
  return !later
}

/**
 * An own wish revives what had ended, from now on: of the time without it nothing is owed. What the reader chose
 * before stays, and their address has just proven good.
 */
async function subscribe(
  tx: Tx,
  letter: Letter,
  digestId: string,
  from: string,
  now: Instant,
): Promise<string> {
  const { email, email_key, language, choices } = letter
  await tx
    .insertInto('subscriber')
    .values({ id: randomUUID(), email, email_key, name: '', created_at: now, language })
    .onConflict((conflict) => conflict.column('email_key').doUpdateSet({ language }))
    .execute()
  const { id: subscriber_id } = await tx
    .selectFrom('subscriber')
    .select('id')
    .where('email_key', '=', email_key)
    .executeTakeFirstOrThrow()
  const subscription = await tx
    .insertInto('subscription')
    .values({
      ...{ id: randomUUID(), subscriber_id, digest_id: digestId, state: 'confirmed' },
      ...{ topics: [], hour: null, time_zone: null, pace: 'daily' },
      ...{ consent: `confirmed on ${now.slice(0, 10)}`, created_at: now },
    })
    .onConflict((conflict) =>
      conflict.columns(['subscriber_id', 'digest_id']).doUpdateSet({
        ...{ state: 'confirmed', paused_until: null, ...NEVER_BOUNCED },
        since: sql`case when subscription.state <> 'unsubscribed' then subscription.since end`,
        consent: `confirmed on ${now.slice(0, 10)}`,
      }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('consent')
    .values({
      ...{ id: randomUUID(), subscription_id: subscription.id, language },
      ...{ text: choices.consent ?? '', asked_at: letter.created_at },
      ...{ asked_from: letter.asked_from, confirmed_at: now, confirmed_from: from },
    })
    .execute()
  return subscription.id
}

async function forget(
  tx: Tx,
  id: string,
  secret: string,
  now: Instant,
): Promise<readonly KeptMail[]> {
  const reader = await tx
    .selectFrom('subscriber')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!reader) return []
  const deliveries = await tx
    .selectFrom('delivery')
    .innerJoin('subscription', 'subscription.id', 'delivery.subscription_id')
    .select(['delivery.id as deliveryId', 'delivery.edition_id as editionId'])
    .where('subscription.subscriber_id', '=', id)
    .execute()
  const addresses = await addressesOf(tx, id)
  const keys = [...new Set(addresses.map(({ key }) => key))]
  for (const key of keys) await hideSuppression(tx, key, forgottenKey(secret, key), now)
  const letters = await tx
    .deleteFrom('letter')
    .where((is) => is.or([is('email_key', 'in', keys), is('subscriber_id', '=', id)]))
    .returning('id')
    .execute()
  await tx.deleteFrom('subscriber').where('id', '=', id).execute() // the rest goes with it
  for (const written of new Set(addresses.flatMap(({ email, key }) => [email, key])))
    await sql`update dose.audit_entry set object = replace(object, ${written}, '(deleted)'),
        detail = replace(detail::text, ${written}, '(deleted)')::jsonb
      where strpos(object, ${written}) > 0 or strpos(detail::text, ${written}) > 0`.execute(tx)
  return [...deliveries, ...letters.map((letter) => ({ editionId: null, deliveryId: letter.id }))]
}

/**
 * The addresses of a reader: that of now, and those before it that a mail went to or that were told of the
 * move, as far back as these are kept. What is another reader's by now is not theirs.
 */
async function addressesOf(tx: Tx, id: string): Promise<{ email: string; key: string }[]> {
  const { rows } = await sql<{ email: string; key: string }>`
    select email, key from (
      select email, email_key as key from dose.subscriber where id = ${id}
      union select email, email_key from dose.letter where subscriber_id = ${id} and kind = 'moved'
      union select d.sent_to, d.sent_to
        from dose.delivery d join dose.subscription s on s.id = d.subscription_id
        where s.subscriber_id = ${id} and d.sent_to is not null) had
    where not exists (select from dose.subscriber r where r.email_key = had.key and r.id <> ${id})`.execute(
    tx,
  )
  return rows
}

/** Leaves a code of an address among the suppressed in its place, with the reason that was there, if any. */
async function hideSuppression(tx: Tx, emailKey: string, code: string, now: Instant) {
  const before = await tx
    .deleteFrom('suppression')
    .where('email_key', '=', emailKey)
    .returning('reason')
    .executeTakeFirst()
  await tx
    .insertInto('suppression')
    .values({ email_key: code, reason: before?.reason ?? FORGOTTEN, at: now })
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .execute()
}

async function subscriptionsOf(db: Db, id: string): Promise<object[]> {
  const rows = await db
    .selectFrom('subscription')
    .innerJoin('digest', 'digest.id', 'subscription.digest_id')
    .selectAll('subscription')
    .select('digest.name as digest')
    .where('subscriber_id', '=', id)
    .orderBy('digest.name')
    .execute()
  return Promise.all(
    rows.map(async ({ id: subscription, subscriber_id, digest_id, ...choices }) => ({
      ...choices,
      consents: await db
        .selectFrom('consent')
        .select(['text', 'language', 'asked_at', 'asked_from', 'confirmed_at', 'confirmed_from'])
        .where('subscription_id', '=', subscription)
        .orderBy('confirmed_at')
        .execute(),
      deliveries: await db
        .selectFrom('delivery')
        .innerJoin('edition', 'edition.id', 'delivery.edition_id')
        .select([
          'edition.date',
          'edition.subject',
          'delivery.state',
          'delivery.reason',
          'delivery.at',
          'delivery.sent_to',
        ])
        .where('subscription_id', '=', subscription)
        .orderBy('edition.date')
        .execute(),
      reports: await db
        .selectFrom('report')
        .innerJoin('delivery', 'delivery.id', 'report.delivery_id')
        .select(['report.kind', 'report.status', 'report.reason', 'report.at'])
        .where('subscription_id', '=', subscription)
        .orderBy('report.at')
        .execute(),
    })),
  )
}
