import type { Article } from '../model.ts'

/** Points of quality lost: one plain sign of junk is enough, a bad title alone is not. */
const NOISE_POINTS = 12

/** The part of a score that says: what poses as news, which no edition prints by itself. */
const NOISE = 'noise'

/**
 * What a story loses for the signs of junk and bait of its best article, beyond what that article's
 * quality lost already. From 12 points of quality on the part is called `noise`.
 *
 * @param share of the points of quality
 */
export function junkPart(article: Pick<Article, 'qualityParts'> | undefined, share: number) {
  const lost = (article?.qualityParts ?? []).filter(
    ({ name, value }) => (name === 'junk' || name === 'bait') && value < 0,
  )
  const points = lost.reduce((sum, { value }) => sum + value, 0)
  const signs = lost.flatMap(({ note }) => note ?? []).join(', ')
  return [points <= -NOISE_POINTS ? NOISE : 'junk', share * points, signs || undefined] as const
}
