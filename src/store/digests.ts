import type { Selectable } from 'kysely'
import type { Digest, Instant } from '../model.ts'
import { type Db, idOf } from './db.ts'
import type { Tables } from './tables.ts'

export type DigestChoices = Pick<Digest, 'name' | 'schedule' | 'timeZone'> &
  Partial<Pick<Digest, 'topics' | 'size' | 'from' | 'postal'>>

/** Stories in a full issue unless the operator says otherwise. */
const DEFAULT_SIZE = 12

export function createDigests(db: Db) {
  const find = async (name: string): Promise<Digest | undefined> => {
    const row = await db
      .selectFrom('digest')
      .selectAll()
      .where((is) => is.or([is('name', '=', name), is('id', '=', name)]))
      .executeTakeFirst()
    return row && toDigest(row)
  }
  return {
    find,

    async list(): Promise<Digest[]> {
      const rows = await db.selectFrom('digest').selectAll().orderBy('name').execute()
      return rows.map(toDigest)
    },

    /** Lets anybody sign up, or nobody. */
    async setOpen(id: string, open: boolean): Promise<void> {
      await db.updateTable('digest').set({ open }).where('id', '=', id).execute()
    },

    /** Makes a digest, or changes what is given of the one with that name. */
    async put(choices: DigestChoices, now: Instant): Promise<{ before?: Digest; after: Digest }> {
      const before = await find(choices.name)
      const { name, schedule, timeZone } = choices
      const values = {
        name,
        schedule,
        time_zone: timeZone,
        topics: [...(choices.topics ?? before?.topics ?? [])],
        size: choices.size ?? before?.size ?? DEFAULT_SIZE,
        from_mailbox: choices.from ?? before?.from ?? null,
        postal: choices.postal ?? before?.postal ?? null,
      }
      await db
        .insertInto('digest')
        .values({ id: idOf('g', name), created_at: now, ...values })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
        .execute()
      const after = await find(name)
      if (!after) throw new Error(`digest ${name} was not stored`)
      return before ? { before, after } : { after }
    },
  }
}

function toDigest(row: Selectable<Tables['digest']>): Digest {
  return {
    id: row.id,
    name: row.name,
    schedule: row.schedule,
    timeZone: row.time_zone,
    topics: row.topics,
    size: row.size,
    from: row.from_mailbox,
    postal: row.postal,
    active: row.active,
    open: row.open,
    createdAt: row.created_at,
  }
}
