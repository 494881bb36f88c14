/** State of a table as plain data; a table made from it goes on with the very same numbers. */
export type IdfSnapshot<Term> = {
  readonly documents: number
  readonly boost: number
  readonly unswept: number
  readonly counts: readonly (readonly [Term, number])[]
}

/** In how many of the latest documents each term occurs. */
export type Idf<Term = string> = {
  /** Counts one document's distinct terms. */
  readonly add: (terms: Iterable<Term>) => void
  /** `ln(1 + (N + 1) / (df + 1))`: about 0.7 for a term of every document, more for rarer ones. */
  readonly of: (term: Term) => number
  readonly snapshot: () => IdfSnapshot<Term>
}

/** Terms whose count has faded below this are forgotten when the table is swept. */
const FADED = 0.05

/**
 * Inverse document frequency over the latest documents: each counts half after `halfLife` more.
 * Counting documents, not hours, keeps it a function of their order alone, dated or not.
 * Counters grow instead of all others fading (one multiplication per document, not per term).
 */
export function createIdf<Term = string>(halfLife: number, from?: IdfSnapshot<Term>): Idf<Term> {
  const counts = new Map<Term, number>(from?.counts)
  let documents = from?.documents ?? 0
  let boost = from?.boost ?? 1
  let unswept = from?.unswept ?? 0

  /** Brings all counters back to a boost of 1; bounds the table at some halfLife × terms. */
  const sweep = () => {
    for (const [term, count] of counts) {
      if (count / boost < FADED) counts.delete(term)
      else counts.set(term, count / boost)
    }
    documents /= boost
    boost = 1
    unswept = 0
  }
  return {
    add(terms) {
      boost *= 2 ** (1 / halfLife)
      documents += boost
      for (const term of new Set(terms)) counts.set(term, (counts.get(term) ?? 0) + boost)
      if (++unswept >= halfLife) sweep()
    },
    of: (term) => Math.log(1 + (documents + boost) / ((counts.get(term) ?? 0) + boost)),
    snapshot: () => ({ documents, boost, unswept, counts: [...counts] }),
  }
}
