import type { Instant } from '../model.ts'
import { contentTerms } from '../text/words.ts'
import { type Candidate, candidatesOf } from './candidates.ts'
import { mayQuote, type Quota } from './quota.ts'
import { type Rated, rate } from './salience.ts'
import { type Selecting, saysSame, selectSentences } from './select.ts'
import type { Vocabulary } from './vocabulary.ts'

export type SummaryDoc = {
  readonly title?: string
  readonly text: string
  /** The provider's domain. Documents without one count as independent of all others. */
  readonly source?: string
  readonly publishedAt?: Instant | null
  /** ISO 639-1; as English where unknown. */
  readonly language?: string | null
  /** Lines of its host that stand under every story. */
  readonly repeated?: ReadonlySet<string> | undefined
  /** Absent: it may be quoted as long as one likes. */
  readonly quota?: Quota | undefined
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
  /** Begin with the document that has the best sentence, not with the first one. */
  readonly bestFirst?: boolean
  /**
   * What stands above them: sentences after the first are tied to it or to those before, and with `bestFirst` they
   * begin with the document whose sentence says plainly most of it.
   */
  readonly headline?: string
  /** Only such sentences are taken; the others count for what the story is about. */
  readonly isWanted?: (sentence: Candidate) => boolean
}

/** Where neither a number of sentences nor of words is asked for. */
const DEFAULT_SENTENCES = 3

/** Bounds on the work for a story of any size: documents read, and sentences of all and of each. */
const MOST_DOCS = 30
const MOST_CANDIDATES = 160
const FEWEST_PER_DOC = 12
const MOST_PER_DOC = 40
/**
 * Where one text tells the story, its beginning does: usable sentences that are looked at for each one
 * wanted, and words of a usual sentence.
 */
const LOOK_PER_SENTENCE = 4
const WORDS_PER_SENTENCE = 20

/** Terms of the headline that a sentence has to say to go before the best one, and how many more than that one. */
const LEAD_TERMS = 3
const MORE_TERMS = 2

/**
 * Whole sentences that tell the story of `docs`, word for word and in reading order: by document,
 * then by place. At least two providers are heard, with a sentence or in support of one, where
 * there are two and room for two sentences. Documents may be empty; without a usable sentence in
 * any, the answer is empty.
 */
export function summarise(docs: readonly SummaryDoc[], options: SummaryOptions = {}): Extract[] {
  const read = docs.slice(0, MOST_DOCS).map((doc, i) => ({ ...doc, voice: voiceOf(docs, i) }))
  const limit = lookedAt(read.length, options)
  const candidates = read.flatMap((doc, i) => candidatesOf(doc, i, limit))
  const { rated, vocabulary } = rate(candidates, read)
  const { isWanted = () => true } = options
  const headline = headlineOf(options, read, vocabulary)
  const chosen = selectSentences(rated.filter(isWanted), {
    docs,
    sentences: options.sentences ?? (options.words === undefined ? DEFAULT_SENTENCES : Infinity),
    words: options.words ?? Infinity,
    terms: vocabulary.size,
    headline,
  })
  const lead = leadOf(chosen, headline?.terms ?? [])
  const order = [...lead, ...chosen].map(({ doc }) => doc)
  const placeOf = options.bestFirst ? (doc: number) => order.indexOf(doc) : (doc: number) => doc
  return [...chosen]
    .sort((a, b) => placeOf(a.doc) - placeOf(b.doc) || a.start - b.start)
    .map((sentence) => extract(sentence, rated))
}

/** The headline with the numbers of its terms. */
function headlineOf(
  { headline }: SummaryOptions,
  docs: readonly SummaryDoc[],
  vocabulary: Vocabulary,
): Selecting['headline'] {
  if (headline === undefined) return null
  const languages = [...new Set(docs.map(({ language = null }) => language))]
  const terms = languages.flatMap((language) => contentTerms(headline, language))
  return { text: headline, terms: [...vocabulary.read(new Set(terms)).terms] }
}

/**
 * The sentence that says plainly more of the headline than the best one does, of those that stand first of their
 * document; none where that one says as much.
 */
function leadOf(chosen: readonly Rated[], headline: readonly number[]): readonly Rated[] {
  const shared = chosen.map(({ doc, start, sparse }) => {
    const isFirst = chosen.every((other) => other.doc !== doc || other.start >= start)
    return isFirst ? headline.filter((term) => sparse.terms.includes(term)).length : 0
  })
  const [ofBest = 0] = shared
  const most = Math.max(0, ...shared)
  if (most < LEAD_TERMS || most < ofBest + MORE_TERMS) return []
  return chosen.slice(shared.indexOf(most)).slice(0, 1)
}

/** Whether `summarise` would find anything to say. */
export function canSummarise(
  docs: readonly SummaryDoc[],
  isWanted?: SummaryOptions['isWanted'],
): boolean {
  const read = docs.slice(0, MOST_DOCS)
  const limit = lookedAt(read.length, isWanted ? { isWanted } : {})
  return read.some((doc, i) =>
    candidatesOf(doc, i, limit).some(
      (next) => isWanted?.(next) !== false && mayQuote(next, [], docs),
    ),
  )
}

/** Sentences of each document that are looked at. */
function lookedAt(count: number, { sentences, words, isWanted }: SummaryOptions): number {
  const share = Math.floor(MOST_CANDIDATES / Math.max(1, count))
  const most = Math.max(FEWEST_PER_DOC, Math.min(MOST_PER_DOC, share))
  // What is wanted may stand anywhere.
  if (count > 1 || isWanted) return most
  const wanted = sentences ?? (words === undefined ? DEFAULT_SENTENCES : words / WORDS_PER_SENTENCE)
  return Math.min(most, Math.max(FEWEST_PER_DOC, Math.ceil(LOOK_PER_SENTENCE * wanted)))
}

/** The first document of the same provider stands for all of them. */
function voiceOf(docs: readonly SummaryDoc[], index: number): number {
  const source = docs[index]?.source
  return source ? docs.findIndex((doc) => doc.source === source) : index
}

function extract(chosen: Rated, rated: readonly Rated[]): Extract {
  const { text, doc, start, end } = chosen
  const same = rated
    .filter((other) => other.doc !== doc && saysSame(other, chosen))
    .map((other) => other.doc)
  return { text, doc, start, end, support: [...new Set(same)] }
}
