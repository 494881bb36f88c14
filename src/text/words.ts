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
  for (const raw of text.match(WORD) ?? []) {
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
