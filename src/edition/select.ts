import type { Card, Choices, Edition, Issue } from '../model.ts'
import { foldTopic, leanCards } from './lean.ts'
import { isPlaced } from './places.ts'
import { isPrintable } from './spread.ts'
import { cutAtGap, isStrong } from './tiers.ts'

/** How far down the top story may be looked for when the first card lacks picture or words. */
const TOP_REACH = 3

/** Cards beside the top that must be read: by the scores, else a quarter of the rest. */
const HIGHLIGHTS = { share: 0.25, min: 2, usual: { min: 3, max: 5 }, max: 6 }

/** Cards told in full, of those after the highlights; the rest are quick hits. */
const FULL = { least: 0.4, usual: 0.6, most: 0.8 }
/** Quick hits in a usual issue. */
const MAX_QUICK = 10
/** Cards told in full below the highlights; more would carry a mail over 100 KB. */
const MAX_SECTION_CARDS = 16

/**
 * What one reader gets of the pool: a top story, highlights, sections by topic in the order of
 * their best card, quick hits. The parts end where the scores fall, within bounds. Every card
 * stands in one place; a card without a sentence, or far weaker than the top, is a quick hit, or
 * the top when there is nothing else. Noise is printed nowhere, so that an issue may be short.
 *
 * @param size stories in a full issue; fewer come back when fewer match.
 * @returns `null` when nothing matches.
 */
export function selectIssue(pool: readonly Card[], choices: Choices, size: number): Issue | null {
  const wanted = new Set(choices.topics.map(foldTopic))
  const ordered = leanCards(
    pool.filter((card) => isWanted(card, wanted) && isPrintable(card)),
    choices,
  ).slice(0, size)
  const cards = ordered.map(({ card }) => card)
  const values = new Map(ordered.map(({ card, value }) => [card, value]))
  const standingOf = (card: Card) => values.get(card) ?? card.score
  const top = pickTop(cards)
  if (top === undefined) return null
  const rest = cards.filter((card) => card !== top)
  const told = rest.filter((card) => {
    return card.sentences.length > 0 && isStrong(standingOf(card), standingOf(top))
  })
  const highlights = told.slice(0, countHighlights(told.map(standingOf), rest.length))
  const left = told.slice(highlights.length)
  const full = left.slice(0, countFull(left.map(standingOf), rest.length - highlights.length))
  const placed = new Set([top, ...highlights, ...full])
  return {
    top,
    highlights,
    sections: groupByTopic(full),
    quick: cards.filter((card) => !placed.has(card)),
    count: cards.length,
  }
}

function countHighlights(told: readonly number[], rest: number): number {
  const { share, min, usual, max } = HIGHLIGHTS
  return cutAtGap(told, { min, usual: clamp(rest * share, usual), max })
}

/**
 * @param told values of the cards after the highlights that can be told in full
 * @param left how many cards come after the highlights
 */
function countFull(told: readonly number[], left: number): number {
  const bound = (count: number) => Math.min(MAX_SECTION_CARDS, count)
  const usual = bound(left - Math.min(MAX_QUICK, Math.ceil(left * (1 - FULL.usual))))
  const min = bound(Math.floor(left * FULL.least))
  const max = Math.max(usual, bound(Math.floor(left * FULL.most)))
  return cutAtGap(told, { min, usual, max })
}

/** All cards of an issue in printing order. */
export function cardsOf({ top, highlights, sections, quick }: Issue): readonly Card[] {
  return [top, ...highlights, ...sections.flatMap(({ cards }) => cards), ...quick]
}

/** The cards of an edition as a reader without choices has them, in printing order. */
export function printedCards({ pool, size }: Pick<Edition, 'pool' | 'size'>): readonly Card[] {
  const issue = selectIssue(pool, { topics: [] }, size)
  return issue ? cardsOf(issue) : []
}

/**
 * The card an issue opens with: the one an editor put first; else of the first three one with words
 * and a picture, else words.
 */
function pickTop(cards: readonly Card[]): Card | undefined {
  const [first] = cards
  if (first && isPlaced(first)) return first
  const told = cards.filter((card) => card.sentences.length > 0)
  return told.slice(0, TOP_REACH).find((card) => card.image !== null) ?? told[0] ?? cards[0]
}

function isWanted({ topic, topics }: Card, wanted: ReadonlySet<string>): boolean {
  return wanted.size === 0 || [topic, ...topics].some((one) => wanted.has(foldTopic(one)))
}

function groupByTopic(cards: readonly Card[]): Issue['sections'] {
  return [...Map.groupBy(cards, (card) => card.topic)].map(([topic, of]) => ({ topic, cards: of }))
}

const clamp = (value: number, { min, max }: { readonly min: number; readonly max: number }) =>
  Math.min(max, Math.max(min, Math.round(value)))
