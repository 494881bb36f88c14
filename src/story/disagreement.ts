import type { Article, Disagreement, Member } from '../model.ts'
import { type Candidate, candidatesOf } from './candidates.ts'
import { type Claim, claimsIn, isAmong, tellsOtherwise } from './claims.ts'
import { isView } from './opinion.ts'

/** Sentences of an article that are looked at, and articles of a story. */
const MOST_READ = 40
const MOST_ARTICLES = 20
/** Disagreements that a story shows. */
const MOST_SHOWN = 3
/** Later than this, the number has changed; sooner, somebody is wrong. */
const SAME_TIME_MS = 12 * 3_600_000

type Told = { readonly article: Article; readonly claims: readonly Claim<Candidate>[] }

/**
 * Numbers on which a story's sources disagree: one quantity in sentences that say the same otherwise,
 * from two providers at about the same time, whose values cannot both be true. Who has the other's
 * value anywhere is not disagreeing. English only. A false alarm is worse than a miss.
 */
export function disagreementsIn(
  members: readonly Member[],
  repeated: ReadonlySet<string> = new Set(),
): Disagreement[] {
  const told = latestOfEach(members).map((article) => {
    return { article, claims: claimsIn(candidatesOf({ ...article, repeated }, 0, MOST_READ)) }
  })
  const found = new Map<string, Disagreement>()
  for (const [i, one] of told.entries()) {
    for (const other of told.slice(i + 1)) {
      for (const next of between(one, other)) if (!found.has(next.unit)) found.set(next.unit, next)
    }
  }
  return [...found.values()].slice(0, MOST_SHOWN)
}

/** Each provider's last word with text of its own. */
function latestOfEach(members: readonly Member[]): Article[] {
  const latest = new Map<string, Article>()
  for (const { role, article } of members) {
    if (role === 'copy' || article.excerptOnly || isView(article)) continue
    if (article.language !== null && article.language !== 'en') continue
    latest.set(article.provider.domain, article)
  }
  return [...latest.values()].slice(0, MOST_ARTICLES)
}

function between(one: Told, other: Told): Disagreement[] {
  const apart = Date.parse(one.article.publishedAt) - Date.parse(other.article.publishedAt)
  if (Math.abs(apart) > SAME_TIME_MS) return []
  return one.claims.flatMap((claim) => {
    if (isAmong(claim, other.claims)) return []
    const against = other.claims.find((next) => {
      return tellsOtherwise(claim, next) && !isAmong(next, one.claims)
    })
    if (!against) return []
    const sides = [side(claim, one.article), side(against, other.article)]
    return [{ unit: claim.quantity.unit, sides }]
  })
}

function side({ quantity, sentence }: Claim<Candidate>, { id, textSha256 }: Article) {
  const { text, start, end } = sentence
  return {
    says: quantity.text,
    sentence: { text, start, end, articleId: id, sha256: textSha256, support: [] },
  }
}
