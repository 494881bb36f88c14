import { codesOf } from './codes.ts'
import { createLexicon, hashOf, type Lexicon } from './lexicon.ts'
import { hasStemmer, isStopWord, stem } from './stems.ts'

/** A word of a text. `text.slice(start, end)` is how it is written there; `norm` is how we compare it. */
export type Word = { readonly norm: string; readonly start: number; readonly end: number }

/** Longest word looked at, in UTF-16 code units; what is longer is a URL, a hash or a prank. */
const MAX_WORD = 64

/**
 * In this order: numbers with their separators (`1,200.5`), initials (`U.N.`), words with inner
 * apostrophes (`l'eau`, `don't`). A mark belongs to the letter before it.
 */
const WORD =
  /\p{N}+(?:[.,]\p{N}+)+|(?:\p{Lu}\.){2,}|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}]+)*/gu

/** Scripts written without spaces between words. */
export const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** A fixed locale, so that the same text gives the same words on every machine. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/** French and Italian short forms before a vowel: `l'`, `d'`, `qu'`, `dell'`. */
const ELISION = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|dell|nell|all|sull|dall|un)'(?=\p{L}{2})/u

/**
 * The words of a text in reading order, with offsets in UTF-16 code units into the text as given.
 * `norm` is NFKC, lower case, straight apostrophes, without a possessive `'s` or an elided article.
 */
export function splitWords(text: string): Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(WORD)) {
    const raw = match[0]
    if (UNSPACED.test(raw)) words.push(...segment(raw, match.index))
    else if (raw.length <= MAX_WORD) {
      words.push({ norm: normalise(raw), start: match.index, end: match.index + raw.length })
    }
  }
  return words
}

/**
 * What a text is about: its words in reading order without stop words, stemmed.
 *
 * @param language ISO 639-1, or `null` where unknown (then as English). A language we have no
 *   stemmer for keeps its words as they are.
 */
export function contentTerms(text: string, language: string | null = null): string[] {
  const known = rememberedIn(language)
  const terms = plainTerms(text, language, known)
  return terms ?? (text.match(WORD) ?? []).flatMap((raw) => rareTerms(raw, language, known))
}

/** The terms of what may be a word, or a run of words without spaces. */
function rareTerms(raw: string, language: string | null, known: Lexicon): readonly string[] {
  if (UNSPACED.test(raw)) return segment(raw, 0).flatMap(({ norm }) => termsOf(norm, language))
  const codes = codesOf(raw)
  const hash = hashOf(codes, 0, raw.length)
  const term = known.get(codes, 0, raw.length, hash) ?? remember(known, raw, hash, language)
  return term === '' ? [] : [term]
}

function remember(known: Lexicon, raw: string, hash: number, language: string | null): string {
  const term = (raw.length <= MAX_WORD && termsOf(normalise(raw), language)[0]) || ''
  known.set(raw, hash, term)
  return term
}

/**
 * The terms of a text of ASCII letters and usual punctuation, without a new string for each of its
 * words; `null` where the text holds anything else.
 */
function plainTerms(text: string, language: string | null, known: Lexicon): string[] | null {
  const codes = codesOf(text)
  const terms: string[] = []
  let i = 0
  while (i < text.length) {
    const kind = kindOf(codes[i] as number)
    if (kind === OTHER) return null
    if (kind === BREAK || kind === APOSTROPHE) {
      i++
      continue
    }
    const end = endOfToken(codes, i, kind)
    const hash = hashOf(codes, i, end)
    const term =
      known.get(codes, i, end, hash) ?? remember(known, text.slice(i, end), hash, language)
    if (term !== '') terms.push(term)
    i = end
  }
  return terms
}

const STOP = 46
const COMMA = 44
const BREAK = 0
const LETTER = 1
const DIGIT = 2
const APOSTROPHE = 3
const OTHER = 4

const KINDS = new Uint8Array(128)
for (let code = 0; code < 128; code++) {
  const sign = String.fromCharCode(code)
  if (/[A-Za-z]/.test(sign)) KINDS[code] = LETTER
  else if (/[0-9]/.test(sign)) KINDS[code] = DIGIT
  else if (sign === "'") KINDS[code] = APOSTROPHE
}

function kindOf(code: number): number {
  if (code < 128) return KINDS[code] as number
  if (code === 0x2019) return APOSTROPHE
  // Dashes, quotation marks and the ellipsis stand in every text of news.
  return (code >= 0x2010 && code <= 0x201f) || code === 0x2026 ? BREAK : OTHER
}

function endOfToken(codes: Uint16Array, start: number, kind: number): number {
  if (kind === DIGIT) return endOfNumber(codes, start)
  return codes[start + 1] === STOP ? endOfInitials(codes, start) : endOfWord(codes, start)
}

/** `U.N.` is one word; a single letter with a stop is a letter. */
function endOfInitials(codes: Uint16Array, start: number): number {
  let end = start
  while (isCapital(codes[end] as number) && codes[end + 1] === STOP) end += 2
  return end - start > 2 ? end : start + 1
}

const isCapital = (code: number) => code >= 65 && code <= 90

/** Letters and digits, then letters behind apostrophes. A letter outside ASCII ends it: `null` follows. */
function endOfWord(codes: Uint16Array, start: number): number {
  let end = runEnd(codes, start, DIGIT)
  while (kindOf(codes[end] as number) === APOSTROPHE) {
    const next = runEnd(codes, end + 1, LETTER)
    if (next === end + 1) break
    end = next
  }
  return end
}

/** `1,200.5` is one number; `5km` is one word. */
function endOfNumber(codes: Uint16Array, start: number): number {
  let end = endOfDigits(codes, start)
  let parts = 0
  for (; isSeparator(codes[end] as number); parts++) {
    const next = endOfDigits(codes, end + 1)
    if (next === end + 1) break
    end = next
  }
  return parts > 0 ? end : endOfWord(codes, start)
}

const isSeparator = (code: number) => code === STOP || code === COMMA

function endOfDigits(codes: Uint16Array, start: number): number {
  let end = start
  while (kindOf(codes[end] as number) === DIGIT) end++
  return end
}

/** @param last letters only, or letters and digits: the last of the kinds that fit. */
function runEnd(codes: Uint16Array, start: number, last: typeof LETTER | typeof DIGIT): number {
  let end = start
  for (;;) {
    const kind = kindOf(codes[end] as number)
    if (kind !== LETTER && kind !== last) return end
    end++
  }
}

/** The key of all languages without a stemmer: their words are their terms. */
const UNSTEMMED = ''

/** Terms by word as it is written, for each language; `''` for a word that says nothing. */
const remembered = new Map<string, Lexicon>()

function rememberedIn(language: string | null): Lexicon {
  // Languages come with articles: a stranger's nonsense shall not fill the memory.
  const key = hasStemmer(language) ? (language ?? 'en') : UNSTEMMED
  const known = remembered.get(key) ?? createLexicon()
  remembered.set(key, known)
  return known
}

/** The term of a normalised word, or none. */
const termsOf = (norm: string, language: string | null): readonly string[] =>
  isStopWord(norm, language) ? [] : [stem(norm, language)]

/** The text in one spelling: NFKC, straight quotes and apostrophes, single spaces. Offsets change. */
export function normaliseText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[‘’‚‛′]/g, "'")
    .replace(/[“”„‟″«»]/g, '"')
    .replace(/\s+/g, ' ')
    .trim()
}

function segment(run: string, offset: number): Word[] {
  const words: Word[] = []
  for (const { segment, index, isWordLike } of segmenter.segment(run)) {
    if (!isWordLike || segment.length > MAX_WORD) continue
    const start = offset + index
    words.push({ norm: normalise(segment), start, end: start + segment.length })
  }
  return words
}

function normalise(raw: string): string {
  const lower = isAscii(raw) ? raw.toLowerCase() : raw.normalize('NFKC').toLowerCase()
  if (lower.endsWith('.')) return lower.replaceAll('.', '')
  if (!/['’]/.test(lower)) return lower
  return lower.replaceAll('’', "'").replace(/'s$/, '').replace(ELISION, '')
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}
