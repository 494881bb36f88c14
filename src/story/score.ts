import type { Score } from '../model.ts'
import { splitWords } from '../text/words.ts'
import { argues, isOpinion, OPINION } from './opinion.ts'
import { boundedSumOf } from './parts.ts'
import { BAIT, JUNK, RELEASE, type Tell } from './phrases.ts'

/** What is known of an article when it is scored; a title or a text is enough. */
export type Scorable = {
  readonly title?: string | null
  readonly url?: string | null
  readonly text?: string | null
  readonly excerpt?: string | null
  readonly excerptOnly?: boolean
  readonly author?: string | null
  readonly publishedAt?: string | null
  /** `publishedAt` is only the time of first sight. */
  readonly undated?: boolean
  readonly images?: readonly unknown[] | null
  readonly image?: unknown
  readonly duplicateOf?: string | null
  /** The operator's trust in the source, 0–100. */
  readonly authority?: number | null
}

/** Points at most for each part; together 100. */
const POINTS = {
  length: 35,
  structure: 10,
  title: 10,
  byline: 10,
  authority: 20,
  image: 5,
  originality: 10,
}

/** From this length on, more words earn nothing; the way there is a square root. */
const FULL_LENGTH_WORDS = 700
/** Where the operator said nothing. */
const NEUTRAL_AUTHORITY = 60
/** Words of the text that are looked at. */
const LOOKED_AT_WORDS = 2_000
/** Code units of the text in which sentences are counted and a wire's name is sought. */
const LOOKED_AT = 12_000
/** Code units at either end of the text in which junk shows; in between it is only mentioned. */
const EDGE = 300
/** Code units of a title that are looked at: in megabytes patterns run out of stack. */
const LONGEST_TITLE = 500
/** Shorter texts (code units) may be what stands before a wall. */
const STUB = 1_200
/** For a title in capitals. */
const CAPS_POINTS = 12
const MOST_BAIT = 20
const MOST_JUNK = 40
/** A view is read for itself; in a digest of news a report comes first. */
const OPINION_POINTS = 12

/**
 * Scores one article, 0–100, by what can be seen on it: never by when it is read or by others.
 * The parts add up to the total exactly; `floor` appears where the deductions exceed the rest.
 */
export function scoreArticle(input: Scorable): Score {
  const title = (input.title ?? '').trim().slice(0, LONGEST_TITLE)
  const text = (input.text || input.excerpt || '').trim()
  const words = splitWords(text.slice(0, LOOKED_AT_WORDS * 8))
    .slice(0, LOOKED_AT_WORDS)
    .map((word) => word.norm)
  const authority = input.authority ?? NEUTRAL_AUTHORITY
  return boundedSumOf([
    ['length', lengthPoints(words.length), `${words.length} words`],
    ['structure', structurePoints(text, words.length)],
    ['title', titlePoints(title)],
    ['byline', bylinePoints(input)],
    ['authority', (POINTS.authority * clamp(authority, 0, 100)) / 100],
    ['image', input.image || input.images?.length ? POINTS.image : 0],
    ['originality', originalityPoints(input, text, words)],
    ['bait', ...deduction(title, BAIT, MOST_BAIT, capsPoints(title))],
    [OPINION, ...opinionPoints(title, input.url ?? '', text)],
    ['junk', ...junkPoints(title, text)],
  ])
}

function lengthPoints(words: number): number {
  return POINTS.length * Math.sqrt(Math.min(1, words / FULL_LENGTH_WORDS))
}

/** Half for three paragraphs, half for sentences of a readable length (8–40 words a full stop). */
function structurePoints(text: string, words: number): number {
  const paragraphs = text.split(/\n\s*\n/, 4).length
  const stops = text.slice(0, LOOKED_AT).match(/[.!?。！？](?=\s|$)/g)?.length ?? 0
  const perStop = stops === 0 ? 0 : words / stops
  const readable = perStop >= 8 && perStop <= 40 ? 1 : 0
  return (POINTS.structure / 2) * (Math.min(1, (paragraphs - 1) / 2) + readable)
}

/** Full for 5–16 words, falling to nothing at none and at 32. */
function titlePoints(title: string): number {
  const words = splitWords(title).length
  if (words < 5) return (POINTS.title * words) / 5
  return POINTS.title * clamp(1 - (words - 16) / 16, 0, 1)
}

function bylinePoints({ author, publishedAt, undated }: Scorable): number {
  const dated = publishedAt && undated !== true ? 1 : 0
  return (POINTS.byline / 2) * (dated + (author?.trim() ? 1 : 0))
}

/**
 * None for a copy or a press release; else by the distinct share of three-word runs, full from 0.8
 * on (running prose has 0.95 and more, a page of repeated lines 0.2 and less).
 */
function originalityPoints(input: Scorable, text: string, words: readonly string[]): number {
  if (input.duplicateOf || words.length === 0) return 0
  if (RELEASE.test(text.slice(0, LOOKED_AT))) return 0
  if (words.length < 3) return POINTS.originality / 2
  const runs = new Set(words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`))
  const distinct = runs.size / (words.length - 2)
  return POINTS.originality * clamp((distinct - 0.2) / 0.6, 0, 1) * (input.excerptOnly ? 0.5 : 1)
}

function opinionPoints(title: string, url: string, text: string) {
  if (isOpinion(title, url)) return [-OPINION_POINTS, 'so labelled'] as const
  return argues(title, text) ? ([-OPINION_POINTS, 'it argues'] as const) : ([0] as const)
}

/** Words of four capitals or more, where they make up half of the title: names do not. */
function capsPoints(title: string): number {
  const shouted = title.match(/(?<![\p{L}\p{N}])\p{Lu}{4,}(?![\p{L}\p{N}])/gu)?.length ?? 0
  return shouted >= 2 && 2 * shouted >= splitWords(title).length ? CAPS_POINTS : 0
}

/** What of the junk shows where it counts, and its names: the rules that flagged the article. */
function junkPoints(title: string, text: string) {
  const edges = `${title}\n${edgesOf(text)}`
  const isStub = text.length < STUB
  const found = JUNK.filter(({ where, pattern }) =>
    where === 'title'
      ? pattern.test(title)
      : where === 'edges' || isStub
        ? pattern.test(edges)
        : false,
  )
  return sumOf(found, MOST_JUNK, 0)
}

function deduction(text: string, tells: readonly Tell[], most: number, more: number) {
  return sumOf(
    tells.filter(({ pattern }) => pattern.test(text)),
    most,
    more,
  )
}

function sumOf(found: readonly Tell[], most: number, more: number) {
  const points = found.reduce((sum, tell) => sum + tell.points, more)
  const names = [...found.map((tell) => tell.name), ...(more > 0 ? ['capitals'] : [])]
  return [-Math.min(most, points), names.length > 0 ? names.join(', ') : undefined] as const
}

function edgesOf(text: string): string {
  return text.length <= 2 * EDGE ? text : `${text.slice(0, EDGE)}\n${text.slice(-EDGE)}`
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
