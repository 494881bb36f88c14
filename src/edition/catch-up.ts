import type { Card, CardSentence, Citation } from '../model.ts'
import { standings } from './lean.ts'

/**
 * One pool of several: what a reader missed, with the newest. Every story stands there once, as it
 * was told last; where that was only what was new, the telling it goes on from comes along, unless
 * it lies before the first of these pools. Cards stand by the points they had; of equals the newer
 * first.
 *
 * @param pools the oldest first
 */
export function mergePools(pools: readonly (readonly Card[])[]): readonly Card[] {
  const [only] = pools
  if (only && pools.length === 1) return only
  const cards = new Map<string, { readonly card: Card; readonly value: number }>()
  for (const pool of pools)
    for (const { card, value } of standings(pool)) {
      const earlier = cards.get(card.storyId)
      cards.delete(card.storyId) // so that it stands among the newer ones
      cards.set(card.storyId, {
        card: earlier ? joinTellings(earlier.card, card) : card,
        value: Math.max(value, earlier?.value ?? value),
      })
    }
  return [...cards.values()]
    .reverse()
    .toSorted((a, b) => b.value - a.value)
    .map(({ card }, i) => ({ ...card, rank: i + 1 }))
}

/** A story told in one edition, and in a later one: all of it as of the later. */
function joinTellings(earlier: Card, later: Card): Card {
  if (!later.followUp) return later
  const { followUp: _, ...whole } = later
  const known = new Set(later.sentences.map(({ text }) => text))
  const [opening, ...rest] = earlier.sentences.filter(({ text }) => !known.has(text))
  const sentences = [...(opening ? [opening] : []), ...later.sentences, ...rest]
  const citations = joinCitations(later.citations, earlier.citations)
  return {
    ...whole,
    sentences: sentences.map((sentence) =>
      citeAnew(sentence, later.sentences.includes(sentence) ? later : earlier, citations),
    ),
    citations,
    image: later.image ?? earlier.image,
    followUp: earlier.followUp ?? null,
  }
}

function joinCitations(first: readonly Citation[], more: readonly Citation[]): Citation[] {
  const ids = new Set(first.map(({ articleId }) => articleId))
  const added = more.filter(({ articleId }) => !ids.has(articleId))
  return [...first, ...added].map((citation, i) => ({ ...citation, n: i + 1 }))
}

/** A sentence with the numbers its sources have in another list. */
function citeAnew(
  sentence: CardSentence,
  { citations }: Card,
  now: readonly Citation[],
): CardSentence {
  const place = (n: number) => {
    const id = citations.find((citation) => citation.n === n)?.articleId
    return now.find(({ articleId }) => articleId === id)?.n
  }
  return {
    ...sentence,
    cites: place(sentence.cites) ?? 0,
    alsoCites: sentence.alsoCites.flatMap((n) => place(n) ?? []),
  }
}
