import type { Instant } from '../model.ts'
import { contentTerms } from '../text/words.ts'
import { type Candidate, candidatesOf } from './candidates.ts'
import { danglingCost, flawsOf, surnameOf } from './form.ts'
import { mayQuote, type Quota } from './quota.ts'
import { type Rated, rate } from './salience.ts'
import { likenessOf } from './same.ts'
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

/** What likeness to a sentence already taken costs (Carbonell & Goldstein, SIGIR 1998). */
const REDUNDANCY = 0.4
/** What a sentence costs whose text names hardly anybody who says what it says. */
const COMMENT_COST = 0.2
/** What it costs to begin with a surname that nothing shown so far holds. */
const SURNAME_COST = 0.15
/** What it costs that the title above its text explains, asks or argues. */
const VIEW_COST = 0.1
/** Of the share of its terms that have been told: the next sentence shall add something. */
const TOLD = 0.15

/** Points of ties that a sentence needs: a term of the headline gives them all, one of a sentence taken half. */
const TIED = 2
/** Sentences that are taken even so. */
const FEWEST = 2
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
  const chosen = select(rated.filter(isWanted), { terms: vocabulary.size, headline, docs, options })
  const lead = leadOf(chosen, headline)
  const order = [...lead, ...chosen].map(({ doc }) => doc)
  const placeOf = options.bestFirst ? (doc: number) => order.indexOf(doc) : (doc: number) => doc
  return [...chosen]
    .sort((a, b) => placeOf(a.doc) - placeOf(b.doc) || a.start - b.start)
    .map((sentence) => extract(sentence, rated))
}

/** The headline's terms by their numbers; none without a headline. */
function headlineOf(
  { headline = '' }: SummaryOptions,
  docs: readonly SummaryDoc[],
  vocabulary: Vocabulary,
): readonly number[] {
  const languages = [...new Set(docs.map(({ language = null }) => language))]
  const terms = languages.flatMap((language) => contentTerms(headline, language))
  return [...vocabulary.read(new Set(terms)).terms]
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

/** A sentence not taken, and what those taken mean for it. */
type Open = {
  readonly next: Rated
  /** Greatest cosine to one of them. */
  nearest: number
  /** One of them says the same. */
  same: boolean
  /** One of them stands right before it. */
  introduced: boolean
  /** What stands right before it says the same as one of them. */
  follows: boolean
  /** The text it stands in, up to where it begins. */
  readonly before: string
  /**
   * What its form costs, what more without the sentence before it, and a name that has to be shown before;
   * `null` until asked for.
   */
  costs: {
    readonly flaws: number
    readonly dangling: number
    readonly surname: string | null
  } | null
}

/** What a reader has read before the next sentence. */
type Told = {
  /** 1 for each term that counts as told, by its number. */
  readonly terms: Uint8Array
  readonly text: string
}

type Selecting = {
  /** How many terms the vocabulary has. */
  readonly terms: number
  /** Numbers of those that the headline says. */
  readonly headline: readonly number[]
  readonly docs: readonly SummaryDoc[]
  readonly options: SummaryOptions
}

/** Takes the sentence that adds most, again and again, while there is room. */
function select(rated: readonly Rated[], selecting: Selecting): readonly Rated[] {
  const { terms, headline, docs, options } = selecting
  const most = options.sentences ?? (options.words === undefined ? DEFAULT_SENTENCES : Infinity)
  const room = options.words ?? Infinity
  const chosen: Rated[] = []
  // One writer goes on; several begin with the same.
  const severalDocs = rated.some(({ doc }) => doc !== rated[0]?.doc)
  const told = { terms: new Uint8Array(terms), text: options.headline ?? '' }
  const isTied = tiesTo(headline, chosen, terms)
  let open = openAfter([], rated, docs).filter(({ next }) => mayQuote(next, [], docs))
  let used = 0
  while (chosen.length < most) {
    const left = chosen.length === 0 ? Infinity : room - used
    const tied = chosen.length > 0 ? mostAdding(open.filter(isTied), told, left) : undefined
    const best = tied ?? (chosen.length < FEWEST ? mostAdding(open, told, left) : undefined)
    if (!best) break
    chosen.push(best)
    used += best.words
    told.text += ` ${best.text}`
    if (severalDocs) for (const term of best.sparse.terms) told.terms[term] = 1
    open = open.filter(({ next }) => next !== best && mayQuote(next, chosen, docs))
    for (const other of open) weigh(other, best)
    markFollowers(open)
  }
  return twoVoices(chosen, rated, selecting)
}

/**
 * Tells whether a sentence has to do with the headline or with those `chosen` by then: it goes on from one of
 * them or from what says the same, or says a term of the headline or two of theirs. Without a headline all are tied.
 */
function tiesTo(
  headline: readonly number[],
  chosen: readonly Rated[],
  terms: number,
): (open: Open) => boolean {
  if (headline.length === 0) return () => true
  const ties = new Uint8Array(terms)
  for (const term of headline) ties[term] = TIED
  let seen = 0
  return ({ next, introduced, follows }) => {
    for (; seen < chosen.length; seen++)
      for (const term of (chosen[seen] as Rated).sparse.terms) ties[term] ||= 1
    if (introduced || follows) return true
    let sum = 0
    for (const term of next.sparse.terms) sum += ties[term] as number
    return sum >= TIED
  }
}

/** Where only one voice is heard, and no other says the same, another has the last sentence. */
function twoVoices(
  chosen: readonly Rated[],
  rated: readonly Rated[],
  { terms, headline, docs, options }: Selecting,
): readonly Rated[] {
  const [first] = chosen
  if (!first || chosen.length < 2) return chosen
  if (chosen.some((other) => other.voice !== first.voice)) return chosen
  const others = rated.filter((next) => next.voice !== first.voice)
  if (others.some((other) => chosen.some((one) => saysSame(one, other)))) return chosen
  const before = chosen.slice(0, -1)
  const left = (options.words ?? Infinity) - wordsOf(before)
  const text = [options.headline ?? '', ...before.map(({ text }) => text)].join(' ')
  const told = { terms: new Uint8Array(terms), text }
  for (const { sparse } of before) for (const term of sparse.terms) told.terms[term] = 1
  const open = openAfter(before, others, docs).filter(({ next }) => mayQuote(next, before, docs))
  const isTied = tiesTo(headline, before, terms)
  const second = mostAdding(open.filter(isTied), told, left) ?? mostAdding(open, told, left)
  return second ? [...before, second] : chosen
}

function openAfter(
  chosen: readonly Rated[],
  rated: readonly Rated[],
  docs: readonly SummaryDoc[],
): Open[] {
  const open: Open[] = rated.map((next) => ({
    next,
    before: docs[next.doc]?.text.slice(0, next.start) ?? '',
    nearest: 0,
    same: false,
    introduced: false,
    follows: false,
    costs: null,
  }))
  for (const other of open) for (const taken of chosen) weigh(other, taken)
  return open
}

function weigh(open: Open, taken: Rated): void {
  const { next } = open
  const { cosine, same } = likenessOf(next.sparse, taken.sparse)
  open.nearest = Math.max(open.nearest, cosine)
  open.same ||= same
  open.introduced ||= taken.doc === next.doc && taken.index === next.index - 1
}

function markFollowers(open: readonly Open[]): void {
  const places = open.filter(({ same }) => same).map(({ next: { doc, index } }) => [doc, index + 1])
  const after = new Set(places.map(String))
  for (const one of open) one.follows ||= after.has(String([one.next.doc, one.next.index]))
}

/** The open sentence that adds most in at most `room` words; none that says what was said. */
function mostAdding(open: readonly Open[], told: Told, room: number): Rated | undefined {
  let best: Rated | undefined
  let most = -Infinity
  for (const one of open) {
    const { next, nearest, same } = one
    if (same || next.words > room) continue
    const value = next.salience - REDUNDANCY * nearest - TOLD * toldShare(next, told.terms)
    // Form only takes away, and is dear to look at: most sentences have lost before.
    if (value <= most) continue
    const left = value - formCost(one, told.text)
    if (left > most) [best, most] = [next, left]
  }
  return best
}

function formCost(open: Open, shown: string): number {
  const { form, text, comments, isView } = open.next
  if (form === 0) return 0
  const comment = (comments ? COMMENT_COST : 0) + (isView ? VIEW_COST : 0)
  open.costs ??= {
    flaws: form * (flawsOf(text) + comment),
    dangling: form * danglingCost(text),
    surname: surnameOf(text, open.before),
  }
  const { flaws, dangling, surname } = open.costs
  const unknown = surname !== null && !shown.includes(surname) ? form * SURNAME_COST : 0
  return flaws + unknown + (open.introduced ? 0 : dangling)
}

/** The share of a sentence's terms that have been told, 0–1. */
function toldShare({ sparse: { terms } }: Rated, told: Uint8Array): number {
  let known = 0
  for (const term of terms) known += told[term] as number
  return terms.length === 0 ? 0 : known / terms.length
}

const wordsOf = (chosen: readonly Rated[]) => chosen.reduce((sum, { words }) => sum + words, 0)

const saysSame = (a: Rated, b: Rated) => likenessOf(a.sparse, b.sparse).same

function extract(chosen: Rated, rated: readonly Rated[]): Extract {
  const { text, doc, start, end } = chosen
  const same = rated
    .filter((other) => other.doc !== doc && saysSame(other, chosen))
    .map((other) => other.doc)
  return { text, doc, start, end, support: [...new Set(same)] }
}
