import { parse } from 'yaml'
import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import { LEVELS } from '../../story/level.ts'
import { checkWeights, RANKING } from '../../workers/ranking.ts'

type Numbers = Readonly<Record<string, number>>

/** Pairs as people type them, `heat=0.6, topicCap=4`, or as programs have them. */
export const settings = z
  .union([z.record(z.string(), z.number()), z.array(z.string()), z.string()])
  .transform((given, { addIssue }): Numbers => {
    if (typeof given === 'object' && !Array.isArray(given)) return given
    const pairs = (typeof given === 'string' ? given.split(/[,\s]+/) : given).filter(Boolean)
    const read = pairs.map((pair): [string, number] => {
      const [, name = '', value = ''] = /^([A-Za-z]+)=(-?\d+(?:\.\d+)?)$/.exec(pair.trim()) ?? []
      if (name === '') addIssue(`${pair}: write name=number, e.g. heat=0.6`)
      return [name, Number(value)]
    })
    return Object.fromEntries(read)
  })

/** What a file of settings says. @throws {DoseError} USAGE naming what is no number. */
export function readSettings(content: string, file: string): Numbers {
  const read: unknown = parse(content)
  const result = z.record(z.string(), z.number()).safeParse(read ?? {})
  if (result.success) return result.data
  throw new DoseError(
    'USAGE',
    `${file}: expected a number a name.\n${z.prettifyError(result.error)}`,
  )
}

/** Settings of the grouping that a replay may change: those that are numbers. */
const GROUPING = Object.fromEntries(
  Object.entries(LEVELS.story).filter(([, value]) => typeof value === 'number'),
) as Numbers

/**
 * Tells weights of the ranking from settings of the grouping.
 *
 * @throws {DoseError} USAGE naming what is neither, or out of bounds.
 */
export function sortSettings(given: Numbers): { weights: Numbers; grouping: Numbers } {
  const of = (keep: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => keep(name)))
  const grouping = of((name) => Object.hasOwn(GROUPING, name))
  const weights = of((name) => !Object.hasOwn(GROUPING, name))
  const unknown = Object.keys(weights).find((name) => !Object.hasOwn(RANKING, name))
  if (unknown !== undefined) {
    const known = `${Object.keys(RANKING).join(', ')}; of the grouping ${Object.keys(GROUPING).join(', ')}`
    throw new DoseError('USAGE', `${unknown}: no such setting; there are ${known}.`)
  }
  checkWeights(weights)
  const negative = Object.entries(grouping).find(([, value]) => !(value >= 0))
  if (negative) throw new DoseError('USAGE', `${negative[0]}=${negative[1]}: expected 0 or more.`)
  return { weights, grouping }
}
