import { type Sentence, sentences } from '../text/sentences.ts'
import { contentTerms } from '../text/words.ts'
import { isBoilerplate } from './boilerplate.ts'

/** A sentence that may stand in a summary. */
export type Candidate = Sentence & {
  readonly doc: number
  /** Its place among all sentences of its document, from 0. */
  readonly index: number
  /** Its place among the usable ones, from 0. */
  readonly position: number
  /** Words as a reader counts them: runs without white space. */
  readonly words: number
  readonly terms: readonly string[]
}

/** Code units of a text that are split into sentences; a story is told well before. */
const LOOKED_AT = 16_000
const FEWEST_WORDS = 6
const MOST_WORDS = 60
const ENDS = /[.!?…。！？][\p{Pe}\p{Pf}"'”’]*$/u

/**
 * The usable sentences of a text, at most `limit`, in order: whole, of a readable length, no
 * boilerplate. Where none is (a terse excerpt, an unfinished line), the first passable line is
 * better than nothing.
 */
export function candidatesOf(
  text: string,
  doc: number,
  limit: number,
  language: string | null = null,
): Candidate[] {
  const all = sentences(text.slice(0, LOOKED_AT))
  const cut = text.length > LOOKED_AT ? all.slice(0, -1) : all
  const placed = cut.map((sentence, index) => ({ ...sentence, index }))
  const usable = placed.filter(isUsable).slice(0, limit)
  const kept = usable.length > 0 ? usable : placed.filter(isPassable).slice(0, 1)
  return kept.map((sentence, position) => ({
    ...sentence,
    doc,
    position,
    words: countWords(sentence.text),
    terms: contentTerms(sentence.text, language),
  }))
}

export const countWords = (text: string) => text.match(/\S+/g)?.length ?? 0

function isUsable({ text }: Sentence): boolean {
  const words = countWords(text)
  // Scripts without spaces have few "words": their sentences count by length.
  const spaced = text.length / Math.max(1, words) < 15
  const fits = spaced ? words >= FEWEST_WORDS && words <= MOST_WORDS : text.length <= 200
  return fits && ENDS.test(text) && !isBoilerplate(text) && !isShouted(text)
}

function isPassable({ text }: Sentence): boolean {
  return countWords(text) >= 3 && text.length <= 600 && !isBoilerplate(text)
}

/** More capitals than small letters: a heading, a table, a byline. */
function isShouted(text: string): boolean {
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0
  const small = text.match(/\p{Ll}/gu)?.length ?? 0
  return capitals > small && capitals > 3
}
