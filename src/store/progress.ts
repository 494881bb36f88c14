import { sql } from 'kysely'
import type { Db } from './db.ts'

/** What stands between the sources and the stories, in one look. */
export type Progress = {
  /** Documents to ingest. */
  readonly documents: number
  /** Articles to score. */
  readonly unscored: number
  /** Articles the log has not taken up. */
  readonly unlogged: number
  /** Stories to summarise. */
  readonly unsummarised: number
  /** The log ends with a tick: the stories of all it holds are repaired. */
  readonly ticked: boolean
}

export const readProgress = async (db: Db): Promise<Progress> => {
  const { rows } = await sql<Progress>`select
    (select count(*) from dose.document where state = 'pending') as documents,
    (select count(*) from dose.article where scored_version < version) as unscored,
    (select count(*) from dose.article where logged_version < version) as unlogged,
    (select count(*) from dose.story s where summarised_version < version
      and exists (select 1 from dose.member m where m.story_id = s.id)) as unsummarised,
    coalesce((select kind = 'tick' from dose.log_entry order by seq desc limit 1), true) as ticked`.execute(
    db,
  )
  return rows[0] as Progress
}
