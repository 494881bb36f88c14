import { type ReplayedDay, replayDays } from './replay-days.ts'
import type { Stage } from './stage.ts'

/** What a replay came to: its days, and how they were together. */
export type ReplayResult = {
  readonly days: readonly ReplayedDay[]
  /** Days that came out as they were, to the byte. */
  readonly same: number
  /** Means over the days that could be made again. */
  readonly jaccard: number
  readonly overlap: number
}

/** Makes past editions again with other weights, grouping or sources; they themselves stay as they are. */
export const replay: Stage = {
  name: 'replay',
  does: 'makes past days again',
  takes: 'replay',
  gives: 'nothing',
  concurrency: 1,

  async run({ id }, context) {
    const { store, clock } = context
    const asked = await store.replays.get(id)
    if (!asked || asked.state === 'done' || asked.state === 'failed') return []
    const { from, to } = asked.request
    const editions = await store.replays.editions(asked.digest_id, from, to)
    await store.replays.progress(id, 0, editions.length, '')
    const days = await replayDays(editions, asked.request, context, async ({ date }, done) =>
      store.replays.progress(id, done, editions.length, date),
    )
    await store.replays.end(id, { result: summarise(days) }, clock.now())
    return []
  },

  async giveUp({ id }, error, { store, clock }) {
    await store.replays.end(id, { error: error.message }, clock.now())
  },
}

function summarise(days: readonly ReplayedDay[]): ReplayResult {
  const made = days.filter(({ missing }) => missing === undefined)
  const mean = (of: (day: ReplayedDay) => number) =>
    made.length === 0
      ? 0
      : Math.round((1_000 * made.reduce((sum, day) => sum + of(day), 0)) / made.length) / 1_000
  return {
    days,
    same: made.filter(({ same }) => same).length,
    jaccard: mean(({ comparison }) => comparison.jaccard),
    overlap: mean(({ comparison }) => comparison.overlap),
  }
}
