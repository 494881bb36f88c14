import { danglingCost, flawsOf, surnameOf } from './form.ts'
import { mayQuote, type Quota } from './quota.ts'
import type { Rated } from './salience.ts'
import { likenessOf } from './same.ts'

/** What likeness to a sentence already taken costs (Carbonell & Goldstein, SIGIR 1998). */
const REDUNDANCY = 0.4
/** What a sentence costs whose text names hardly anybody who says what it says. */
const COMMENT_COST = 0.2
/** What it costs to begin with a surname that nothing shown so far holds. */
const SURNAME_COST = 0.15
/** What it costs that the title above its text explains, asks or argues. */
const VIEW_COST = 0.1
/** Of the share of its terms that have been told: where several tell, the next sentence shall add something. */
const TOLD = 0.15

/** Points of ties that a sentence needs: a term of the headline gives them all, one of a sentence taken half. */
const TIED = 2
/** Sentences that are taken even without. */
const FEWEST = 2

type Doc = { readonly text: string; readonly quota?: Quota | undefined }

export type Selecting = {
  readonly docs: readonly Doc[]
  /** Sentences and words at most, but at least one sentence. */
  readonly sentences: number
  readonly words: number
  /** How many terms the vocabulary has. */
  readonly terms: number
  /** What stands above the sentences: they are tied to it. `null` where nothing does. */
  readonly headline: { readonly text: string; readonly terms: readonly number[] } | null
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
  costs: Costs | null
}

/** What is dear to find out about a sentence. */
type Costs = {
  readonly flaws: number
  /** What it costs more without the sentence before it. */
  readonly dangling: number
  /** A name that a reader has to know. */
  readonly surname: string | null
}

/** What a reader has read before the next sentence. */
type Told = {
  text: string
  /** 1 for each term, by its number. */
  readonly terms: Uint8Array
  /** Points that each term ties the next sentence by; `null` where no ties are asked for. */
  readonly ties: Uint8Array | null
  /** What it costs to say the same terms again. */
  readonly cost: number
}

/**
 * Takes the sentence that adds most, again and again, while there is room. Two providers are heard, with a
 * sentence or in support of one, where there are two and room for two sentences.
 */
export function selectSentences(rated: readonly Rated[], selecting: Selecting): readonly Rated[] {
  const { docs, sentences, words } = selecting
  const chosen: Rated[] = []
  // One writer goes on; several begin with the same.
  const told = nothingTold(selecting, rated.some(({ doc }) => doc !== rated[0]?.doc) ? TOLD : 0)
  let open = rated.filter((next) => mayQuote(next, [], docs)).map(toOpen)
  let left = words
  while (chosen.length < sentences) {
    const isFirst = chosen.length === 0
    const ties = isFirst ? 'free' : chosen.length < FEWEST ? 'wanted' : 'needed'
    const best = nextOf(open, told, { docs, room: isFirst ? Infinity : left, ties })
    if (!best) break
    chosen.push(best)
    left -= best.words
    add(told, best)
    open = open.filter(({ next }) => next !== best && mayQuote(next, chosen, docs))
    weigh(open, best)
  }
  return twoVoices(chosen, rated, selecting)
}

/** Where only one voice is heard, and no other says the same, another has the last sentence. */
function twoVoices(
  chosen: readonly Rated[],
  rated: readonly Rated[],
  selecting: Selecting,
): readonly Rated[] {
  const [first] = chosen
  if (!first || chosen.length < 2) return chosen
  if (chosen.some((other) => other.voice !== first.voice)) return chosen
  const others = rated.filter((next) => next.voice !== first.voice)
  if (others.some((other) => chosen.some((one) => saysSame(one, other)))) return chosen
  const { docs, words } = selecting
  const before = chosen.slice(0, -1)
  const told = nothingTold(selecting, TOLD)
  const open = others.filter((next) => mayQuote(next, before, docs)).map(toOpen)
  for (const taken of before) {
    add(told, taken)
    weigh(open, taken)
  }
  const room = words - before.reduce((sum, one) => sum + one.words, 0)
  const second = nextOf(open, told, { docs, room, ties: 'wanted' })
  return second ? [...before, second] : chosen
}

function nothingTold({ terms, headline }: Selecting, cost: number): Told {
  const ties = headline && new Uint8Array(terms)
  for (const term of headline?.terms ?? []) if (ties) ties[term] = TIED
  return { text: headline?.text ?? '', terms: new Uint8Array(terms), ties, cost }
}

function add(told: Told, { text, sparse }: Rated): void {
  told.text += ` ${text}`
  for (const term of sparse.terms) {
    told.terms[term] = 1
    if (told.ties) told.ties[term] ||= 1
  }
}

const toOpen = (next: Rated): Open => ({
  ...{ next, nearest: 0, same: false, introduced: false, follows: false, costs: null },
})

/** What it means for the open sentences that one was taken. */
function weigh(open: readonly Open[], taken: Rated): void {
  const said = new Set<string>()
  const placeOf = (doc: number, index: number) => `${doc} ${index}`
  for (const one of open) {
    const { next } = one
    const { cosine, same } = likenessOf(next.sparse, taken.sparse)
    one.nearest = Math.max(one.nearest, cosine)
    one.same ||= same
    one.introduced ||= taken.doc === next.doc && taken.index === next.index - 1
    if (one.same) said.add(placeOf(next.doc, next.index))
  }
  for (const one of open) one.follows ||= said.has(placeOf(one.next.doc, one.next.index - 1))
}

type Next = Pick<Selecting, 'docs'> & {
  /** Words at most. */
  readonly room: number
  readonly ties: 'free' | 'wanted' | 'needed'
}

/** The open sentence that adds most; none that says what was said. */
function nextOf(open: readonly Open[], told: Told, { docs, room, ties }: Next): Rated | undefined {
  const fitting = open.filter(({ next, same }) => !same && next.words <= room)
  if (ties === 'free' || !told.ties) return mostAdding(fitting, told, docs)
  const tied = fitting.filter((one) => isTied(one, told.ties as Uint8Array))
  return mostAdding(tied.length === 0 && ties === 'wanted' ? fitting : tied, told, docs)
}

/**
 * Whether a sentence has to do with the headline or with those taken: it goes on from one of them or from what
 * says the same, or says a term of the headline or two of theirs.
 */
function isTied({ next, introduced, follows }: Open, ties: Uint8Array): boolean {
  if (introduced || follows) return true
  let sum = 0
  for (const term of next.sparse.terms) sum += ties[term] as number
  return sum >= TIED
}

function mostAdding(open: readonly Open[], told: Told, docs: Selecting['docs']): Rated | undefined {
  let best: Rated | undefined
  let most = -Infinity
  for (const one of open) {
    const { next, nearest } = one
    const value = next.salience - REDUNDANCY * nearest - told.cost * toldShare(next, told.terms)
    // Form only takes away, and is dear to look at: most sentences have lost before.
    if (value <= most) continue
    const left = value - formCost(one, told, docs)
    if (left > most) [best, most] = [next, left]
  }
  return best
}

function formCost(open: Open, told: Told, docs: Selecting['docs']): number {
  const { form } = open.next
  if (form === 0) return 0
  open.costs ??= costsOf(open.next, docs)
  const { flaws, dangling, surname } = open.costs
  const unknown = surname !== null && !told.text.includes(surname) ? SURNAME_COST : 0
  return form * (flaws + unknown + (open.introduced ? 0 : dangling))
}

function costsOf({ text, doc, start, comments, isView }: Rated, docs: Selecting['docs']): Costs {
  return {
    flaws: flawsOf(text) + (comments ? COMMENT_COST : 0) + (isView ? VIEW_COST : 0),
    dangling: danglingCost(text),
    surname: surnameOf(text, docs[doc]?.text.slice(0, start) ?? ''),
  }
}

/** The share of a sentence's terms that have been told, 0–1. */
function toldShare({ sparse: { terms } }: Rated, told: Uint8Array): number {
  let known = 0
  for (const term of terms) known += told[term] as number
  return terms.length === 0 ? 0 : known / terms.length
}

/** Whether one of the two tells what the other one does. */
export const saysSame = (a: Rated, b: Rated) => likenessOf(a.sparse, b.sparse).same
