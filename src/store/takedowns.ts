import { type Selectable, sql } from 'kysely'
import type { Instant } from '../model.ts'
import { type Db, idOf, type Tx } from './db.ts'
import { noteChange } from './rights.ts'
import type { StoryKey } from './stories.ts'
import type { Tables } from './tables.ts'

export type Takedown = Selectable<Tables['takedown']>
export type NewTakedown = Pick<Takedown, 'kind' | 'target' | 'name' | 'reason'>

/** What a change of take-downs touches: stories are told anew, lists of editions read anew. */
export type Touched = {
  readonly stories: readonly StoryKey[]
  /** Editions, newest first, that cite an article concerned. */
  readonly editions: readonly string[]
}

/** The condition that nobody has taken down an article of the table `alias`, or its source. */
export function notTakenDown(alias: 'a' | 'article') {
  const [id, source] = [sql.raw(`${alias}.id`), sql.raw(`${alias}.source_id`)]
  return sql<boolean>`not exists (select from dose.takedown t
    where (t.kind = 'article' and t.target = ${id}) or (t.kind = 'source' and t.target = ${source}))`
}

export function createTakedowns(db: Db) {
  return {
    /** The id that the article of a canonical URL has, or will have. */
    articleId: (url: string): string => idOf('a', url),

    list: (): Promise<Takedown[]> =>
      db.selectFrom('takedown').selectAll().orderBy('at', 'desc').orderBy('id').execute(),

    /** By its own id, what it is about, or the name it was asked for by. */
    find: (key: string): Promise<Takedown | undefined> =>
      db
        .selectFrom('takedown')
        .selectAll()
        .where((is) => is.or([is('id', '=', key), is('target', '=', key), is('name', '=', key)]))
        .executeTakeFirst(),

    /** Repeating keeps the first. */
    add: (takedown: NewTakedown, now: Instant): Promise<{ added: boolean } & Touched> =>
      db.transaction().execute(async (tx) => {
        const id = idOf('t', takedown.kind, takedown.target)
        const row = await tx
          .insertInto('takedown')
          .values({ id, ...takedown, at: now })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst()
        return { added: row !== undefined, ...(await touch(tx, id)) }
      }),

    /** How lists show an edition; `null` as it was frozen. */
    async serveAs(editionId: string, subject: string | null): Promise<void> {
      await db
        .updateTable('edition')
        .set({ served_subject: subject })
        .where('id', '=', editionId)
        .execute()
    },

    remove: (id: string): Promise<Touched> =>
      db.transaction().execute(async (tx) => {
        const touched = await touch(tx, id)
        await tx.deleteFrom('takedown').where('id', '=', id).execute()
        return touched
      }),
  }
}

/** Before a source goes: editions cite its articles on, and what was taken down stays so. */
export async function keepTakenDown(tx: Tx, sourceId: string): Promise<void> {
  await sql`insert into dose.takedown_article (takedown_id, article_id)
    select t.id, a.id from dose.takedown t join dose.article a on a.source_id = t.target
    where t.kind = 'source' and t.target = ${sourceId}
    on conflict do nothing`.execute(tx)
}

/** Empties the stories that a take-down concerns, to be told anew, and finds the editions. */
async function touch(tx: Tx, id: string): Promise<Touched> {
  await noteChange(tx)
  const concerned = sql`(select t.target from dose.takedown t where t.id = ${id} and t.kind = 'article'
    union select a.id from dose.article a join dose.takedown t on a.source_id = t.target
      where t.id = ${id} and t.kind = 'source'
    union select k.article_id from dose.takedown_article k where k.takedown_id = ${id})`
  const { rows: stories } = await sql<StoryKey>`update dose.story
    set version = version + 1, headline = '', sentences = '[]'
    where id in (select id from dose.story
      where id in (select story_id from dose.member where article_id in ${concerned})
      order by id for update)
    returning id, version`.execute(tx)
  const { rows: editions } = await sql<{ id: string }>`select e.id from dose.edition e
    where exists (select from jsonb_path_query(e.pool, '$[*].citations[*].articleId') as cited(ref)
      where ref #>> '{}' in ${concerned})
    order by e.date desc, e.slot desc`.execute(tx)
  return { stories, editions: editions.map((edition) => edition.id) }
}
