import { type Selectable, sql } from 'kysely'
import type { About, Instant, Span, Story, StoryPage } from '../model.ts'
import type { Db } from './db.ts'
import type { Tables } from './tables.ts'
import { notTakenDown } from './takedowns.ts'

export type StoryRow = Selectable<Tables['story']>
export type StoryKey = { readonly id: string; readonly version: number }

export type MemberRow = { readonly storyId: string; readonly articleId: string }

/**
 * Which articles make a story part of an edition. A live edition takes what the log took up since
 * the one before: nothing falls between two editions and nothing is in both, however late an
 * article was ingested or an edition made. One made for a past date goes by publication.
 */
export type Eligibility =
  | LiveEligibility
  | {
      readonly kind: 'dated'
      readonly span: Span
      /** Undated articles first seen on the edition's local day belong to it. */
      readonly day: Span
    }

type LiveEligibility = { readonly kind: 'live'; readonly log: LogRange; readonly to: Instant }

/** Places in the log: after `from`, up to and with `to`. */
export type LogRange = { readonly from: number; readonly to: number }

/** Days before its edition from which a story's articles may still be told. */
const STORY_MS = 6 * 86_400_000

/** What is kept of a story beside its card. */
export type SummaryExtras = { readonly about?: About; readonly page?: StoryPage | null }

/** Stories whose headlines a search looks through. */
const SEARCHED = 5_000

type LinesAsk = {
  readonly search: string
  readonly after: string | null
  readonly limit: number
}

/** A story as a line of a list. */
export type StoryLine = {
  readonly id: string
  readonly headline: string
  readonly topics: readonly string[]
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
  readonly articles: number
}

export function createStories(db: Db) {
  return {
    get: (id: string): Promise<StoryRow | undefined> =>
      db.selectFrom('story').selectAll().where('id', '=', id).executeTakeFirst(),

    /** Newest first. */
    list: (limit: number) =>
      db
        .selectFrom('story')
        .innerJoin('member', 'member.story_id', 'story.id')
        .select((is) => [
          'story.id',
          'story.headline',
          'story.topics',
          'story.first_seen_at',
          'story.last_seen_at',
          is.fn.count<number>('member.article_id').as('articles'),
        ])
        .groupBy('story.id')
        .orderBy('story.last_seen_at', 'desc')
        .orderBy('story.id')
        .limit(limit)
        .execute(),

    /**
     * Newest first, page by page; `after` is the id of the last one seen. A search looks into the
     * headlines of the newest thousands: nobody misses the others, and nobody waits for them.
     */
    async lines({ search, after, limit }: LinesAsk): Promise<StoryLine[]> {
      const { rows } = await sql<StoryLine>`
        with newest as (select id, headline, topics, first_seen_at, last_seen_at from dose.story s
          where exists (select from dose.member m where m.story_id = s.id)
            and (${after}::text is null or (last_seen_at, id) <
              (select last_seen_at, id from dose.story where id = ${after}))
          order by last_seen_at desc, id desc limit ${search === '' ? limit : SEARCHED}::int)
        select n.id, n.headline, n.topics, n.first_seen_at as "firstSeenAt",
          n.last_seen_at as "lastSeenAt",
          (select count(*) from dose.member m where m.story_id = n.id) as articles
        from newest n where ${search} = '' or strpos(lower(n.headline), lower(${search})) > 0
        order by n.last_seen_at desc, n.id desc limit ${limit}`.execute(db)
      return rows
    },

    /** Articles of a story that readers may see, in the order the log took them up. */
    async members(id: string): Promise<string[]> {
      const rows = await db
        .selectFrom('member')
        .innerJoin('article', 'article.id', 'member.article_id')
        .select('article.id')
        .where('member.story_id', '=', id)
        .where('article.published', '=', true)
        .where(notTakenDown('article'))
        .orderBy('article.seq')
        .execute()
      return rows.map((row) => row.id)
    },

    /** The page of a story; nothing before its summary. */
    async page(id: string): Promise<StoryPage | null> {
      const row = await db
        .selectFrom('story')
        .select('page')
        .where('id', '=', id)
        .executeTakeFirst()
      return row?.page ?? null
    },

    async saveSummary(
      { id, version }: StoryKey,
      story: Story | null,
      { about = { phrases: [], names: [] }, page = null }: SummaryExtras = {},
    ): Promise<void> {
      await db
        .updateTable('story')
        .set({
          headline: story?.headline ?? '',
          sentences: JSON.stringify(story?.sentences ?? []),
          topics: [...(story?.topics ?? [])],
          phrases: [...about.phrases],
          names: [...about.names],
          page: page && JSON.stringify(page),
          summarised_version: version,
        })
        .where('id', '=', id)
        .where('version', '=', version)
        .execute()
    },

    unsummarised: (limit: number): Promise<StoryKey[]> =>
      db
        .selectFrom('story')
        .select(['id', 'version'])
        .where(sql<boolean>`summarised_version < version`)
        .where((is) =>
          is.exists(is.selectFrom('member').whereRef('member.story_id', '=', 'story.id')),
        )
        .orderBy('id')
        .limit(limit)
        .execute(),

    /**
     * Stories with an article that belongs to the edition, with their articles of the days before:
     * a story is told whole, also where some of it was reported earlier. Of a great story its first and
     * latest come, and those of `chosen` that it has.
     */
    async candidates(
      edition: Eligibility,
      { first, latest, chosen }: { first: number; latest: number; chosen: readonly string[] },
    ): Promise<MemberRow[]> {
      const { rows } = await sql<{ story_id: string; article_id: string }>`
        with chosen as (
          select distinct m.story_id
          from dose.member m join dose.article a on a.id = m.article_id
          where ${within(edition)})
        select story_id, article_id from (
          select m.story_id, m.article_id, a.seq,
            row_number() over (partition by m.story_id order by a.seq) as place,
            row_number() over (partition by m.story_id order by a.seq desc) as place_from_end
          from dose.member m
            join chosen c on c.story_id = m.story_id
            join dose.article a on a.id = m.article_id
          where ${reachingBack(edition)}) told
        where place <= ${first} or place_from_end <= ${latest} or article_id = any(${[...chosen]}::text[])
        order by story_id, seq`.execute(db)
      return rows.map((row) => ({ storyId: row.story_id, articleId: row.article_id }))
    },

    /** Articles that a live edition may tell, in the order of the log; `fresh` are those it covers. */
    async tellable(edition: LiveEligibility): Promise<{ id: string; fresh: boolean }[]> {
      const { rows } = await sql<{ id: string; fresh: boolean }>`
        select a.id, a.seq > ${edition.log.from} as fresh
        from dose.article a where ${reachingBack(edition)} order by a.seq`.execute(db)
      return rows
    },

    /** What came in during a span: the honest counters of an edition. */
    async counters(edition: Eligibility): Promise<{ articles: number; sources: number }> {
      const { rows } = await sql<{ articles: number; sources: number }>`
        select count(*) as articles, count(distinct a.provider_domain) as sources
        from dose.article a
        where ${within(edition)}`.execute(db)
      return rows[0] ?? { articles: 0, sources: 0 }
    },

    /** Every article with its story, in log order: the whole outcome of clustering. */
    partition: (): Promise<{ url: string; story_id: string; seq: number | null }[]> =>
      db
        .selectFrom('member')
        .innerJoin('article', 'article.id', 'member.article_id')
        .select(['article.url', 'member.story_id', 'article.seq'])
        .orderBy('article.url')
        .execute(),
  }
}

/** The condition that an article `a` belongs to an edition. */
function within(edition: Eligibility) {
  if (edition.kind === 'live')
    return sql<boolean>`a.published and ${notTakenDown('a')} and not a.backfill
      and a.seq > ${edition.log.from} and a.seq <= ${edition.log.to}`
  const { span, day } = edition
  return sql<boolean>`a.published and ${notTakenDown('a')} and case when a.undated
    then a.first_seen_at > ${day.from} and a.first_seen_at <= ${day.to}
    else a.published_at > ${span.from} and a.published_at <= ${span.to} end`
}

/** A story is told with what was reported of it in the days before, too. */
function reachingBack(edition: Eligibility) {
  if (edition.kind === 'live')
    return sql<boolean>`a.published and ${notTakenDown('a')} and not a.backfill
      and a.seq <= ${edition.log.to}
      and a.published_at > ${earlier(edition.to)}`
  const { span, day } = edition
  return within({
    kind: 'dated',
    span: { from: earlier(span.from), to: span.to },
    day: { from: earlier(day.from), to: day.to },
  })
}

const earlier = (at: Instant): Instant => new Date(Date.parse(at) - STORY_MS).toISOString()
