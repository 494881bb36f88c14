import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor, Instant } from '../model.ts'
import { type Db, idOf } from './db.ts'

/** Who did what to what, when, and from where. */
export type AuditEntry = {
  readonly id: string
  readonly at: Instant
  readonly actor: string
  readonly address: string | null
  readonly action: string
  readonly object: string
  readonly detail: Readonly<Record<string, unknown>>
}

export type AuditFilter = {
  readonly actor?: string | undefined
  /** An action, or the noun of several. */
  readonly action?: string | undefined
  readonly object?: string | undefined
  /** Text in any of the three. */
  readonly search?: string | undefined
  readonly since?: Instant | undefined
  /** Older than the entry with this id. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Sign-ins that failed are counted in one entry for so long. */
const REFUSED_MS = 15 * 60_000
/** Beyond so many entries of them in that time, one more takes all the rest. */
const REFUSED_MAX = 100
const REFUSED = 'session refuse'

const shown = (db: Db) =>
  db
    .selectFrom('audit_entry')
    .select(['id', 'at', 'actor', 'address', 'action', 'object', 'detail'])

export function createAudit(db: Db) {
  return {
    async write(
      actor: Pick<Actor, 'name' | 'address'>,
      action: string,
      object: string,
      detail: object,
      now: Instant,
    ): Promise<void> {
      await db
        .insertInto('audit_entry')
        .values({
          id: randomUUID(),
          at: now,
          actor: actor.name,
          address: actor.address,
          action,
          object,
          detail: JSON.stringify(detail),
        })
        .execute()
    },

    /**
     * A sign-in that failed. Those by the same means from the same network make one entry for a while,
     * which counts them: who guesses all night fills no disk.
     *
     * @param means what was wrong; never what was typed, which may be a password.
     */
    async refuse(means: string, network: string, detail: object, now: Instant): Promise<void> {
      const begun = new Date(Math.floor(Date.parse(now) / REFUSED_MS) * REFUSED_MS).toISOString()
      const count = (id: string, address: string | null) => sql`
        insert into dose.audit_entry as a (id, at, actor, address, action, object, detail)
        select ${id}, ${now}::timestamptz, 'somebody', ${address}::text, ${REFUSED}, ${means}::text,
          ${JSON.stringify({ ...detail, tries: 1, last: now })}::jsonb
        where ${address}::text is null
          or exists (select from dose.audit_entry where id = ${id})
          or (select count(*) from dose.audit_entry
            where at >= ${begun} and action = ${REFUSED}) < ${REFUSED_MAX}::int
        on conflict (id) do update set detail = a.detail || excluded.detail
          || jsonb_build_object('tries', (a.detail ->> 'tries')::int + 1)
        returning 1`
      const { rows } = await count(idOf('f', means, network, begun), network).execute(db)
      if (rows.length === 0) await count(idOf('f', means, begun), null).execute(db)
    },

    /** The newest entry: as long as it stays, nobody has changed anything. Who came and went is no matter. */
    async newest(): Promise<string> {
      const row = await db
        .selectFrom('audit_entry')
        .select('id')
        .where(sql`split_part(action, ' ', 1)`, '<>', 'session')
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.id ?? ''
    },

    get: (id: string): Promise<AuditEntry | undefined> =>
      shown(db).where('id', '=', id).executeTakeFirst() as Promise<AuditEntry | undefined>,

    /** The newest first. */
    async list(filter: AuditFilter): Promise<AuditEntry[]> {
      const { actor, action, object, search, since, after, limit } = filter
      let query = shown(db)
      if (actor) query = query.where('actor', '=', actor)
      if (action)
        query = query.where((row) =>
          row.or([row('action', '=', action), row(sql`split_part(action, ' ', 1)`, '=', action)]),
        )
      if (object) query = query.where('object', '=', object)
      if (search)
        query = query.where(
          sql<boolean>`strpos(lower(actor || ' ' || action || ' ' || object), ${search.toLowerCase()}) > 0`,
        )
      if (since) query = query.where('at', '>=', since)
      if (after)
        query = query.where(
          sql<boolean>`(at, id) < (select at, id from dose.audit_entry where id = ${after})`,
        )
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows as AuditEntry[]
    },
  }
}
