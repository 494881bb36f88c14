import type { Instant } from '../model.ts'
import { cosine } from '../text/similarity.ts'
import { countTerms, toVector, type Vector } from '../text/vectors.ts'
import { contentTerms, splitWords } from '../text/words.ts'
import { mannersOf } from './manners.ts'
import { BAIT } from './phrases.ts'

export type HeadlineCandidate = {
  readonly title: string
  /** The article's text; its beginning is compared with the titles. */
  readonly text?: string
  /** The publisher's name or domain, to be taken off the title's end. */
  readonly provider?: string
  /** Who wrote it; taken off the end as well. */
  readonly author?: string | null
  readonly publishedAt?: Instant
}

export type Headline = {
  /** Of the candidate whose title was taken; −1 where none has a title. */
  readonly index: number
  /** The title, without the publisher's name. */
  readonly title: string
}

/**
 * Weights set against editors' neutral headlines: ROUGE-1 44.8 on `allsides.dev`, where the shortest
 * title has 41.3, the first 39.4, and the best possible choice 51.8. See `bench/quality/headline.ts`.
 */
const NEAR_TITLES = 2
const NEAR_TEXTS = 1
const PER_WORD = -0.04
/** Words a headline may have before each one more costs. */
const BRIEF_WORDS = 6
/** Too short to tell what happened. */
const FEWEST_WORDS = 3
const TOO_SHORT = -0.5
/**
 * A label names a subject, a headline tells what happened: without any word that could be a verb
 * (`reopens`, `closed`, `rising`, `is`, `to`) a title is taken for a label. English only; elsewhere
 * all titles lose alike.
 */
const NO_VERB = -0.15
const VERB =
  /^(?:is|are|was|were|be|has|have|had|will|would|can|may|to|not|no|says?|said|won|wins|dies|dead)$|(?!vs$)[^s'’]s$|ed$|ing$|n['’]t$/
/** What a point of bait (`phrases.ts`) costs. */
const PER_BAIT_POINT = -0.02
/** For each day, one at most, that another article came later: what it tells may be over. */
const PER_DAY = -0.2
const DAY_MS = 86_400_000
/** Code units of a text that count as its beginning. */
const LEAD = 600
/** Candidates compared; more would not change the choice. */
const MOST_CANDIDATES = 60

/** Chooses the title that says what the others say, briefly and without bait. Ties go to the first. */
export function chooseHeadline(candidates: readonly HeadlineCandidate[]): Headline {
  const titles = candidates.map(({ title, provider, author }) => bareTitle(title, provider, author))
  const usable = titles
    .flatMap((title, index) => (title === '' ? [] : [index]))
    .slice(0, MOST_CANDIDATES)
  const vectors = usable.map((index) => vectorOf(titles[index] ?? ''))
  const ages = agesOf(usable.map((index) => candidates[index]?.publishedAt))
  const texts = usable.map((index) => vectorOf((candidates[index]?.text ?? '').slice(0, LEAD)))
  let best = { index: -1, title: '', score: -Infinity }
  usable.forEach((index, i) => {
    const title = titles[index] ?? ''
    const vector = vectors[i] as Vector
    const others = meanCosine(
      vector,
      vectors.filter((_, j) => j !== i),
    )
    const near = NEAR_TITLES * others + NEAR_TEXTS * meanCosine(vector, texts)
    const score = near + form(title) + PER_DAY * (ages[i] as number)
    if (score > best.score) best = { index, title, score }
  })
  return { index: best.index, title: best.title }
}

/** Days that each came before the last one, at most 1; 0 where nobody knows. */
function agesOf(times: readonly (Instant | undefined)[]): number[] {
  const known = times.map((time) => (time === undefined ? Number.NaN : Date.parse(time)))
  const last = Math.max(...known.filter(Number.isFinite))
  return known.map((time) => Math.min(1, (last - time) / DAY_MS) || 0)
}

/** What a title loses by its form alone. */
function form(title: string): number {
  const words = splitWords(title).length
  const bait = BAIT.reduce((sum, tell) => sum + (tell.pattern.test(title) ? tell.points : 0), 0)
  return (
    PER_WORD * Math.max(0, words - BRIEF_WORDS) +
    (words < FEWEST_WORDS ? TOO_SHORT : 0) +
    (isLabel(title) ? NO_VERB : 0) +
    mannersOf(title) +
    PER_BAIT_POINT * bait
  )
}

const isLabel = (title: string): boolean =>
  !title
    .toLowerCase()
    .split(/\s+/)
    .some((word) => VERB.test(word.replace(/[^\p{L}'’]+$/u, '')))

function meanCosine(vector: Vector, others: readonly Vector[]): number {
  if (others.length === 0) return 0
  return others.reduce((sum, other) => sum + cosine(vector, other), 0) / others.length
}

const vectorOf = (text: string) => toVector(countTerms(contentTerms(text)), () => 1)

/** A separator that stands free, and the short tail after it. */
const TAIL = /^(.{12,})\s[|:–—-]\s([^|:–—]{2,40})$/u

/** What a newsroom puts before a title to say how new it is or of what kind. */
const PREFIX =
  /^(?:breaking(?: news)?|exclusive|just in|developing|live(?: updates?)?|updated?|watch|video|photos|pictures|analysis)\s?(?::|\s[|–—-])\s+/i

/** The label of a player that ran into the title: `Listen· 5:29`. */
const PLAYER = /\s+(?:listen|watch|play)\s?[·:|-]?\s?\d{1,2}:\d\d$/i

/** Words that must be left of a title when its prefix or tail is taken off. */
const FEWEST_LEFT = 4

/**
 * The title without what a single publisher added to it: a prefix such as `BREAKING:`, and at the
 * end the publisher's or the author's name; after a bar also whatever looks like a name: three words
 * at most, each with a capital.
 */
export function bareTitle(title: string, provider?: string, author?: string | null): string {
  const line = title.replace(/\s+/g, ' ').trim().slice(0, 400)
  const clean = withoutPrefix(line.replace(PLAYER, ''))
  const [, head, tail] = TAIL.exec(clean) ?? []
  if (head === undefined || tail === undefined) return clean
  const named = [provider, author].some((name) => name && sameName(tail, name))
  const barred = clean.at(head.length + 1) === '|' && /^(?:\p{Lu}\S*\s?){1,3}$/u.test(tail)
  return named || (barred && splitWords(head).length >= FEWEST_LEFT) ? head.trim() : clean
}

function withoutPrefix(title: string): string {
  const rest = title.replace(PREFIX, '')
  return splitWords(rest).length >= FEWEST_LEFT ? rest : title
}

/** `The Daily Orbit` is `daily-orbit.example`, `Orbit News` is `Orbit`, `ONN` is `ONN Online`. */
function sameName(tail: string, provider: string): boolean {
  const plain = (name: string) =>
    name
      .toLowerCase()
      .replace(/^(?:www\.|the )/, '')
      .replace(/\.[a-z.]{2,12}$/, '')
      .replace(/[^\p{L}\p{N}]/gu, '')
  const [a, b] = [plain(tail), plain(provider)]
  if (provider.toLowerCase().startsWith(`${tail.trim().toLowerCase()} `)) return true
  if (a.length < 2 || b.length < 2) return false
  return a === b || (Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a)))
}
