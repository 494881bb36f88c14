import type { Instant } from '../model.ts'
import { cosine } from '../text/similarity.ts'
import { countTerms, toVector, type Vector } from '../text/vectors.ts'
import { contentTerms } from '../text/words.ts'
import { type Candidate, candidatesOf } from './candidates.ts'

export type SummaryDoc = {
  readonly title?: string
  readonly text: string
  /** The provider's domain; documents without one count as independent. */
  readonly source?: string
  readonly publishedAt?: Instant | null
  /** ISO 639-1; as English where unknown. */
  readonly language?: string | null
}

/** A sentence taken word for word: `docs[doc].text.slice(start, end)`. */
export type Extract = {
  readonly text: string
  /** Index of the document it is taken from. */
  readonly doc: number
  readonly start: number
  readonly end: number
  /** Indices of the other documents that say the same. */
  readonly support: readonly number[]
}

export type SummaryOptions = {
  /** Sentences at most; 3 where neither this nor `words` is given. */
  readonly sentences?: number
  /** Words at most, but at least one sentence. */
  readonly words?: number
}

const DEFAULT_SENTENCES = 3
const MOST_DOCS = 30
const SENTENCES_PER_DOC = 12
const SENTENCES_ALONE = 40
/** Cosine at which another document's sentence says the same. */
const SAME = 0.5

type Scored = Candidate & { readonly vector: Vector; readonly score: number }

/** Whole sentences that tell the story of `docs`, in reading order. */
export function summarise(docs: readonly SummaryDoc[], options: SummaryOptions = {}): Extract[] {
  const candidates = docs.slice(0, MOST_DOCS).flatMap((doc, index) => {
    const limit = docs.length > 1 ? SENTENCES_PER_DOC : SENTENCES_ALONE
    return candidatesOf(doc.text, index, limit, doc.language ?? null)
  })
  const scored = score(candidates, docs)
  return select(scored, options)
    .sort((a, b) => a.doc - b.doc || a.start - b.start)
    .map((chosen) => extract(chosen, scored))
}

function score(candidates: readonly Candidate[], docs: readonly SummaryDoc[]): Scored[] {
  const df = new Map<string, number>()
  const docsOf = new Map<string, Set<number>>()
  for (const { terms, doc } of candidates) {
    for (const term of new Set(terms)) {
      df.set(term, (df.get(term) ?? 0) + 1)
      docsOf.set(term, (docsOf.get(term) ?? new Set()).add(doc))
    }
  }
  const idf = (term: string) => Math.log(1 + candidates.length / (df.get(term) ?? 1))
  const spread = new Set(candidates.map((candidate) => candidate.doc)).size
  const titles = docs.map((doc) => toVector(countTerms(contentTerms(doc.title ?? '')), idf))
  return candidates.map((candidate) => {
    const vector = toVector(countTerms(candidate.terms), idf)
    const distinct = [...new Set(candidate.terms)]
    const shared = distinct.reduce((sum, term) => sum + (docsOf.get(term)?.size ?? 0) / spread, 0)
    const consensus = spread > 1 ? 0.5 * (shared / Math.max(1, distinct.length)) : 0
    const title = Math.max(...titles.map((other) => cosine(vector, other)))
    const lead = (spread > 1 ? 0.2 : 0.6) * Math.exp(-candidate.position / 6)
    return { ...candidate, vector, score: consensus + lead + 0.2 * title + form(candidate.text) }
  })
}

function form(text: string): number {
  const pronoun = /^["“]?(?:he|she|it|they|his|her|this|that|these|those|i|we|you)\b/i.test(text)
  const quote = /["“”]/.test(text)
  return (pronoun ? -0.05 : 0) + (quote ? -0.05 : 0) + (/\?["”]?$/.test(text) ? -0.1 : 0)
}

function select(scored: readonly Scored[], options: SummaryOptions) {
  const most = options.sentences ?? (options.words === undefined ? DEFAULT_SENTENCES : Infinity)
  const room = options.words ?? Infinity
  const chosen: Scored[] = []
  let used = 0
  const left = new Map(scored.map((candidate) => [candidate, 0]))
  while (chosen.length < most && left.size > 0) {
    let best: Scored | undefined
    let bestValue = -Infinity
    for (const [candidate, nearest] of left) {
      const value = candidate.score - 0.4 * nearest
      if (value > bestValue) [best, bestValue] = [candidate, value]
    }
    if (!best) break
    left.delete(best)
    if (chosen.length > 0 && used + best.words > room) continue
    chosen.push(best)
    used += best.words
    for (const [candidate, nearest] of left) {
      left.set(candidate, Math.max(nearest, cosine(candidate.vector, best.vector)))
    }
  }
  return chosen
}

function extract(chosen: Scored, scored: readonly Scored[]): Extract {
  const { text, doc, start, end } = chosen
  const same = scored.filter(
    (other) => other.doc !== doc && cosine(other.vector, chosen.vector) >= SAME,
  )
  return { text, doc, start, end, support: [...new Set(same.map((other) => other.doc))] }
}
