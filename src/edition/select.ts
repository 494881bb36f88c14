import type { Card, Choices, Issue, RankedStory } from '../model.ts'

/** Weight of a story's own score against its likeness to what is already taken, 0–1. */
const LAMBDA = 0.85

/** Likeness of two stories of one main topic, and of two led by one provider. */
const SAME_TOPIC = 0.4
const SAME_LEAD = 0.3

/** Among the stories taken last, so many of one topic or one lead cost nothing. */
const WINDOW_STORIES = 10
const TOPIC_CAP = 3
const LEAD_CAP = 2
/** From so many providers on, a story is nobody's own. */
const SHARED_PROVIDERS = 3

/** What each story above a cap costs, in shares of the best score. */
const OVER_CAP = 0.1

type Candidate = {
  readonly ranked: RankedStory
  readonly relevance: number
  readonly topic: string
  readonly lead: string
  readonly words: ReadonlySet<string>
  nearest: number
}

/**
 * Picks the stories of an edition: the best first, then the best that is also *different*.
 *
 * Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998, pp. 335–336): each step takes
 * the story with the highest `λ · score − (1 − λ) · nearest`, where `nearest` is its greatest
 * likeness to a story already taken. Soft caps keep one topic or provider from filling a screen;
 * when nothing else is left, it may. O(limit · n).
 *
 * @returns at most `limit` stories in printing order; equal values keep the input's order.
 */
export function selectPool(ranked: readonly RankedStory[], limit = 200): RankedStory[] {
  const best = Math.max(...ranked.map(({ score }) => score), Number.MIN_VALUE)
  const open = ranked.map((story) => candidate(story, best))
  const taken: Candidate[] = []
  while (taken.length < limit && open.length > 0) {
    const recent = taken.slice(-WINDOW_STORIES)
    const values = open.map((story) => marginalValue(story, recent))
    const next = open.splice(values.indexOf(Math.max(...values)), 1)[0]
    if (next === undefined) break
    taken.push(next)
    for (const story of open) story.nearest = Math.max(story.nearest, likeness(story, next))
  }
  return taken.map((story) => story.ranked)
}

function candidate(ranked: RankedStory, best: number): Candidate {
  const { members, topics, headline } = ranked.story
  const providers = new Set(members.map(({ article }) => article.provider.domain))
  const head = members.find(({ role }) => role === 'head') ?? members[0]
  return {
    ranked,
    relevance: ranked.score / best,
    topic: topics[0] ?? '',
    lead: providers.size < SHARED_PROVIDERS ? (head?.article.provider.domain ?? '') : '',
    words: new Set(headline.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []),
    nearest: 0,
  }
}

function marginalValue(story: Candidate, recent: readonly Candidate[]): number {
  const topics = recent.filter(({ topic }) => topic !== '' && topic === story.topic).length
  const leads = recent.filter(({ lead }) => lead !== '' && lead === story.lead).length
  const over = Math.max(0, topics - TOPIC_CAP + 1) + Math.max(0, leads - LEAD_CAP + 1)
  return LAMBDA * story.relevance - (1 - LAMBDA) * story.nearest - OVER_CAP * over
}

/** 0 (unrelated) to 1 (the same headline): shared headline words, topic or lead provider. */
function likeness(a: Candidate, b: Candidate): number {
  const shared = [...a.words].filter((word) => b.words.has(word)).length
  const all = a.words.size + b.words.size - shared
  return Math.max(
    all === 0 ? 0 : shared / all,
    a.topic !== '' && a.topic === b.topic ? SAME_TOPIC : 0,
    a.lead !== '' && a.lead === b.lead ? SAME_LEAD : 0,
  )
}

/** How far down the top story may be looked for when the first card lacks picture or words. */
const TOP_REACH = 3

const HIGHLIGHTS = { share: 0.25, min: 3, max: 5 }
const QUICK = { share: 0.4, max: 10 }

/** Cards told in full below the highlights; more would carry a mail over 100 KB. */
const MAX_SECTION_CARDS = 16

/**
 * What one reader gets of the pool: a top story, three to five highlights, sections by topic in
 * the order of their best card, quick hits. Every card stands in one place; a card without a
 * sentence can only be a quick hit, or the top when there is nothing else.
 *
 * @param size stories in a full issue; fewer come back when fewer match.
 * @returns `null` when nothing matches.
 */
export function selectIssue(pool: readonly Card[], choices: Choices, size: number): Issue | null {
  const wanted = new Set(choices.topics.map(foldTopic))
  const cards = pool.filter((card) => isWanted(card, wanted)).slice(0, size)
  const top = pickTop(cards)
  if (top === undefined) return null
  const rest = cards.filter((card) => card !== top)
  const told = rest.filter((card) => card.sentences.length > 0)
  const highlights = told.slice(0, clamp(rest.length * HIGHLIGHTS.share, HIGHLIGHTS))
  const left = rest.length - highlights.length
  const inSections = Math.min(
    MAX_SECTION_CARDS,
    left - Math.min(QUICK.max, Math.ceil(left * QUICK.share)),
  )
  const full = told.slice(highlights.length, highlights.length + inSections)
  const placed = new Set([top, ...highlights, ...full])
  return {
    top,
    highlights,
    sections: groupByTopic(full),
    quick: cards.filter((card) => !placed.has(card)),
    count: cards.length,
  }
}

/** All cards of an issue in printing order. */
export function cardsOf({ top, highlights, sections, quick }: Issue): readonly Card[] {
  return [top, ...highlights, ...sections.flatMap(({ cards }) => cards), ...quick]
}

/** The card an issue opens with: of the first three, one with words and a picture, else words. */
function pickTop(cards: readonly Card[]): Card | undefined {
  const told = cards.filter((card) => card.sentences.length > 0)
  return told.slice(0, TOP_REACH).find((card) => card.image !== null) ?? told[0] ?? cards[0]
}

function isWanted({ topic, topics }: Card, wanted: ReadonlySet<string>): boolean {
  return wanted.size === 0 || [topic, ...topics].some((one) => wanted.has(foldTopic(one)))
}

const foldTopic = (topic: string) => topic.trim().toLowerCase()

function groupByTopic(cards: readonly Card[]): Issue['sections'] {
  return [...Map.groupBy(cards, (card) => card.topic)].map(([topic, of]) => ({ topic, cards: of }))
}

const clamp = (value: number, { min, max }: { readonly min: number; readonly max: number }) =>
  Math.min(max, Math.max(min, Math.round(value)))
