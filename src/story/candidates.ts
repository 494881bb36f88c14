import { type Sentence, sentences } from '../text/sentences.ts'
import { contentTerms, splitWords } from '../text/words.ts'
import { isBoilerplate } from './boilerplate.ts'
import { openingLength } from './openings.ts'
import { isRepeated } from './repeated.ts'

/** A sentence that may stand in a summary. */
export type Candidate = Sentence & {
  readonly doc: number
  /** Its place among all sentences of its document, from 0. */
  readonly index: number
  /** Its place among the usable ones, from 0. */
  readonly position: number
  /** Words as a reader counts them: runs without white space. */
  readonly words: number
  readonly terms: ReadonlySet<string>
}

/** A document as far as its sentences are concerned. */
export type Readable = {
  readonly title?: string
  readonly text: string
  readonly language?: string | null
  /** Lines that the host prints under every story: no sentence is one of them. */
  readonly repeated?: ReadonlySet<string> | undefined
}

const NONE: ReadonlySet<string> = new Set()

/** Code units that are split for each sentence wanted: half as much again as the usual length of one. */
const LOOKED_AT_PER_SENTENCE = 200
const FEWEST_WORDS = 6
const MOST_WORDS = 60
/** Code units; stops what has no spaces and no end. */
const MOST_LENGTH = 600
/** Sentences that may hold the head of the page, and code units from which on a title is unlike a phrase. */
const TOP = 3
const LONG_TITLE = 24
/** A publisher's excerpt is often cut off in the middle of a sentence. */
const TRAILS_OFF = /(?:\.\.\.|…)\P{L}{0,3}$/u
/** The marks that end a sentence in any script; Thai and Lao have none. */
const ENDS = /\p{Sentence_Terminal}[\p{Pe}\p{Pf}"'”’]*$|[\p{Script=Thai}\p{Script=Lao}]["”’)]?$/u

/**
 * The usable sentences of a text, at most `limit`, in order: whole, of a readable length, no
 * boilerplate, not the title again. Where none is (a terse excerpt, an unfinished line), the first
 * passable line is better than nothing.
 */
export function candidatesOf(
  { title = '', text, language = null, repeated = NONE }: Readable,
  doc: number,
  limit: number,
): Candidate[] {
  const reach = limit * LOOKED_AT_PER_SENTENCE
  const all = sentences(text.slice(0, reach))
  // The last sentence may have been cut; where it is the only one it is all there is.
  const whole = text.length > reach && all.length > 1 ? all.slice(0, -1) : all
  const headline = lettersOf(title)
  const placed = whole
    .map((sentence, index) => ({ ...withoutOpening(sentence), index }))
    .filter(({ text }) => !isRepeated(text, repeated))
    .filter(
      ({ text, index }) => !isTitle(text, headline) && !(index < TOP && holds(text, headline)),
    )
  const usable = firstOf(placed, isUsable, limit)
  const kept = usable.length > 0 ? usable : firstOf(placed, isPassable, 1)
  return kept.map((sentence, position) => ({
    ...sentence,
    doc,
    position,
    words: countWords(sentence.text),
    terms: new Set(contentTerms(sentence.text, language)),
  }))
}

function withoutOpening({ text, start, end }: Sentence): Sentence {
  const length = openingLength(text)
  return { text: text.slice(length), start: start + length, end }
}

function firstOf<T>(items: readonly T[], wanted: (item: T) => boolean, limit: number): T[] {
  const found: T[] = []
  for (const item of items) {
    if (found.length === limit) break
    if (wanted(item)) found.push(item)
  }
  return found
}

function isTitle(text: string, headline: string): boolean {
  if (headline === '' || text.length < headline.length) return false
  if (text.length > 2 * headline.length) return false
  // Most sentences begin otherwise, and are spared the comparison.
  const first = text.charAt(0).toLowerCase()
  if (first >= 'a' && first <= 'z' && first !== headline.charAt(0)) return false
  return lettersOf(text) === headline
}

/** A page's head that ran into the first sentence: section, title, subtitle. */
function holds(text: string, headline: string): boolean {
  return headline.length >= LONG_TITLE && lettersOf(text).includes(headline)
}

/** What of a text can be compared with a title: `Bridge reopens` is `BRIDGE REOPENS.` */
const lettersOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Runs without white space. */
function countWords(text: string): number {
  let count = 0
  let inside = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const blank =
      code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(text[i] as string))
    if (!blank && !inside) count++
    inside = !blank
  }
  return count
}

function isUsable({ text }: Sentence): boolean {
  const spaced = countWords(text)
  // Scripts without spaces need a closer look; most sentences do not.
  const words = spaced < FEWEST_WORDS ? splitWords(text).length : spaced
  const fits = words >= FEWEST_WORDS && words <= MOST_WORDS && text.length <= MOST_LENGTH
  return (
    fits && ENDS.test(text) && !TRAILS_OFF.test(text) && !isBoilerplate(text) && !isShouted(text)
  )
}

function isPassable({ text }: Sentence): boolean {
  return countWords(text) >= 3 && text.length <= MOST_LENGTH && !isBoilerplate(text)
}

/** More capitals than small letters: a heading, a table, a byline. */
function isShouted(text: string): boolean {
  let capitals = 0
  let small = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // Most letters are ASCII, and asking Unicode about each would be half the work of a summary.
    if (code >= 97 && code <= 122) small++
    else if (code >= 65 && code <= 90) capitals++
    else if (code > 127) {
      const letter = text.charAt(i)
      if (letter !== letter.toLowerCase()) capitals++
      else if (letter !== letter.toUpperCase()) small++
    }
  }
  return capitals > small && capitals > 3
}
