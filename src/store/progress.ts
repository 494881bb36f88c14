import { sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

/** What stands between the sources and the stories, in one look. */
export type Progress = {
  /** Documents to ingest. */
  readonly documents: number
  /** Articles whose page was not asked for yet, and which the log has not taken up. */
  readonly pages: number
  /** Articles to score. */
  readonly unscored: number
  /** Articles the log has not taken up. */
  readonly unlogged: number
  /** Stories to summarise. */
  readonly unsummarised: number
  /** No decision waits and the log ends with a tick: the stories of all it holds are repaired. */
  readonly ticked: boolean
}

/** @param until what came in later does not count; `null` counts all. */
export const readProgress = async (db: Db, until: Instant | null): Promise<Progress> => {
  // Looked up row by row: few rows wait, where the planner expects a third of all.
  const counted = (column: 'scored_version' | 'logged_version') => sql`(select count(*)
    from dose.article a
    where a.${sql.ref(column)} < a.version and (${until}::timestamptz is null
      or (select at from dose.article_text where article_id = a.id and version = a.version) <= ${until}))`
  const { rows } = await sql<Progress>`select
    (select count(*) from dose.document where state = 'pending'
      and (${until}::timestamptz is null or fetched_at <= ${until})) as documents,
    (select count(*) from dose.page p join dose.article a on a.id = p.article_id
      where p.state = 'wanted' and p.tries = 0 and a.logged_version = 0) as pages,
    ${counted('scored_version')} as unscored,
    ${counted('logged_version')} as unlogged,
    (select count(*) from dose.story s where summarised_version < version
      and (select true from dose.member where story_id = s.id limit 1)) as unsummarised,
    not exists (select from dose.decision where seq is null)
      and coalesce((select kind = 'tick' from dose.log_entry order by seq desc limit 1), true) as ticked`.execute(
    db,
  )
  return rows[0] as Progress
}
