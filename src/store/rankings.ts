import type { Instant } from '../model.ts'
import type { Db } from './db.ts'

/** Weights that a digest adopted: those that are not ours. */
export type AdoptedRanking = {
  /** From 1; 0 stands for ours. */
  readonly version: number
  readonly weights: Readonly<Record<string, number>>
  /** The replay they were adopted from; empty where they were set. */
  readonly origin: string
  readonly at: Instant | null
}

const OURS: AdoptedRanking = { version: 0, weights: {}, origin: '', at: null }

export function createRankings(db: Db) {
  const list = (digestId: string): Promise<AdoptedRanking[]> =>
    db
      .selectFrom('ranking')
      .select(['version', 'weights', 'origin', 'at'])
      .where('digest_id', '=', digestId)
      .orderBy('version', 'desc')
      .execute()
  return {
    /** All versions, the newest first. */
    list,

    /** What a digest ranks by now. */
    current: async (digestId: string): Promise<AdoptedRanking> => (await list(digestId))[0] ?? OURS,

    /** Adopts weights as the next version. @returns its number. */
    adopt: (
      digestId: string,
      weights: Readonly<Record<string, number>>,
      origin: string,
      now: Instant,
    ): Promise<number> =>
      db.transaction().execute(async (tx) => {
        // Whoever adopts at the same time waits here, and gets the number after.
        await tx.selectFrom('digest').select('id').where('id', '=', digestId).forUpdate().execute()
        const { last } = await tx
          .selectFrom('ranking')
          .select((is) => is.fn.max('version').as('last'))
          .where('digest_id', '=', digestId)
          .executeTakeFirstOrThrow()
        const version = (last ?? 0) + 1
        await tx
          .insertInto('ranking')
          .values({
            digest_id: digestId,
            version,
            weights: JSON.stringify(weights),
            origin,
            at: now,
          })
          .execute()
        return version
      }),
  }
}
