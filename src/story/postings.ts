import { type Arrival, fileArrival, unfileArrival } from './arrivals.ts'
import { type TermVector, weightOf } from './vector.ts'

/** Terms of an article that are looked up: the ones that say most about it. */
const QUERY_TERMS = 32

/** The latest articles looked at per term, so that a common word costs no more than a rare one. */
const MAX_POSTINGS = 400

/** Less likeness than this, a cosine, is chance: not worth sorting. */
const MIN_LIKENESS = 0.02

/** An article that can be found. Its vector changes only while it is not in the index. */
export type Indexed = Arrival & { readonly vector: TermVector }

/** Finds articles by what they are about without looking at all of them. */
export type Postings<T extends Indexed> = {
  readonly add: (article: T) => void
  readonly remove: (article: T) => void
  /** The `limit` likest articles, the likest first; of equals, the one that came first. */
  readonly nearest: (vector: TermVector, limit: number) => T[]
}

/** An inverted index: for each term, the articles that have it, in order of arrival. */
export function createPostings<T extends Indexed>(): Postings<T> {
  const lists = new Map<number, T[]>()

  return {
    add(article) {
      for (const term of article.vector.terms) fileArrival(lists, term, article)
    },
    remove(article) {
      for (const term of article.vector.terms) unfileArrival(lists, term, article)
    },
    nearest(vector, limit) {
      const likeness = new Map<T, number>()
      for (const [term, weight] of strongest(vector)) {
        const list = lists.get(term) ?? []
        for (let i = Math.max(0, list.length - MAX_POSTINGS); i < list.length; i++) {
          const article = list[i] as T
          const product = weight * weightOf(article.vector, term)
          likeness.set(article, (likeness.get(article) ?? 0) + product)
        }
      }
      return [...likeness]
        .filter(([, value]) => value >= MIN_LIKENESS)
        .sort((a, b) => b[1] - a[1] || a[0].order - b[0].order)
        .slice(0, limit)
        .map(([article]) => article)
    },
  }
}

function strongest({ terms, weights }: TermVector): [term: number, weight: number][] {
  const pairs = Array.from(terms, (term, i): [number, number] => [term, weights[i] ?? 0])
  return pairs.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, QUERY_TERMS)
}
