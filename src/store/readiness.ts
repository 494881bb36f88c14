import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'
import { isActive } from './planning.ts'

/** A source that was to be read so long ago has been passed over. */
const LATE_MINUTES = 15

/** Whether anybody would get the next edition of a digest, and how the sources stand that it is made from. */
export type Standing = {
  readonly hasReaders: boolean
  readonly sources: number
  readonly late: number
  readonly failing: number
}

export async function readReadiness(db: Db, digestId: string, now: Instant): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select exists (select from dose.subscription s
        join dose.subscriber r on r.id = s.subscriber_id
        left join dose.suppression p on p.email_key = r.email_key
        where s.digest_id = ${digestId} and p.email_key is null and ${isActive(now)}) as "hasReaders",
      count(*) as sources,
      count(*) filter (where next_fetch_at
        < ${now}::timestamptz - ${LATE_MINUTES}::int * interval '1 minute') as late,
      count(*) filter (where failures > 0) as failing
    from dose.source where state = 'active'`.execute(db)
  return rows[0] as Standing
}
