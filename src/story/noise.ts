import { type Article, type Part, PRINT_PARTS } from '../model.ts'

/** Points of quality lost: one plain sign of junk, or two of bait. Real reports have one of bait. */
const NOISE_POINTS = { junk: 12, bait: 18 }

/**
 * What a story loses for the signs of junk and bait of its best article, beyond what that article's
 * quality lost already. Where they are plain the part is called `noise`.
 *
 * @param share of the points of quality
 */
export function junkPart(article: Pick<Article, 'qualityParts'> | undefined, share: number) {
  const parts = article?.qualityParts ?? []
  const junk = lostAs('junk', parts)
  const bait = lostAs('bait', parts)
  const isNoise = junk.points <= -NOISE_POINTS.junk || bait.points <= -NOISE_POINTS.bait
  const signs = [...bait.signs, ...junk.signs].join(', ')
  const points = share * (junk.points + bait.points)
  return [isNoise ? PRINT_PARTS.noise : 'junk', points, signs || undefined] as const
}

function lostAs(name: 'junk' | 'bait', parts: readonly Part[]) {
  const lost = parts.filter((part) => part.name === name && part.value < 0)
  return {
    points: lost.reduce((sum, { value }) => sum + value, 0),
    signs: lost.flatMap(({ note }) => note ?? []),
  }
}
