import { type RawBuilder, sql } from 'kysely'
import type { Instant, RunLine } from '../model.ts'
import type { Db } from './db.ts'
import type { RunState } from './tables.ts'

/** One attempt, as lists show it. */
export type RunRow = {
  readonly stage: string
  readonly rowId: string
  readonly version: number
  readonly attempt: number
  readonly state: RunState
  readonly errorClass: string | null
  readonly error: string | null
  readonly errorKind: string | null
  readonly trace: string
  readonly queuedAt: Instant
  readonly startedAt: Instant
  readonly endedAt: Instant | null
}

/** Place of a run in the order of lists: the newest first. */
export type RunPlace = readonly [
  startedAt: Instant,
  stage: string,
  rowId: string,
  version: number,
  attempt: number,
]

export type RunFilter = {
  readonly stage?: string | undefined
  readonly state?: RunState | undefined
  /** Of errors: see `skeletonOf`. */
  readonly kind?: string | undefined
  /** An id or trace, or words of an error. */
  readonly search?: string | undefined
}

export type FailureGroup = {
  readonly stage: string
  readonly kind: string
  readonly runs: number
  readonly firstAt: Instant
  readonly lastAt: Instant
  /** The newest of them. */
  readonly example: string
  readonly errorClass: string
}

export type OpenFailure = Pick<RunRow, 'stage' | 'rowId' | 'version' | 'attempt' | 'trace'>

/** Failures that are looked at when they are grouped or retried; the newest of more. */
const FAILURES_MAX = 5_000
const GROUPS_MAX = 100
/** Runs on the way of one article; documents of busy feeds have many. */
const WAY_MAX = 200

const COLUMNS = sql`stage, row_id as "rowId", row_version as version, attempt, state,
  error_class as "errorClass", error, error_kind as "errorKind", trace, queued_at as "queuedAt",
  started_at as "startedAt", ended_at as "endedAt"`

/** How failures without a kind are called: an error may say nothing. */
const KIND = sql`coalesce(nullif(r.error_kind, ''), r.error_class, '')`

/** Looks among the runs of all stages, for operators. */
export function createRunList(db: Db) {
  return {
    async page(
      filter: RunFilter,
      after: RunPlace | null,
      limit: number,
    ): Promise<readonly RunRow[]> {
      const { rows } = await sql<RunRow>`select ${COLUMNS} from dose.run r
        where ${allOf([
          sql`started_at is not null`,
          ...conditions(filter),
          ...(after
            ? [
                sql`(started_at, stage, row_id, row_version, attempt)
                  < (${after[0]}, ${after[1]}, ${after[2]}, ${after[3]}::int, ${after[4]}::int)`,
              ]
            : []),
        ])}
        order by started_at desc, stage desc, row_id desc, row_version desc, attempt desc
        limit ${limit}`.execute(db)
      return rows
    },

    /** All attempts on one row version, the first one first. */
    async attempts(stage: string, rowId: string, version: number) {
      const { rows } = await sql<RunRow & { stack: string | null; log: readonly RunLine[] | null }>`
        select ${COLUMNS}, stack, log from dose.run
        where stage = ${stage} and row_id = ${rowId} and row_version = ${version}
        order by attempt`.execute(db)
      return rows
    },

    /**
     * Runs on the way of an article: its own, those of the document that brought it and of its story,
     * and what rang with them.
     */
    async way(articleId: string): Promise<readonly RunRow[]> {
      const { rows } = await sql<RunRow>`
        with place as (
          select a.id, a.source_id, a.document_id, m.story_id from dose.article a
          left join dose.member m on m.article_id = a.id where a.id = ${articleId}
        ), own as (
          (select r.* from dose.run r, place where r.row_id in (place.id, place.story_id))
          union all
          (select r.* from dose.run r, place where r.row_id = place.document_id
            order by r.started_at desc limit ${WAY_MAX})
        ), traces as (select distinct trace from own)
        select ${COLUMNS} from (
          select * from own
          union
          select r.* from dose.run r, place
          where r.trace in (select trace from traces) and r.row_id in (place.source_id, r.trace)
        ) r where started_at is not null order by started_at desc limit ${WAY_MAX}`.execute(db)
      return rows
    },

    /** Failures that nothing has made up for since, by stage and kind, the most frequent first. */
    async failures(since: Instant, rings: readonly string[]): Promise<readonly FailureGroup[]> {
      const { rows } = await sql<FailureGroup>`
        with open as (${openFailures({ since, rings }, {}, FAILURES_MAX)})
        select r.stage, ${KIND} as kind, count(*)::int as runs, min(r.started_at) as "firstAt",
          max(r.started_at) as "lastAt",
          (array_agg(r.error order by r.started_at desc))[1] as example,
          (array_agg(r.error_class order by r.started_at desc))[1] as "errorClass"
        from open r group by 1, 2 order by runs desc, kind limit ${GROUPS_MAX}`.execute(db)
      return rows
    },

    /** The same, one by one, those that match: what a retry would take up. Rings make up by themselves. */
    async open(
      filter: RunFilter,
      since: Instant,
      rings: readonly string[],
    ): Promise<readonly OpenFailure[]> {
      const { rows } = await sql<OpenFailure>`
        with open as (${openFailures({ since, rings }, filter, FAILURES_MAX)})
        select stage, row_id as "rowId", row_version as version, attempt, trace from open
        where not (stage = any(${[...rings]}::text[])) order by started_at`.execute(db)
      return rows
    },

    /** An operator has tried them again: they are no longer failures for good. */
    async reopen(failures: readonly OpenFailure[]): Promise<void> {
      const of = <Key extends keyof OpenFailure>(key: Key) => failures.map((one) => one[key])
      await sql`update dose.run r set state = 'retrying'
        from unnest(${of('stage')}::text[], ${of('rowId')}::text[], ${of('version')}::int[],
          ${of('attempt')}::int[]) as o(stage, row_id, row_version, attempt)
        where r.stage = o.stage and r.row_id = o.row_id and r.row_version = o.row_version
          and r.attempt = o.attempt and r.state = 'failed'`.execute(db)
    },
  }
}

/**
 * The newest failures, without those made up for.
 *
 * @param rings stages whose runs go by their trace: the next good one makes up for a failed one.
 */
function openFailures(
  { since, rings }: { readonly since: Instant; readonly rings: readonly string[] },
  filter: RunFilter,
  limit: number,
) {
  // Fenced: the planner does not know how few failures there are, and would look at all that was done.
  return sql`
    with failed as materialized (
      select * from dose.run r
      where ${allOf([sql`r.state = 'failed'`, sql`r.started_at > ${since}`, ...conditions(filter)])}
      order by r.started_at desc limit ${limit}
    ), rung as materialized ( -- an order that only the index of stages has: by time alone all runs are read
      select ring as stage, (select d.started_at from dose.run d
        where d.stage between ring and ring and d.state = 'done'
        order by d.stage desc, d.started_at desc limit 1) as at
      from unnest(${[...rings]}::text[]) ring
    )
    select r.* from failed r
    where not exists (select from dose.run d where d.stage = r.stage and d.row_id = r.row_id
        and d.state = 'done' and d.started_at > r.started_at)
      and not exists (select from rung where rung.stage = r.stage and rung.at > r.started_at)`
}

function conditions({ stage, state, kind, search }: RunFilter): RawBuilder<unknown>[] {
  const words = `%${(search ?? '').replace(/[\\%_]/g, '\\$&')}%`
  return [
    ...(stage ? [sql`r.stage = ${stage}`] : []),
    ...(state ? [sql`r.state = ${state}`] : []),
    ...(kind ? [sql`${KIND} = ${kind}`] : []),
    ...(search
      ? [
          sql`(r.row_id = ${search} or r.trace = ${search} or r.stage = ${search}
            or (r.error is not null and (r.error ilike ${words} or r.error_class ilike ${words})))`,
        ]
      : []),
  ]
}

const allOf = (parts: readonly RawBuilder<unknown>[]) => sql.join([...parts], sql` and `)
