import { contentTerms } from '../text/words.ts'
import type { Candidate } from './candidates.ts'
import { commentsAmong } from './comment.ts'
import { isViewTitle } from './manners.ts'
import type { Sparse } from './same.ts'
import { type Vocabulary, vocabularyOf } from './vocabulary.ts'
import { ALONE, TITLED, UNTITLED, type Weights } from './weights.ts'

/** What salience asks of the document that a candidate is from. */
export type Voiced = {
  readonly title?: string
  readonly language?: string | null
  /** Whose word it is: documents of one provider are one voice. */
  readonly voice: number
}

export type Rated = Candidate & {
  readonly voice: number
  readonly sparse: Sparse
  /** How much it says of the story, before redundancy and before what its form costs. */
  readonly salience: number
  /** Its text comments, and does not report. */
  readonly comments: boolean
  /** Its title explains, asks or argues. */
  readonly isView: boolean
  /** Share of the deductions for form (`form.ts`) that it suffers. */
  readonly form: number
}

/** Heaviest terms of all candidates that make up what the story is about. */
const CENTRAL_TERMS = 30

/** Rates every candidate as a part of one summary of all `docs`. */
export function rate(
  candidates: readonly Candidate[],
  docs: readonly Voiced[],
): { readonly rated: Rated[]; readonly vocabulary: Vocabulary } {
  const voices = candidates.map(({ doc }) => docs[doc]?.voice ?? -1)
  const vocabulary = vocabularyOf(candidates, voices)
  const { sparse } = vocabulary
  const titles = docs
    .map(({ title = '', language }) => vocabulary.read(new Set(contentTerms(title, language))))
    .filter(({ terms }) => terms.length > 0)
  const weights = weightsFor(new Set(voices).size, docs.length, titles.length)
  const scene: Scene = {
    weights,
    vocabulary,
    leads: leadTable(
      candidates.flatMap(({ position }, i) => {
        return position === 0 ? [{ voice: voices[i] as number, sparse: sparse[i] as Sparse }] : []
      }),
    ),
    title: meanOf(titles, vocabulary.size),
    centre: centreOf(candidates, sparse, vocabulary),
  }
  const comments = commentsAmong(candidates)
  const views = docs.map(({ title = '' }) => isViewTitle(title))
  const rated = candidates.map((candidate, i) => {
    const own = { ...candidate, sparse: sparse[i] as Sparse, voice: voices[i] as number }
    return {
      ...own,
      salience: salienceOf(own, scene),
      comments: comments.has(own.doc),
      isView: views[own.doc] === true,
      form: weights.form,
    }
  })
  return { rated, vocabulary }
}

/** What the sentences of a story are held against. Dense: the weight of each term by its number. */
type Scene = {
  readonly weights: Weights
  readonly vocabulary: Vocabulary
  readonly leads: LeadTable
  readonly title: Float64Array
  readonly centre: Float64Array
}

function salienceOf(own: Pick<Rated, 'sparse' | 'voice'> & Candidate, scene: Scene): number {
  const { weights, vocabulary, leads, title, centre } = scene
  const { sparse, voice } = own
  const nearest = weights.nearLeads === 0 ? 0 : leads.nearest(sparse, voice)
  return (
    weights.consensus * vocabulary.consensus(sparse) +
    weights.central * dot(sparse, centre) +
    weights.lead * Math.exp(-own.position / weights.reach) +
    weights.nearLeads * nearest +
    weights.titles * dot(sparse, title) +
    weights.density * (own.terms.size / Math.max(1, own.words))
  )
}

function weightsFor(voices: number, docs: number, titles: number): Weights {
  if (voices < 2) return ALONE
  return titles * 2 >= docs ? TITLED : UNTITLED
}

function dot({ terms, weights }: Sparse, dense: Float64Array): number {
  let sum = 0
  for (let i = 0; i < terms.length; i++) {
    sum += (weights[i] as number) * (dense[terms[i] as number] ?? 0)
  }
  return sum
}

type LeadTable = {
  /** Greatest cosine to the first sentence of a document of another voice. */
  readonly nearest: (sparse: Sparse, voice: number) => number
}

/** By term, so that one pass over a sentence gives its cosines to all of them. */
function leadTable(
  leads: readonly { readonly voice: number; readonly sparse: Sparse }[],
): LeadTable {
  const postings = new Map<number, { readonly lead: number; readonly weight: number }[]>()
  leads.forEach(({ sparse }, lead) => {
    sparse.terms.forEach((term, i) => {
      const entry = { lead, weight: sparse.weights[i] as number }
      if (!postings.get(term)?.push(entry)) postings.set(term, [entry])
    })
  })
  const nearest = ({ terms, weights }: Sparse, voice: number) => {
    const cosines = new Float64Array(leads.length)
    terms.forEach((term, i) => {
      for (const { lead, weight } of postings.get(term) ?? []) {
        cosines[lead] = (cosines[lead] as number) + (weights[i] as number) * weight
      }
    })
    return cosines.reduce((most, value, i) => {
      return leads[i]?.voice === voice ? most : Math.max(most, value)
    }, 0)
  }
  return { nearest }
}

/** The sum of the candidates' vectors, the earlier ones counting up to double. */
function centreOf(
  candidates: readonly Candidate[],
  sparse: readonly Sparse[],
  vocabulary: Vocabulary,
): Float64Array {
  const sum = new Float64Array(vocabulary.size)
  candidates.forEach(({ position }, i) => {
    add(sum, sparse[i] as Sparse, 1 + Math.exp(-position / 4))
  })
  // Sorting plain numbers is far cheaper than sorting terms, and nearly all terms are too light.
  const least = sum.toSorted().at(-CENTRAL_TERMS) ?? 0
  const heaviest = [...sum.keys()]
    .filter((term) => (sum[term] as number) >= least)
    .sort((a, b) => (sum[b] as number) - (sum[a] as number) || vocabulary.order(a, b))
    .slice(0, CENTRAL_TERMS)
  const length = Math.hypot(...heaviest.map((term) => sum[term] as number))
  const centre = new Float64Array(vocabulary.size)
  for (const term of heaviest) centre[term] = length === 0 ? 0 : (sum[term] as number) / length
  return centre
}

/** The dot product with this mean is the mean of the dot products: one instead of many. */
function meanOf(vectors: readonly Sparse[], size: number): Float64Array {
  const sum = new Float64Array(size)
  for (const vector of vectors) add(sum, vector, 1 / vectors.length)
  return sum
}

function add(sum: Float64Array, { terms, weights }: Sparse, share: number): void {
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] as number
    sum[term] = (sum[term] as number) + share * (weights[i] as number)
  }
}
