import { randomUUID } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import type { Db, Tx } from './db.ts'
import type { Asked, LogDetail, Tables } from './tables.ts'

export type Decision = Selectable<Tables['decision']>

/** What a decision means for the log when it is taken up. */
export type Resolved = {
  readonly id: string
  readonly kind: 'decision' | 'undo' | 'removal'
  readonly detail: LogDetail
  /** The decision it takes back. */
  readonly undoes: string | null
}

type MemberRow = {
  readonly article_id: string
  readonly story_id: string
  readonly duplicate_of: string | null
}

/** What editors decided about stories and holds at a place of the log, by articles of theirs. */
export type Standing = {
  /** Stories that hold one of these are not told. */
  readonly muted: readonly string[]
  /** Stories that hold one of these have its title; of several the last. */
  readonly headlines: readonly string[]
}

/** How often articles may have moved on between an old link and where they are. */
const MOST_MOVES = 50

/** Articles of one removal: what the log holds of it stays small. */
const REMOVED_AT_ONCE = 1_000

/** What operators decided about stories; the cluster stage takes it up, as it does articles. */
export function createDecisions(db: Db) {
  return {
    /** Place in the log of the newest one that was taken up; 0 without one. */
    async taken(): Promise<number> {
      const newest = db.selectFrom('decision').select(({ fn }) => fn.max('seq').as('seq'))
      return Number((await newest.executeTakeFirst())?.seq ?? 0)
    },

    /** @returns its id. */
    async ask(kind: Decision['kind'], asked: Partial<Asked>, now: Instant): Promise<string> {
      const id = randomUUID()
      await db
        .insertInto('decision')
        .values({
          id,
          kind,
          asked: JSON.stringify({ stories: [], articles: [], ...asked }),
          at: now,
        })
        .execute()
      return id
    },

    get: (id: string): Promise<Decision | undefined> =>
      db.selectFrom('decision').selectAll().where('id', '=', id).executeTakeFirst(),

    /** Newest first; removals are no decisions of an operator about stories. */
    list: (limit: number): Promise<Decision[]> =>
      db
        .selectFrom('decision')
        .selectAll()
        .where('kind', '<>', 'removal')
        .orderBy('at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute(),

    /** Those the log has not taken up, in the order it will. */
    waiting: (limit: number): Promise<Decision[]> =>
      db
        .selectFrom('decision')
        .selectAll()
        .where('seq', 'is', null)
        .orderBy('at')
        .orderBy('id')
        .limit(limit)
        .execute(),

    /** What it means for the stories as they are; whoever asks holds the lease `cluster`. */
    async resolve({ id, kind, asked }: Decision): Promise<Resolved> {
      const { stories, articles } = asked
      const detail = (pins: LogDetail['pins']) => ({
        id,
        kind: 'decision' as const,
        detail: { pins: pins ?? [] },
        undoes: null,
      })
      if (kind === 'removal') return { id, kind, detail: { removed: articles }, undoes: null }
      if (kind === 'undo') return { id, kind, ...(await takeBack(db, asked.decision ?? '')) }
      const where = await Promise.all(stories.map((story) => whereTo(db, story)))
      const known = where.filter((story) => story !== null)
      if (kind === 'merge') return detail(mergePins(known, await membersOf(db, known)))
      const [story = null] = known
      if (story === null) return detail([])
      if (kind === 'pin') return detail(await pinsTo(db, story, articles))
      const members = await membersOf(db, [story])
      if (kind === 'mute') return { ...detail([]), detail: muteOf(members, asked.digest) }
      if (kind === 'headline') return { ...detail([]), detail: headlineOf(members, articles) }
      return detail(
        splitPins(story, members, articles, await freeName(db, story, members, articles)),
      )
    },

    /**
     * Mutes and headlines that hold for a digest at a place of the log: those decided by then and
     * not taken back by then.
     */
    async standing(digestId: string, to: number): Promise<Standing> {
      const { rows } = await sql<{ detail: LogDetail }>`
        select e.detail from dose.decision d join dose.log_entry e on e.seq = d.seq
          left join dose.decision u on u.id = d.undone_by
        where d.kind in ('mute', 'headline') and d.seq <= ${to}
          and (u.seq is null or u.seq > ${to})
        order by d.seq`.execute(db)
      return {
        muted: rows.flatMap(({ detail: { mute } }) =>
          mute && (mute.digest === null || mute.digest === digestId) ? [mute.article] : [],
        ),
        headlines: rows.flatMap(({ detail }) => detail.headline ?? []),
      }
    },

    /** The title that an editor chose for a story; `null` where none did. */
    async headlineOf(story: string): Promise<string | null> {
      const { rows } = await sql<{ article: string }>`
        select m.article_id as article
        from dose.decision d join dose.log_entry e on e.seq = d.seq
          join dose.member m on m.article_id = e.detail ->> 'headline'
        where d.kind = 'headline' and d.undone_by is null and m.story_id = ${story}
        order by d.seq desc limit 1`.execute(db)
      return rows[0]?.article ?? null
    },

    /** The stories that hold articles. */
    storiesOf: async (articles: readonly string[]): Promise<string[]> =>
      (
        await db
          .selectFrom('member')
          .select('story_id')
          .distinct()
          .where('article_id', 'in', [...articles, ''])
          .execute()
      ).map(({ story_id }) => story_id),

    /** The story to which the articles of a story went; itself while it has any, `null` where all are gone. */
    whereTo: (story: string): Promise<string | null> => whereTo(db, story),
  }
}

/** Tells the log that articles it knows are gone; in the transaction that removes them. */
export async function askRemoval(tx: Tx, sourceId: string): Promise<void> {
  await sql`insert into dose.decision (id, kind, asked, at)
    select gen_random_uuid()::text, 'removal',
      jsonb_build_object('stories', '[]'::jsonb, 'articles', jsonb_agg(id order by seq)), now()
    from (select id, seq, (row_number() over (order by seq) - 1) / ${REMOVED_AT_ONCE}::int as slice
      from dose.article where source_id = ${sourceId} and seq is not null) a
    group by slice`.execute(tx)
}

/** Within the step that takes it up. */
export async function noteTaken(tx: Tx, { id, undoes }: Resolved, seq: number): Promise<void> {
  await tx.updateTable('decision').set({ seq }).where('id', '=', id).execute()
  if (undoes !== null)
    await tx.updateTable('decision').set({ undone_by: id }).where('id', '=', undoes).execute()
}

/**
 * Where a decision is to be taken back; nothing where it was already. Articles that were pinned
 * again since stay.
 */
async function takeBack(db: Db, id: string): Promise<Pick<Resolved, 'detail' | 'undoes'>> {
  const { rows } = await sql<{ seq: number; detail: LogDetail; later: string[] }>`
    select d.seq, e.detail, coalesce((select array_agg(pin ->> 'id')
      from dose.decision o join dose.log_entry l on l.seq = o.seq,
        jsonb_array_elements(coalesce(l.detail -> 'pins', '[]')) as pin
      where o.seq > d.seq and o.kind <> 'undo' and o.undone_by is null), '{}') as later
    from dose.decision d join dose.log_entry e on e.seq = d.seq
    where d.id = ${id} and d.undone_by is null`.execute(db)
  const [undone] = rows
  if (undone === undefined) return { detail: {}, undoes: null }
  const later = new Set(undone.later)
  const pins = (undone.detail.pins ?? [])
    .filter((pin) => !later.has(pin.id))
    .map(({ id, from, to }) => ({ id, from: to, to: from }))
  const { retell = [] } = undone.detail
  const again = retell.length > 0 ? { retell } : {}
  return { detail: { undoes: undone.seq, pins, ...again }, undoes: id }
}

/** A story is known by the article it began with, wherever that goes. */
function muteOf([first]: readonly MemberRow[], digest: string | undefined): LogDetail {
  return first ? { mute: { article: first.article_id, digest: digest ?? null } } : {}
}

function headlineOf(members: readonly MemberRow[], [article]: readonly string[]): LogDetail {
  const isMember = members.some(({ article_id }) => article_id === article)
  return article !== undefined && isMember ? { headline: article, retell: [article] } : {}
}

/** All articles of the stories belong to the first of them. */
function mergePins(stories: readonly string[], members: readonly MemberRow[]): LogDetail['pins'] {
  const [to] = stories
  if (to === undefined) return []
  return members.map(({ article_id, story_id }) => ({ id: article_id, from: story_id, to }))
}

/** Articles that are taken out take their copies along; the others stay for good. */
function splitPins(
  from: string,
  members: readonly MemberRow[],
  articles: readonly string[],
  to: string | null,
): LogDetail['pins'] {
  if (to === null) return []
  const out = new Set(articles)
  const isOut = ({ article_id, duplicate_of }: MemberRow) =>
    out.has(article_id) || (duplicate_of !== null && out.has(duplicate_of))
  return members.map((member) => ({ id: member.article_id, from, to: isOut(member) ? to : from }))
}

/** The id of the first article that is taken out, or that with a number, as far as no story has it. */
async function freeName(
  db: Db,
  story: string,
  members: readonly MemberRow[],
  articles: readonly string[],
): Promise<string | null> {
  const first = members.find(({ article_id }) => articles.includes(article_id))?.article_id
  if (first === undefined) return null
  for (let copy = 1; ; copy++) {
    const name = copy === 1 ? first : `${first}~${copy}`
    const taken = name === story || (await membersOf(db, [name])).length > 0
    if (!taken) return name
  }
}

/**
 * The story is what it holds now: its articles are pinned too, or repair could take them away from
 * one that is like none of them.
 */
async function pinsTo(db: Db, to: string, articles: readonly string[]): Promise<LogDetail['pins']> {
  const rows = await db
    .selectFrom('member')
    .selectAll()
    .where((is) =>
      is.or([
        is('story_id', '=', to),
        is('article_id', 'in', articles),
        is('duplicate_of', 'in', articles),
      ]),
    )
    .orderBy('article_id')
    .execute()
  return rows.map(({ article_id, story_id }) => ({ id: article_id, from: story_id, to }))
}

/** In the order of the log. */
async function membersOf(db: Db, stories: readonly string[]): Promise<MemberRow[]> {
  if (stories.length === 0) return []
  return db
    .selectFrom('member')
    .innerJoin('article', 'article.id', 'member.article_id')
    .select(['member.article_id', 'member.story_id', 'member.duplicate_of'])
    .where('member.story_id', 'in', stories)
    .orderBy('article.seq')
    .execute()
}

/** Follows the moves; of several the latest, and of those the one that most articles made. */
async function whereTo(db: Db, story: string): Promise<string | null> {
  let id = story
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const member = await db
      .selectFrom('member')
      .select('story_id')
      .where('story_id', '=', id)
      .limit(1)
      .executeTakeFirst()
    if (member) return id
    const move = await db
      .selectFrom('story_move')
      .select('to_id')
      .where('from_id', '=', id)
      .orderBy('seq', 'desc')
      .orderBy('articles', 'desc')
      .orderBy('to_id')
      .limit(1)
      .executeTakeFirst()
    if (!move) return null
    id = move.to_id
  }
  return null
}
