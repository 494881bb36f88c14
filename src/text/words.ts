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
const UNSPACED =
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
  const terms: string[] = []
  for (const raw of plainWords(text) ?? text.match(WORD) ?? []) {
    let term = known.get(raw)
    if (term === undefined) {
      if (UNSPACED.test(raw)) {
        for (const { norm } of segment(raw, 0)) terms.push(...termsOf(norm, language))
        continue
      }
      term = (raw.length <= MAX_WORD && termsOf(normalise(raw), language)[0]) || null
      if (known.size >= REMEMBERED) known.clear()
      known.set(raw, term)
    }
    if (term !== null) terms.push(term)
  }
  return terms
}

/**
 * What `WORD` finds in a text of ASCII letters and usual punctuation, in a third of the time; `null`
 * where the text holds anything else, or initials with stops.
 */
function plainWords(text: string): string[] | null {
  const words: string[] = []
  let i = 0
  while (i < text.length) {
    const kind = kindOf(text.charCodeAt(i))
    if (kind === OTHER) return null
    if (kind === BREAK || kind === APOSTROPHE) {
      i++
      continue
    }
    const end = kind === DIGIT ? endOfNumber(text, i) : endOfWord(text, i)
    if (end === i + 1 && text.charAt(end) === '.' && isCapital(text.charCodeAt(i))) return null
    words.push(text.slice(i, end))
    i = end
  }
  return words
}

const BREAK = 0
const LETTER = 1
const DIGIT = 2
const APOSTROPHE = 3
const OTHER = 4

function kindOf(code: number): number {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER
  if (code >= 48 && code <= 57) return DIGIT
  if (code === 39 || code === 0x2019) return APOSTROPHE
  // Dashes, quotation marks and the ellipsis stand in every text of news.
  if (code < 128 || (code >= 0x2010 && code <= 0x201f) || code === 0x2026) return BREAK
  return OTHER
}

const isCapital = (code: number) => code >= 65 && code <= 90

/** Letters and digits, then letters behind apostrophes. A letter outside ASCII ends it: `null` follows. */
function endOfWord(text: string, start: number): number {
  let end = runEnd(text, start, (kind) => kind === LETTER || kind === DIGIT)
  while (kindOf(text.charCodeAt(end)) === APOSTROPHE) {
    const next = runEnd(text, end + 1, (kind) => kind === LETTER)
    if (next === end + 1) break
    end = next
  }
  return end
}

/** `1,200.5` is one number; `5km` is one word. */
function endOfNumber(text: string, start: number): number {
  const isDigit = (kind: number) => kind === DIGIT
  let end = runEnd(text, start, isDigit)
  let parts = 0
  for (; text.charAt(end) === '.' || text.charAt(end) === ','; parts++) {
    const next = runEnd(text, end + 1, isDigit)
    if (next === end + 1) break
    end = next
  }
  return parts > 0 ? end : endOfWord(text, start)
}

function runEnd(text: string, start: number, fits: (kind: number) => boolean): number {
  let end = start
  while (end < text.length && fits(kindOf(text.charCodeAt(end)))) end++
  return end
}

/** Words as they are written whose terms are remembered, per language; emptied when full. */
const REMEMBERED = 40_000

/** Term by word as it is written; `null` for one that says nothing. */
const remembered = new Map<string | null, Map<string, string | null>>()

function rememberedIn(language: string | null): Map<string, string | null> {
  const known = remembered.get(language) ?? new Map<string, string | null>()
  // Languages come with articles: a stranger's nonsense shall not fill the memory.
  if (hasStemmer(language)) remembered.set(language, known)
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
