import { randomUUID } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Instant, LetterKind } from '../model.ts'
import type { Db, Rows } from './db.ts'
import type { LetterChoices, LetterState, Tables } from './tables.ts'

export type Letter = Selectable<Tables['letter']>

/** A letter somebody asks for. */
export type LetterRequest = {
  readonly kind: LetterKind
  readonly email: string
  readonly emailKey: string
  readonly language: string
  readonly digestId?: string
  readonly subscriberId?: string
  readonly choices?: LetterChoices
  /** Who asked: a network address, and what of it counts as one. */
  readonly from?: string
  readonly network?: string
  /** Whose letters count together for the limit of one address; the address alone where absent. */
  readonly mailbox?: string
}

/** Letters asked for since: by a network, by the site it is a part of, and of this kind by everybody. */
type Asked = { readonly network: number; readonly site: number; readonly all: number }

type LetterEnd = {
  readonly state: Exclude<LetterState, 'claimed' | 'submitted'>
  readonly reason: string | null
  /** When to try again; for `planned`. */
  readonly dueAt?: Instant
}

const LOST = 'the sending ended before the reply of the mail server was written down'

/**
 * Letters and how far they came, in the order of writes of the delivery ledger: `submitted` is
 * committed before the first byte of the body leaves, so that no crash sends one twice.
 */
export function createLetters(db: Db) {
  return {
    ask: (request: LetterRequest, now: Instant): Promise<void> => askLetter(db, request, now),

    /** @param site what the names of all its networks begin with; `null` for none. */
    async asked(
      kind: LetterKind,
      network: string,
      site: string | null,
      since: Instant,
    ): Promise<Asked> {
      const { rows } = await sql<Asked>`
        select count(*) filter (where network = ${network}) as network,
          count(*) filter (where starts_with(network, ${site}::text)) as site,
          count(*) filter (where kind = ${kind}) as "all"
        from dose.letter where created_at > ${since} and network <> ''`.execute(db)
      return rows[0] ?? { network: 0, site: 0, all: 0 }
    },

    /** Takes up to `limit` due letters for one sender, which holds no other; nobody else gets them. */
    async claim(senderId: string, limit: number, now: Instant): Promise<Letter[]> {
      await releaseLetters(db, senderId, now)
      const { rows } = await sql<{ id: string }>`
        update dose.letter set state = 'claimed', sender_id = ${senderId},
          attempt = attempt + 1, at = ${now}
        where id = any(array( -- not "in": a plan may ask that again for each row, past the limit
          select id from dose.letter where state = 'planned' and due_at <= ${now}
          order by due_at, id limit ${limit} for update skip locked))
        returning id`.execute(db)
      if (rows.length === 0) return []
      const ids = rows.map(({ id }) => id)
      return db.selectFrom('letter').selectAll().where('id', 'in', ids).orderBy('id').execute()
    },

    /**
     * When the letters of this kind to this mailbox were asked for that came before this one and
     * have not done their work; for a sign-up with the digest. Two that were asked for at once
     * agree on which came first.
     */
    before: ({ id, kind, mailbox, created_at }: Letter, since: Instant) =>
      db
        .selectFrom('letter')
        .select(['created_at as at', 'digest_id as digestId'])
        .where('mailbox', '=', mailbox)
        .where('kind', '=', kind)
        .where('state', '<>', 'dropped')
        .where('used_at', 'is', null)
        .where('created_at', '>', since)
        .where(sql<boolean>`(created_at, id) < (${created_at}::timestamptz, ${id}::text)`)
        .orderBy('created_at')
        .execute(),

    /** Committed before the first byte of the body leaves; `false`: it is this sender's no more. */
    async submit(id: string, senderId: string, now: Instant): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('letter')
        .set({ state: 'submitted', at: now })
        .where('id', '=', id)
        .where('state', '=', 'claimed')
        .where('sender_id', '=', senderId)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** @returns whether it was written: a sender that was taken for dead may be late. */
    async settle(id: string, senderId: string, end: LetterEnd, now: Instant): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('letter')
        .set({
          state: end.state,
          reason: end.reason,
          at: now,
          ...(end.dueAt && { due_at: end.dueAt, sender_id: null }),
        })
        .where('id', '=', id)
        .where('sender_id', '=', senderId)
        .where('state', 'in', ['claimed', 'submitted', 'unknown'])
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    find: (id: string): Promise<Letter | undefined> =>
      db.selectFrom('letter').selectAll().where('id', '=', id).executeTakeFirst(),
  }
}

export async function askLetter(rows: Rows, request: LetterRequest, now: Instant): Promise<void> {
  await rows
    .insertInto('letter')
    .values({
      id: randomUUID(),
      kind: request.kind,
      email: request.email,
      email_key: request.emailKey,
      mailbox: request.mailbox ?? request.emailKey,
      language: request.language,
      digest_id: request.digestId ?? null,
      subscriber_id: request.subscriberId ?? null,
      choices: JSON.stringify(request.choices ?? {}),
      asked_from: request.from ?? null,
      network: request.network ?? '',
      state: 'planned',
      due_at: now,
      created_at: now,
      at: now,
    })
    .execute()
}

/** Settles what a sender left: of `claimed` nothing had left, `submitted` may have arrived. */
export async function releaseLetters(rows: Rows, senderId: string, now: Instant): Promise<void> {
  await sql`update dose.letter set at = ${now},
      reason = case state when 'submitted' then ${LOST} end,
      state = case state when 'submitted' then 'unknown' else 'planned' end
    where sender_id = ${senderId} and state in ('claimed', 'submitted')`.execute(rows)
}
