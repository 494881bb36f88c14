import type { Card } from '../model.ts'

/** What became of one story from one edition to another. */
export type Change = {
  readonly storyId: string
  readonly headline: string
  /** Places in print, from 1; `null` where it is not printed. */
  readonly from: number | null
  readonly to: number | null
  /** In both, with other words. */
  readonly retold: boolean
  /** The headline it had, where that is another one. */
  readonly was: string | null
}

/**
 * What changed from one printed order to another: what came, went, moved, or is told otherwise;
 * those that stay as they are are left out. A story that was put together anew is known by an
 * article in common.
 */
export function compareCards(before: readonly Card[], after: readonly Card[]): Change[] {
  const left = new Map(before.map((card, i) => [card, i + 1]))
  const pairs = pairCards(before, after)
  const changes: Change[] = []
  for (const [i, card] of after.entries()) {
    const earlier = pairs[i]
    const from = earlier ? (left.get(earlier) ?? null) : null
    if (earlier) left.delete(earlier)
    const retold = earlier !== undefined && wordsOf(earlier) !== wordsOf(card)
    if (from === i + 1 && !retold) continue
    const was = earlier && earlier.headline !== card.headline ? earlier.headline : null
    changes.push({ ...named(card), from, to: i + 1, retold, was })
  }
  for (const [card, from] of left)
    changes.push({ ...named(card), from, to: null, retold: false, was: null })
  return changes
}

/** For each later card the earlier one of the same story. */
export function pairCards(
  before: readonly Card[],
  after: readonly Card[],
): readonly (Card | undefined)[] {
  const open = new Set(before)
  return after.map((card) => {
    const earlier = findSame(card, [...open], after)
    if (earlier) open.delete(earlier)
    return earlier
  })
}

const named = ({ storyId, headline }: Card) => ({ storyId, headline })

/** By name; else by an article, unless that one's story is among the others by name. */
function findSame(card: Card, open: readonly Card[], after: readonly Card[]): Card | undefined {
  const byName = open.find(({ storyId }) => storyId === card.storyId)
  if (byName) return byName
  const cited = new Set(card.citations.map(({ articleId }) => articleId))
  return open.find(
    ({ storyId, citations }) =>
      !after.some((one) => one.storyId === storyId) &&
      citations.some(({ articleId }) => cited.has(articleId)),
  )
}

const wordsOf = ({ headline, sentences }: Card): string =>
  [headline, ...sentences.map(({ text }) => text)].join('\n')

/** `came`, `went`, `moved` or `retold`, for people and for lists. */
export function kindOf({ from, to }: Change): 'came' | 'went' | 'moved' | 'retold' {
  if (from === null) return 'came'
  if (to === null) return 'went'
  return from === to ? 'retold' : 'moved'
}
