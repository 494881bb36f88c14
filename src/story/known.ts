import { sentences } from '../text/sentences.ts'
import { contentTerms } from '../text/words.ts'
import type { Candidate } from './candidates.ts'

/** A text that has been read, with its language (ISO 639-1) where that is known. */
export type KnownText = { readonly text: string; readonly language: string | null }

/** Code units of one text that are read: longer than articles are. */
const MOST_READ = 40_000
/** Share of a sentence's weight in one known sentence from which on that one says the same. */
const SAID_AT_ONCE = 0.6
/** Share of its weight that is in known texts, if scattered, from which on it adds nothing. */
const SAID_IN_ALL = 0.85

/**
 * Tells what is new beside texts that are known. A sentence was said when one known sentence has
 * most of its terms, rarer ones counting more, or the known texts together have nearly all. One
 * with a number that none of them has is new whatever else it says: "14 dead" after "12 dead".
 *
 * @param fresh the sentences that will be asked about; they count for how rare a term is.
 */
export function readKnown(texts: readonly KnownText[], fresh: readonly Candidate[]) {
  const known = texts.flatMap(({ text, language }) =>
    sentences(text.slice(0, MOST_READ)).map((one) => new Set(contentTerms(one.text, language))),
  )
  const postings = new Map<string, number[]>()
  known.forEach((terms, i) => {
    for (const term of terms) if (!postings.get(term)?.push(i)) postings.set(term, [i])
  })
  const rarity = rarityIn([...known, ...fresh.map(({ terms }) => terms)])

  /** The share of its weight in all known texts, and in the one sentence that has most of it. */
  const shares = (terms: ReadonlySet<string>) => {
    const found = new Map<number, number>()
    let weight = 0
    let inAll = 0
    for (const term of terms) {
      const own = rarity(term)
      const places = postings.get(term) ?? []
      weight += own
      if (places.length > 0) inAll += own
      for (const place of places) found.set(place, (found.get(place) ?? 0) + own)
    }
    const atOnce = [...found.values()].reduce((most, value) => Math.max(most, value), 0)
    return weight === 0
      ? { inAll: 1, atOnce: 1 }
      : { inAll: inAll / weight, atOnce: atOnce / weight }
  }
  const isNew = ({ terms }: Pick<Candidate, 'terms'>): boolean => {
    if ([...terms].some((term) => isNumber(term) && !postings.has(term))) return true
    const { inAll, atOnce } = shares(terms)
    return inAll < SAID_IN_ALL && atOnce < SAID_AT_ONCE
  }
  return { isNew }
}

/** `ln(1 + sentences / sentences with the term)`. */
function rarityIn(sets: readonly ReadonlySet<string>[]): (term: string) => number {
  const frequency = new Map<string, number>()
  for (const set of sets) {
    for (const term of set) frequency.set(term, (frequency.get(term) ?? 0) + 1)
  }
  return (term) => Math.log(1 + sets.length / (frequency.get(term) ?? 1))
}

const isNumber = (term: string) => /^\p{N}/u.test(term)
