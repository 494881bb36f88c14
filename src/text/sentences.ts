import { LEADING, STARTERS, TRAILING } from './abbreviations.ts'
import { breaksOf } from './breaks.ts'

/** A sentence of a text: `text.slice(start, end)`, trimmed. Offsets count UTF-16 code units. */
export type Sentence = { readonly text: string; readonly start: number; readonly end: number }

type Range = { start: number; end: number }

/** Rules of Unicode Annex 29, which differ little between languages. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

const BLANK_LINE = /\n[^\S\n]*\n/g

/** The last word before a full stop, with the stops inside it: `U.S`, `Dr`, `e.g`. */
const LAST_WORD = /([\p{L}\p{M}.-]{1,12})\.$/u
const FIRST_WORD = /^[^\p{L}\p{N}]{0,3}([\p{L}\p{M}’']+|\p{N})/u
const STARTS_LOWER = /^[^\p{L}\p{N}]{0,3}\p{Ll}/u
/** Of a name, and the first of the German `z. B.`, `d. h.`, `u. a.` */
const INITIAL = /^(?:\p{Lu}|[zdu])$/u
const OPENING = /(?<=\p{Sentence_Terminal}\s{0,3})\p{Ps}{1,3}$/u
const CLOSING = /^\s{0,3}»(?=\s)/
/** Longest tail or head of a piece that is looked at, in code units. */
const REACH = 24

/**
 * Splits a text of any script into its sentences, in order.
 *
 * `Intl.Segmenter` breaks after "Dr." and before "he said"; such breaks are healed: a piece joins
 * the one before when that one ends in an abbreviation, or when it starts in lower case. A blank
 * line is always a break. The parts between sentences are white space only.
 */
export const sentences = (text: string): readonly Sentence[] => [...eachSentence(text)]

/** The same one by one: what follows the last that is asked for is not split. */
export function* eachSentence(text: string): Generator<Sentence> {
  for (const paragraph of paragraphs(text)) {
    for (const range of merged(text, paragraph)) {
      const sentence = trimmed(text, range)
      if (sentence) yield sentence
    }
  }
}

function* paragraphs(text: string): Generator<Range> {
  let start = 0
  for (const { index } of text.matchAll(BLANK_LINE)) {
    if (index > start) yield { start, end: index }
    start = index
  }
  if (start < text.length) yield { start, end: text.length }
}

function merged(text: string, paragraph: Range): Range[] {
  const ranges: Range[] = []
  const inside = text.slice(paragraph.start, paragraph.end)
  let border = paragraph.start
  for (const place of breaksOf(inside) ?? segmentEnds(inside)) {
    const end = paragraph.start + place
    const last = ranges.at(-1)
    const start = last ? borderNear(text, last, border, end) : paragraph.start
    if (last) last.end = start
    if (last && continues(text, last, start, end)) last.end = end
    else if (start < end) ranges.push({ start, end })
    border = end
  }
  return ranges
}

const segmentEnds = (text: string): number[] =>
  Array.from(segmenter.segment(text), ({ segment, index }) => index + segment.length)

/**
 * Where a new piece really begins: a bracket that opens right before it is its own (`。「`), and a
 * French closing mark after a space belongs to the piece before (`. » Le`).
 */
function borderNear(text: string, last: Range, start: number, end: number): number {
  // Most pieces begin with a plain letter behind a space.
  if (text.charCodeAt(start - 1) === 0x20 && isPlain(text.charCodeAt(start))) return start
  const opening = OPENING.exec(text.slice(Math.max(last.start, start - REACH), start))?.[0].length
  if (opening) return start - opening
  return start + (CLOSING.exec(text.slice(start, Math.min(end, start + REACH)))?.[0].length ?? 0)
}

const isPlain = (code: number) => code > 0x20 && code < 0x80

/** Does the piece from `start` to `end` go on with the sentence `last`? */
function continues(text: string, last: Range, start: number, end: number): boolean {
  const head = text.slice(start, Math.min(end, start + REACH)).trimStart()
  const tail = text.slice(Math.max(last.start, start - REACH), start)
  const before = tail.trimEnd()
  if (head === '' || before === '') return true
  if (STARTS_LOWER.test(head)) return !/[:;]\s*\n\s*$/.test(tail)
  if (tail.slice(before.length).includes('\n')) return false
  if (!before.endsWith('.')) return false
  const word = LAST_WORD.exec(before)?.[1]
  return word !== undefined && isAbbreviation(word, head)
}

/** @param head what follows. */
function isAbbreviation(word: string, head: string): boolean {
  const lower = word.toLowerCase()
  if (lower === 'no') return /^\p{N}/u.test(firstWord(head))
  if (INITIAL.test(word) && word !== 'I') return true
  if (LEADING.has(lower)) return true
  const stopped = TRAILING.has(lower) || /^(?:\p{L}\.)+\p{L}$/u.test(word)
  return stopped && !STARTERS.has(firstWord(head).toLowerCase())
}

const firstWord = (text: string) => FIRST_WORD.exec(text)?.[1] ?? ''

function trimmed(text: string, { start, end }: Range): Sentence | null {
  const piece = text.slice(start, end)
  const sentence = piece.trim()
  if (sentence === '') return null
  const from = start + piece.length - piece.trimStart().length
  return { text: sentence, start: from, end: from + sentence.length }
}
