import { cosine } from '../text/similarity.ts'
import { countTerms, toVector, type Vector } from '../text/vectors.ts'
import { contentTerms } from '../text/words.ts'
import type { Candidate } from './candidates.ts'
import { danglingCost, flawsOf } from './form.ts'
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
  readonly vector: Vector
  /** How much it says of the story, before redundancy. */
  readonly salience: number
  /** What it costs to take it without the sentence before it. */
  readonly dangling: number
}

/** Heaviest terms of all candidates that make up what the story is about. */
const CENTRAL_TERMS = 50

/** Rates every candidate as a part of one summary of all `docs`. */
export function rate(candidates: readonly Candidate[], docs: readonly Voiced[]): Rated[] {
  const voiceOf = (candidate: Candidate) => docs[candidate.doc]?.voice ?? -1
  const terms = termTable(candidates, voiceOf)
  const vectors = candidates.map(({ terms: own }) => toVector(countTerms(own), terms.idf))
  const titles = docs
    .map((doc) => toVector(countTerms(contentTerms(doc.title ?? '', doc.language)), terms.idf))
    .filter((title) => title.size > 0)
  const weights = weightsFor(new Set(candidates.map(voiceOf)).size, docs.length, titles.length)
  const leads = candidates.flatMap((candidate, i) =>
    candidate.position === 0 ? [{ voice: voiceOf(candidate), vector: vectors[i] as Vector }] : [],
  )
  const scene = {
    weights,
    terms,
    leads: leadTable(leads),
    title: meanOf(titles),
    centre: centreOf(candidates, vectors),
  }
  return candidates.map((candidate, i) => {
    const vector = vectors[i] as Vector
    const voice = voiceOf(candidate)
    const salience = salienceOf(candidate, vector, voice, scene)
    const dangling = weights.form * danglingCost(candidate.text)
    return { ...candidate, voice, vector, salience, dangling }
  })
}

/** What the sentences of a story are held against. */
type Scene = {
  readonly weights: Weights
  readonly terms: TermTable
  readonly leads: LeadTable
  readonly title: Vector
  readonly centre: Vector
}

function salienceOf(candidate: Candidate, vector: Vector, voice: number, scene: Scene): number {
  const { weights, terms, leads, title, centre } = scene
  const nearest = weights.nearLeads === 0 ? 0 : leads.nearest(vector, voice)
  return (
    weights.consensus * terms.consensus(candidate.terms) +
    weights.central * cosine(vector, centre) +
    weights.lead * Math.exp(-candidate.position / weights.reach) +
    weights.nearLeads * nearest +
    weights.titles * cosine(vector, title) +
    weights.density * (candidate.terms.size / Math.max(1, candidate.words)) -
    weights.form * flawsOf(candidate.text)
  )
}

function weightsFor(voices: number, docs: number, titles: number): Weights {
  if (voices < 2) return ALONE
  return titles * 2 >= docs ? TITLED : UNTITLED
}

type LeadTable = {
  /** Greatest cosine to the first sentence of a document of another voice. */
  readonly nearest: (vector: Vector, voice: number) => number
}

/** By term, so that one pass over a sentence gives its cosines to all of them. */
function leadTable(
  leads: readonly { readonly voice: number; readonly vector: Vector }[],
): LeadTable {
  const postings = new Map<string, { readonly lead: number; readonly weight: number }[]>()
  leads.forEach(({ vector }, lead) => {
    for (const [term, weight] of vector) {
      const entry = { lead, weight }
      if (!postings.get(term)?.push(entry)) postings.set(term, [entry])
    }
  })
  const nearest = (vector: Vector, voice: number) => {
    const cosines = leads.map(() => 0)
    for (const [term, own] of vector) {
      for (const { lead, weight } of postings.get(term) ?? []) {
        cosines[lead] = (cosines[lead] as number) + own * weight
      }
    }
    return cosines.reduce((most, value, i) => {
      return leads[i]?.voice === voice ? most : Math.max(most, value)
    }, 0)
  }
  return { nearest }
}

type TermTable = {
  /** `ln(1 + sentences / sentences with the term)`. */
  readonly idf: (term: string) => number
  /** Mean share of the voices that use the terms, weighted by idf: 0–1. */
  readonly consensus: (terms: ReadonlySet<string>) => number
}

function termTable(
  candidates: readonly Candidate[],
  voiceOf: (candidate: Candidate) => number,
): TermTable {
  const frequency = new Map<string, number>()
  const voices = new Map<string, Set<number>>()
  for (const candidate of candidates) {
    for (const term of candidate.terms) {
      frequency.set(term, (frequency.get(term) ?? 0) + 1)
      const users = voices.get(term) ?? new Set()
      voices.set(term, users.add(voiceOf(candidate)))
    }
  }
  const idf = (term: string) => Math.log(1 + candidates.length / (frequency.get(term) ?? 1))
  const all = new Set(candidates.map(voiceOf)).size
  const consensus = (terms: ReadonlySet<string>) => {
    let shared = 0
    let weight = 0
    for (const term of terms) {
      shared += (idf(term) * (voices.get(term)?.size ?? 0)) / all
      weight += idf(term)
    }
    return weight === 0 ? 0 : shared / weight
  }
  return { idf, consensus }
}

/** The sum of the candidates' vectors, the earlier ones counting up to double. */
function centreOf(candidates: readonly Candidate[], vectors: readonly Vector[]): Vector {
  const sum = new Map<string, number>()
  vectors.forEach((vector, i) => {
    const weight = 1 + Math.exp(-(candidates[i]?.position ?? 0) / 4)
    for (const [term, value] of vector) sum.set(term, (sum.get(term) ?? 0) + weight * value)
  })
  return toVector(sum, () => 1, CENTRAL_TERMS)
}

/** The dot product with this mean is the mean of the dot products: one instead of many. */
function meanOf(vectors: readonly Vector[]): Vector {
  const sum = new Map<string, number>()
  for (const vector of vectors) {
    for (const [term, value] of vector) sum.set(term, (sum.get(term) ?? 0) + value / vectors.length)
  }
  return sum
}
