import { codesOf } from '../text/codes.ts'
import { eachSentence, type Sentence } from '../text/sentences.ts'
import { contentTerms, splitWords, UNSPACED } from '../text/words.ts'
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
  const headline = lettersOf(title)
  const usable: Placed[] = []
  let passable: Placed | undefined
  let index = -1
  for (const sentence of wholeSentences(text, limit * LOOKED_AT_PER_SENTENCE)) {
    if (usable.length === limit) break
    const { text, start, end } = withoutOpening(sentence)
    index++
    if (isRepeated(text, repeated) || isTitle(text, headline)) continue
    if (index < TOP && holds(text, headline)) continue
    const count = countOf(text)
    const placed = { text, start, end, index, words: count.words }
    if (isUsable(text, count)) usable.push(placed)
    else if (usable.length === 0 && isPassable(text, count)) passable ??= placed
  }
  const kept = usable.length === 0 && passable ? [passable] : usable
  return kept.map(({ text, start, end, index, words }, position) => ({
    text,
    start,
    end,
    index,
    doc,
    position,
    words,
    terms: new Set(contentTerms(text, language)),
  }))
}

type Placed = Pick<Candidate, 'text' | 'start' | 'end' | 'index' | 'words'>

/** The last sentence in reach may have been cut; where it is the only one it is all there is. */
function* wholeSentences(text: string, reach: number): Generator<Sentence> {
  let last: Sentence | undefined
  let isOnly = true
  for (const sentence of eachSentence(text.slice(0, reach))) {
    if (last) {
      yield last
      isOnly = false
    }
    last = sentence
  }
  if (last && (isOnly || text.length <= reach)) yield last
}

function withoutOpening({ text, start, end }: Sentence): Sentence {
  const length = openingLength(text)
  return { text: text.slice(length), start: start + length, end }
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
  if (headline.length < LONG_TITLE) return false
  // Few sentences have even the first and the last word of it.
  const lower = text.toLowerCase()
  const isNear = lower.includes(headline.slice(0, headline.indexOf(' ')))
  if (!isNear || !lower.includes(headline.slice(headline.lastIndexOf(' ') + 1))) return false
  return lettersOf(text).includes(headline)
}

/** What of a text can be compared with a title: `Bridge reopens` is `BRIDGE REOPENS.` */
const lettersOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** What is counted of a sentence. */
type Count = {
  /** Runs without white space. */
  readonly words: number
  /** More capitals than small letters: a heading, a table, a byline. */
  readonly isShouted: boolean
}

function countOf(text: string): Count {
  const codes = codesOf(text)
  let words = 0
  let capitals = 0
  let small = 0
  let inside = false
  for (let i = 0; i < text.length; i++) {
    const code = codes[i] as number
    const isBlank =
      code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(text.charAt(i)))
    if (!isBlank && !inside) words++
    inside = !isBlank
    // Most letters are ASCII, and asking Unicode about each would be half the work of a summary.
    if (code >= 97 && code <= 122) small++
    else if (code >= 65 && code <= 90) capitals++
    else if (code > 127) {
      const letter = text.charAt(i)
      if (letter !== letter.toLowerCase()) capitals++
      else if (letter !== letter.toUpperCase()) small++
    }
  }
  return { words, isShouted: capitals > small && capitals > 3 }
}

function isUsable(text: string, { words, isShouted }: Count): boolean {
  const counted = words < FEWEST_WORDS && UNSPACED.test(text) ? splitWords(text).length : words
  const fits = counted >= FEWEST_WORDS && counted <= MOST_WORDS && text.length <= MOST_LENGTH
  return fits && !isShouted && isWhole(text) && !isBoilerplate(text)
}

/** Ends in a mark, and was not cut off. Most sentences end in a letter and a full stop. */
const isWhole = (text: string) =>
  /^[a-z]\.$/.test(text.slice(-2)) || (ENDS.test(text) && !TRAILS_OFF.test(text))

const isPassable = (text: string, { words }: Count) =>
  words >= 3 && text.length <= MOST_LENGTH && !isBoilerplate(text)
