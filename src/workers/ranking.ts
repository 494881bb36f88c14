import { SPREAD_WEIGHTS, type SpreadWeights } from '../edition/spread.ts'
import { DoseError } from '../errors.ts'
import { HEAT_WEIGHTS, type HeatWeights } from '../story/heat.ts'
import { RANK_WEIGHTS, type RankWeights } from '../story/rank.ts'

/** Everything that puts the stories of an edition into their order, by name. */
export type Ranking = RankWeights & HeatWeights & SpreadWeights

/** What digests rank by that have adopted nothing else. */
export const RANKING: Ranking = { ...RANK_WEIGHTS, ...HEAT_WEIGHTS, ...SPREAD_WEIGHTS }

/** A weight is a share or some points: beyond this, somebody has slipped. */
const MOST = 1_000
/** Below it, no story is ever old. */
const LEAST_HALF_LIFE = 0.1

/** A ranking by the weights that are given, the others being ours. */
export const rankingOf = (weights: Readonly<Record<string, number>>): Ranking => ({
  ...RANKING,
  ...weights,
})

/** @throws {DoseError} USAGE naming the weight that is none, or out of bounds. */
export function checkWeights(weights: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(weights)) {
    if (!Object.hasOwn(RANKING, name)) {
      const known = Object.keys(RANKING).join(', ')
      throw new DoseError('USAGE', `${name}: no such weight; there are ${known}.`)
    }
    const least = name === 'halfLifeHours' ? LEAST_HALF_LIFE : -MOST
    if (!(value >= least && value <= MOST))
      throw new DoseError('USAGE', `${name}=${value}: expected ${least} to ${MOST}.`)
  }
}
