import type { Instant } from '../model.ts'
import { cosine } from '../text/similarity.ts'
import { candidatesOf } from './candidates.ts'
import { type Rated, rate } from './salience.ts'

export type SummaryDoc = {
  readonly title?: string
  readonly text: string
  /** The provider's domain. Documents without one count as independent of all others. */
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
  /** Words at most (runs without white space), but at least one sentence. */
  readonly words?: number
}

const DEFAULT_SENTENCES = 3

/** Bounds on the work for a story of any size: documents read, and sentences of all and of each. */
const MOST_DOCS = 30
const MOST_CANDIDATES = 360
const FEWEST_PER_DOC = 12
const MOST_PER_DOC = 40

/** What likeness to a sentence already taken costs (Carbonell & Goldstein, SIGIR 1998). */
const REDUNDANCY = 0.4
/** Cosine at which another document's sentence says the same. */
const SAME = 0.5

/**
 * Whole sentences that tell the story of `docs`, word for word and in reading order: by document,
 * then by place. At least two providers are heard where there are two and room for two sentences.
 * Documents may be empty; without a usable sentence in any, the answer is empty.
 */
export function summarise(docs: readonly SummaryDoc[], options: SummaryOptions = {}): Extract[] {
  const read = docs.slice(0, MOST_DOCS).map((doc, i) => ({ ...doc, voice: voiceOf(docs, i) }))
  const share = Math.floor(MOST_CANDIDATES / Math.max(1, read.length))
  const limit = Math.max(FEWEST_PER_DOC, Math.min(MOST_PER_DOC, share))
  const candidates = read.flatMap((doc, i) => candidatesOf(doc.text, i, limit, doc.language))
  const rated = rate(candidates, read)
  return [...select(rated, options)]
    .sort((a, b) => a.doc - b.doc || a.start - b.start)
    .map((chosen) => extract(chosen, rated))
}

/** The first document of the same provider stands for all of them. */
function voiceOf(docs: readonly SummaryDoc[], index: number): number {
  const source = docs[index]?.source
  return source ? docs.findIndex((doc) => doc.source === source) : index
}

/** Takes the sentence that adds most, again and again, while there is room. */
function select(rated: readonly Rated[], options: SummaryOptions): readonly Rated[] {
  const most = options.sentences ?? (options.words === undefined ? DEFAULT_SENTENCES : Infinity)
  const room = options.words ?? Infinity
  const chosen: Rated[] = []
  const left = [...rated]
  while (chosen.length < most) {
    const used = wordsOf(chosen)
    const fitting = left.filter((next) => chosen.length === 0 || used + next.words <= room)
    const best = mostAdding(fitting, chosen)
    if (!best) break
    chosen.push(best)
    left.splice(left.indexOf(best), 1)
  }
  return twoVoices(chosen, left, room)
}

/** Where only one voice is heard, the last sentence makes way for the best of another. */
function twoVoices(
  chosen: readonly Rated[],
  left: readonly Rated[],
  room: number,
): readonly Rated[] {
  const [first] = chosen
  if (!first || chosen.length < 2 || chosen.some((other) => other.voice !== first.voice)) {
    return chosen
  }
  const kept = chosen.slice(0, -1)
  const used = wordsOf(kept)
  const others = left.filter((next) => next.voice !== first.voice && used + next.words <= room)
  const second = mostAdding(others, kept)
  return second ? [...kept, second] : chosen
}

function mostAdding(left: readonly Rated[], chosen: readonly Rated[]): Rated | undefined {
  let best: Rated | undefined
  let most = -Infinity
  for (const next of left) {
    const value = addedBy(next, chosen)
    if (value > most) [best, most] = [next, value]
  }
  return best
}

function addedBy(next: Rated, chosen: readonly Rated[]): number {
  let nearest = 0
  let introduced = false
  for (const other of chosen) {
    nearest = Math.max(nearest, cosine(next.vector, other.vector))
    introduced ||= other.doc === next.doc && other.index === next.index - 1
  }
  return next.salience - REDUNDANCY * nearest - (introduced ? 0 : next.dangling)
}

const wordsOf = (chosen: readonly Rated[]) => chosen.reduce((sum, { words }) => sum + words, 0)

function extract(chosen: Rated, rated: readonly Rated[]): Extract {
  const { text, doc, start, end } = chosen
  const same = rated
    .filter((other) => other.doc !== doc && cosine(other.vector, chosen.vector) >= SAME)
    .map((other) => other.doc)
  return { text, doc, start, end, support: [...new Set(same)] }
}
