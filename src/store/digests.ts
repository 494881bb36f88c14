import type { Selectable } from 'kysely'
import type { Brand, Digest, Instant } from '../model.ts'
import { type Db, idOf } from './db.ts'
import type { Tables } from './tables.ts'

export type DigestChoices = Pick<Digest, 'name' | 'schedule' | 'timeZone'> &
  Partial<Pick<Digest, 'topics' | 'size' | 'from' | 'postal'>> &
  Rules

/** Stories in a full issue unless the operator says otherwise. */
const DEFAULT_SIZE = 12

export function createDigests(db: Db) {
  const find = async (name: string): Promise<Digest | undefined> => {
    const row = await branded(db)
      .where((is) => is.or([is('name', '=', name), is('id', '=', name)]))
      .executeTakeFirst()
    return row && toDigest(row)
  }
  return {
    find,

    async list(): Promise<Digest[]> {
      const rows = await branded(db).orderBy('name').execute()
      return rows.map(toDigest)
    },

    /** Lets anybody sign up, or nobody. */
    async setOpen(id: string, open: boolean): Promise<void> {
      await db.updateTable('digest').set({ open }).where('id', '=', id).execute()
    },

    /** Lets its schedule make editions, or not. */
    async setActive(id: string, active: boolean): Promise<void> {
      await db.updateTable('digest').set({ active }).where('id', '=', id).execute()
    },

    /** Counts how often links are followed, or stops counting. */
    async setCounting(id: string, count: boolean): Promise<void> {
      await db.updateTable('digest').set({ count_clicks: count }).where('id', '=', id).execute()
    },

    /** Makes a digest, or changes what is given of the one with that name. */
    async put(choices: DigestChoices, now: Instant): Promise<{ before?: Digest; after: Digest }> {
      const before = await find(choices.name)
      const { name, schedule, timeZone } = choices
      const values = {
        name,
        schedule,
        time_zone: timeZone,
        scheduled_since: before && isScheduled(before, choices) ? before.scheduledSince : now,
        topics: [...(choices.topics ?? before?.topics ?? [])],
        size: choices.size ?? before?.size ?? DEFAULT_SIZE,
        from_mailbox: choices.from ?? before?.from ?? null,
        postal: choices.postal ?? before?.postal ?? null,
        ...rulesOf({ ...(before ?? NO_RULES), ...choices }),
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

const isScheduled = (before: Digest, { schedule, timeZone }: DigestChoices): boolean =>
  before.schedule === schedule && before.timeZone === timeZone

type Rules = Partial<Pick<Digest, 'quiet' | 'deadlineHour' | 'window' | 'approval'>>

const NO_RULES: Rules = { quiet: null, deadlineHour: null, window: null, approval: null }

function rulesOf({ quiet, deadlineHour, window, approval }: Rules) {
  return {
    quiet_below: quiet?.below ?? null,
    quiet_skip: quiet?.rule === 'skip',
    deadline_hour: deadlineHour ?? null,
    window_from: window?.from ?? null,
    window_to: window?.to ?? null,
    approve_hours: approval?.hours ?? null,
    approve_sends: approval?.else === 'send',
  }
}

const branded = (db: Db) =>
  db
    .selectFrom('digest')
    .leftJoin('brand', 'brand.digest_id', 'digest.id')
    .selectAll('digest')
    .select(['brand.colours', 'brand.logo_hash', 'brand.intro', 'brand.footer'])

type BrandRow = Pick<Selectable<Tables['brand']>, 'colours' | 'logo_hash' | 'intro' | 'footer'>

/** A digest's row with those of its brand, all `null` where it has none. */
type Row = Selectable<Tables['digest']> & { [Key in keyof BrandRow]: BrandRow[Key] | null }

function toBrand({ colours, logo_hash: logo, intro, footer }: Row): Brand | null {
  return colours && { colours, logo, intro: intro ?? '', footer: footer ?? '' }
}

function toDigest(row: Row): Digest {
  return {
    id: row.id,
    name: row.name,
    schedule: row.schedule,
    timeZone: row.time_zone,
    topics: row.topics,
    size: row.size,
    from: row.from_mailbox,
    postal: row.postal,
    quiet:
      row.quiet_below === null
        ? null
        : { below: row.quiet_below, rule: row.quiet_skip ? 'skip' : 'short' },
    deadlineHour: row.deadline_hour,
    window:
      row.window_from === null || row.window_to === null
        ? null
        : { from: row.window_from, to: row.window_to },
    brand: toBrand(row),
    approval:
      row.approve_hours === null
        ? null
        : { hours: row.approve_hours, else: row.approve_sends ? 'send' : 'skip' },
    active: row.active,
    open: row.open,
    countClicks: row.count_clicks,
    scheduledSince: row.scheduled_since ?? row.created_at,
  }
}
