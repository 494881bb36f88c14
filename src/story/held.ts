import type { Instant } from '../model.ts'
import type { Print } from './duplicate.ts'
import type { TermVector } from './vector.ts'

/** What clustering needs to know of an article. */
export type Clusterable = {
  readonly id: string
  /** Domain. */
  readonly provider: string | null
  readonly publishedAt: Instant | null
  readonly title: string
  readonly text: string
}

/** An article in memory. */
export type Held = {
  readonly id: string
  readonly order: number
  readonly provider: string | null
  /** Milliseconds since 1970. */
  readonly at: number | null
  /** Empty for a copy: it goes where its original goes. */
  vector: TermVector
  print: Print | null
  story: string
  /** The article it is a copy or repeat of; never itself a copy. */
  readonly original: string | null
}

/** `Held` as plain data. */
export type HeldSnapshot = Omit<Held, 'vector' | 'print'> & {
  readonly terms: readonly number[]
  readonly counts: readonly number[]
  readonly weights: readonly number[]
  readonly print: (Omit<Print, 'signature'> & { readonly signature: readonly number[] }) | null
}

export const NO_TERMS: TermVector = {
  terms: new Int32Array(0),
  counts: new Float32Array(0),
  weights: new Float32Array(0),
}

export function freeze({ vector, print, ...rest }: Held): HeldSnapshot {
  return {
    ...rest,
    terms: [...vector.terms],
    counts: [...vector.counts],
    weights: [...vector.weights],
    print: print && { ...print, signature: [...print.signature] },
  }
}

export function thaw({ terms, counts, weights, print, ...rest }: HeldSnapshot): Held {
  return {
    ...rest,
    vector: {
      terms: Int32Array.from(terms),
      counts: Float32Array.from(counts),
      weights: Float32Array.from(weights),
    },
    print: print && { ...print, signature: Uint32Array.from(print.signature) },
  }
}
