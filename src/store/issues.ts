import type { Db } from './db.ts'
import type { IssueSource } from './tables.ts'

/** What an issue printed of a story: the words of each sentence (`toHeard`); no sentence of a quick hit. */
export type IssueStory = { readonly storyId: string; readonly sentences: readonly string[] }

/** How far back readers are taken to remember what they were told: as far as anybody scrolls. */
export const REMEMBERED_DAYS = 30

/** What each distinct issue told, so that its readers are not told it again. */
export function createIssues(db: Db) {
  return {
    /** Written before the issue is sent; writing it again changes nothing. */
    async keep(
      editionId: string,
      hash: string,
      told: readonly IssueStory[],
      madeOf: IssueSource,
    ): Promise<void> {
      await db
        .insertInto('issue')
        .values({
          edition_id: editionId,
          hash,
          told: JSON.stringify(told),
          made_of: JSON.stringify(madeOf),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },

    /** What the issue was made of that a subscription got of an edition. */
    async sourceOf(editionId: string, subscriptionId: string): Promise<IssueSource | undefined> {
      const row = await db
        .selectFrom('delivery')
        .innerJoin('issue', (join) =>
          join
            .onRef('issue.edition_id', '=', 'delivery.edition_id')
            .onRef('issue.hash', '=', 'delivery.issue_hash'),
        )
        .select('issue.made_of')
        .where('delivery.edition_id', '=', editionId)
        .where('delivery.subscription_id', '=', subscriptionId)
        .executeTakeFirst()
      return row?.made_of
    },

    /** What the issues with these hashes told, the oldest first, with the dates of their editions. */
    async heard(hashes: readonly string[]): Promise<(IssueStory & { date: string })[]> {
      if (hashes.length === 0) return []
      const rows = await db
        .selectFrom('issue')
        .innerJoin('edition', 'edition.id', 'issue.edition_id')
        .select(['edition.date', 'issue.told'])
        .where('issue.hash', 'in', [...hashes])
        .orderBy('edition.span_to')
        .orderBy('edition.id')
        .execute()
      return rows.flatMap(({ date, told }) => told.map((story) => ({ ...story, date })))
    },
  }
}
