import { sentences } from '../../src/text/sentences.ts'
import { cosine } from '../../src/text/similarity.ts'
import { countTerms, toVector, type Vector } from '../../src/text/vectors.ts'
import { contentTerms } from '../../src/text/words.ts'

/** What a summary may be: so many sentences, or cut after so many words. */
export type Budget = { readonly sentences?: number; readonly words?: number }
export type Baseline = (texts: readonly string[], budget: Budget) => string[]

/** A sentence this near to one already taken repeats it. */
const REPEATS = 0.5

/** The first sentences of the documents one after the other. */
export const leadConcatenated: Baseline = (texts, budget) => cutTo(split(texts).flat(), budget)

/** The first sentence of every document, then the second of every document, … */
export const leadRoundRobin: Baseline = (texts, budget) => cutTo(interleave(split(texts)), budget)

/** Round robin, leaving out what repeats a sentence already taken. */
export const leadDistinct: Baseline = (texts, budget) => {
  const all = interleave(split(texts))
  const vectors = vectorsOf(all)
  const kept: number[] = []
  all.forEach((_, i) => {
    const vector = vectors[i] as Vector
    if (kept.every((j) => cosine(vector, vectors[j] as Vector) < REPEATS)) kept.push(i)
  })
  return cutTo(
    kept.map((i) => all[i] as string),
    budget,
  )
}

/** TextRank (Mihalcea & Tarau, EMNLP 2004): words in common over the logs of the lengths. */
export const textRank: Baseline = (texts, budget) => {
  const all = split(texts).flat()
  const bags = all.map((sentence) => new Set(contentTerms(sentence)))
  const similar = (a: Set<string>, b: Set<string>) => {
    const scale = Math.log(a.size) + Math.log(b.size)
    if (!(scale > 0)) return 0
    let shared = 0
    for (const term of a) if (b.has(term)) shared++
    return shared / scale
  }
  return cutTo(best(all, centrality(bags, similar), budget), budget)
}

/** LexRank (Erkan & Radev, JAIR 22, 2004): cosine of TF-IDF, edges from 0.1 on, all equal. */
export const lexRank: Baseline = (texts, budget) => {
  const all = split(texts).flat()
  const edges = (a: Vector, b: Vector) => (cosine(a, b) >= 0.1 ? 1 : 0)
  return cutTo(best(all, centrality(vectorsOf(all), edges), budget), budget)
}

const split = (texts: readonly string[]) =>
  texts.map((text) => sentences(text).map((sentence) => sentence.text))

function interleave(documents: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...documents.map((document) => document.length))
  return Array.from({ length: longest }, (_, i) =>
    documents.flatMap((document) => document[i] ?? []),
  ).flat()
}

/** Cuts after so many sentences or within a sentence after so many words. */
export function cutTo(chosen: readonly string[], budget: Budget): string[] {
  const kept: string[] = []
  let room = budget.words ?? Number.POSITIVE_INFINITY
  for (const sentence of chosen.slice(0, budget.sentences)) {
    const words = sentence.split(/\s+/)
    if (room <= 0) break
    kept.push(words.slice(0, room).join(' '))
    room -= words.length
  }
  return kept
}

/** The most central sentences that fill the budget, in the order of the text. */
function best(all: readonly string[], ranks: readonly number[], budget: Budget): string[] {
  const order = all.map((_, i) => i).sort((a, b) => (ranks[b] as number) - (ranks[a] as number))
  let room = budget.words ?? Number.POSITIVE_INFINITY
  const taken = order.slice(0, budget.sentences).filter((i) => {
    const before = room
    room -= (all[i] as string).split(/\s+/).length
    return before > 0
  })
  return taken.sort((a, b) => a - b).map((i) => all[i] as string)
}

function vectorsOf(all: readonly string[]): Vector[] {
  const terms = all.map((sentence) => contentTerms(sentence))
  const df = countTerms(terms.flatMap((list) => [...new Set(list)]))
  const idf = (term: string) => Math.log(1 + all.length / (df.get(term) ?? 1))
  return terms.map((list) => toVector(countTerms(list), idf))
}

/** PageRank over the similarity graph, damping 0.85, 30 rounds. */
function centrality<T>(items: readonly T[], similar: (a: T, b: T) => number): number[] {
  const weights = items.map((a, i) => items.map((b, j) => (i === j ? 0 : similar(a, b))))
  const out = weights.map((row) => row.reduce((sum, weight) => sum + weight, 0) || 1)
  let ranks = items.map(() => 1)
  for (let round = 0; round < 30; round++) {
    const next = items.map(() => 0.15)
    weights.forEach((row, i) => {
      const share = (0.85 * (ranks[i] as number)) / (out[i] as number)
      row.forEach((weight, j) => {
        if (weight > 0) next[j] = (next[j] as number) + share * weight
      })
    })
    ranks = next
  }
  return ranks
}
