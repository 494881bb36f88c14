import english from 'natural/lib/natural/stemmers/porter_stemmer.js'
import german from 'natural/lib/natural/stemmers/porter_stemmer_de.js'
import spanish from 'natural/lib/natural/stemmers/porter_stemmer_es.js'
import french from 'natural/lib/natural/stemmers/porter_stemmer_fr.js'
import italian from 'natural/lib/natural/stemmers/porter_stemmer_it.js'
import dutch from 'natural/lib/natural/stemmers/porter_stemmer_nl.js'
import norwegian from 'natural/lib/natural/stemmers/porter_stemmer_no.js'
import portuguese from 'natural/lib/natural/stemmers/porter_stemmer_pt.js'
import russian from 'natural/lib/natural/stemmers/porter_stemmer_ru.js'
import swedish from 'natural/lib/natural/stemmers/porter_stemmer_sv.js'
import stopEn from 'natural/lib/natural/util/stopwords.js'
import stopEs from 'natural/lib/natural/util/stopwords_es.js'
import stopFr from 'natural/lib/natural/util/stopwords_fr.js'
import stopIt from 'natural/lib/natural/util/stopwords_it.js'
import stopNl from 'natural/lib/natural/util/stopwords_nl.js'
import stopNo from 'natural/lib/natural/util/stopwords_no.js'
import stopPt from 'natural/lib/natural/util/stopwords_pt.js'
import stopRu from 'natural/lib/natural/util/stopwords_ru.js'
import stopSv from 'natural/lib/natural/util/stopwords_sv.js'
import { STOP_DE, STOP_EN } from './stopwords.ts'

type Language = {
  readonly stem: (word: string) => string
  readonly stopWords: ReadonlySet<string>
  readonly cache: Map<string, string>
}

/** Stems remembered per language; the map is emptied when full. About 4 MB for all languages. */
const CACHE_SIZE = 20_000

const define = (
  stemmer: { readonly stem: (word: string) => string },
  ...lists: readonly (readonly string[])[]
): Language => ({ stem: stemmer.stem, stopWords: new Set(lists.flat()), cache: new Map() })

const ENGLISH = define(english, stopEn.words, STOP_EN)

/** Languages with a stemmer in `natural`, by ISO 639-1. */
const LANGUAGES = new Map<string, Language>([
  ['en', ENGLISH],
  ['de', define(german, STOP_DE)],
  ['es', define(spanish, stopEs.words)],
  ['fr', define(french, stopFr.words)],
  ['it', define(italian, stopIt.words)],
  ['nl', define(dutch, stopNl.words)],
  ['no', define(norwegian, stopNo.words)],
  ['pt', define(portuguese, stopPt.words)],
  ['ru', define(russian, stopRu.words)],
  ['sv', define(swedish, stopSv.words)],
])

/** English contractions are function words: `don't`, `we'll`, `they've`. */
const CONTRACTION = /'(?:t|ll|re|ve|d|m)$/

/** The stem of a normalised word; the word itself in a language without a stemmer. */
export function stem(word: string, language: string | null): string {
  const known = find(language)
  if (known === undefined || word.length < 3) return word
  const cached = known.cache.get(word)
  if (cached !== undefined) return cached
  if (known.cache.size >= CACHE_SIZE) known.cache.clear()
  const result = known.stem(word)
  known.cache.set(word, result)
  return result
}

/** Whether a normalised word says nothing of what a text is about. A single digit says nothing. */
export function isStopWord(word: string, language: string | null): boolean {
  if (word.length < 2 && word < '\u0080') return true
  const known = find(language)
  if (known === undefined) return false
  return known.stopWords.has(word) || (known === ENGLISH && CONTRACTION.test(word))
}

/** Whether stemmer and stop words of a language are known; unknown counts as English. */
export const hasStemmer = (language: string | null): boolean => find(language) !== undefined

/** Unknown counts as English, the language of most sources; its rules leave other scripts alone. */
function find(language: string | null): Language | undefined {
  return language === null ? ENGLISH : LANGUAGES.get(language)
}
