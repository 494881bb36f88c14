import type { Article, Member } from '../model.ts'
import { cosine } from '../text/similarity.ts'
import { countTerms, toVector, type Vector } from '../text/vectors.ts'
import { contentTerms } from '../text/words.ts'

/**
 * Cosine from which on two articles of a story tell one turn of it. On pairs of one story that an
 * editor put in one round-up or in two (`allsides.dev`): 80 % of the first, 25 % of the second.
 */
const ONE_TURN = 0.12
/** Code units of a text that are compared, and what a word of its title counts. */
const LOOKED_AT = 1_500
const TITLE_WEIGHT = 4
/** Articles that are compared with each other; the others join if they are like the chosen one. */
const MOST_COMPARED = 40
/** Fewer articles have no turn among them that more than one pair tells. */
const FEWEST = 3

/**
 * The turn of a story that most of its sources tell: a subject that goes on has several, and the
 * sentences of several make no report. What the whole story says again and again counts little, so
 * that the turns come apart. Of equals the later one. Where a single provider tells it, the nearest
 * article of another is heard too.
 *
 * @param members in order of time.
 * @returns some of the members, in their order.
 */
export function focusOf(members: readonly Member[]): readonly Member[] {
  if (members.length < FEWEST) return members
  const vectors = vectorsOf(members.map(({ article }) => article))
  const likeness = (a: number, b: number) =>
    a === b ? 1 : cosine(vectors[a] as Vector, vectors[b] as Vector)
  let anchor = { at: 0, tellers: -1, weight: -1 }
  for (let at = 0; at < Math.min(members.length, MOST_COMPARED); at++) {
    const near = members
      .slice(0, MOST_COMPARED)
      .map(({ article }, other) => ({ domain: article.provider.domain, like: likeness(at, other) }))
      .filter(({ like }) => like >= ONE_TURN)
    const tellers = new Set(near.map(({ domain }) => domain)).size
    const weight = near.reduce((sum, { like }) => sum + like, 0)
    const isBetter = tellers - anchor.tellers || weight - anchor.weight
    if (isBetter >= 0) anchor = { at, tellers, weight }
  }
  const likes = members.map((_, at) => likeness(anchor.at, at))
  const second = anchor.tellers > 1 ? -1 : nearestOther(members, anchor.at, likes)
  return members.filter((_, at) => at === second || (likes[at] as number) >= ONE_TURN)
}

/** Of the members of other providers the one that is most like `anchor`; −1 where there is none. */
function nearestOther(
  members: readonly Member[],
  anchor: number,
  likes: readonly number[],
): number {
  const own = members[anchor]?.article.provider.domain
  let best = -1
  members.forEach(({ article }, at) => {
    if (article.provider.domain === own) return
    if (best < 0 || (likes[at] as number) > (likes[best] as number)) best = at
  })
  return best
}

/** By what tells one article of the story from the others: rare words count, common ones hardly. */
function vectorsOf(articles: readonly Article[]): Vector[] {
  const counts = articles.map(({ title, text, language }) =>
    countTerms(
      contentTerms(text.slice(0, LOOKED_AT), language),
      1,
      countTerms(contentTerms(title, language), TITLE_WEIGHT),
    ),
  )
  const holders = new Map<string, number>()
  for (const terms of counts) {
    for (const term of terms.keys()) holders.set(term, (holders.get(term) ?? 0) + 1)
  }
  return counts.map((terms) =>
    toVector(terms, (term) => Math.log(1 + articles.length / (holders.get(term) ?? 1))),
  )
}
