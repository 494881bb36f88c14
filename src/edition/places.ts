import { type Part, PRINT_PARTS, type RankedStory } from '../model.ts'

type Ranked = Pick<RankedStory, 'score' | 'parts'> & { readonly story: { readonly id: string } }

/** A story that an editor wants at a place, from 1. */
export type Place = { readonly storyId: string; readonly place: number }

/**
 * Puts stories where an editor wants them; the others keep their order around them. A placed story
 * counts as much as the best behind it: what follows from scores, such as where an issue's parts
 * end, follows from its place, and its parts still add up.
 *
 * @param ordered stories in printing order, without those that are placed
 * @param placed those that are
 */
export function placeStories<S extends Ranked>(
  ordered: readonly S[],
  placed: readonly S[],
  places: readonly Place[],
): S[] {
  const order = [...ordered]
  const fixed = places
    .flatMap(({ storyId, place }) => {
      const found = placed.find(({ story }) => story.id === storyId)
      return found ? [{ found, place }] : []
    })
    .toSorted((a, b) => a.place - b.place)
  for (const { found, place } of fixed) order.splice(place - 1, 0, found)
  return order.map((ranked, i) => {
    if (!placed.includes(ranked)) return ranked
    return standAt(ranked, i + 1, scoreBehind(order, i, placed))
  })
}

/** The greatest score behind a place; at the end the least before it. */
function scoreBehind<S extends Ranked>(order: readonly S[], i: number, placed: readonly S[]) {
  const free = (stories: readonly S[]) =>
    stories.filter((one) => !placed.includes(one)).map(({ score }) => score)
  const behind = free(order.slice(i + 1))
  if (behind.length > 0) return Math.max(...behind)
  return Math.min(order[i]?.score ?? 0, ...free(order.slice(0, i)))
}

function standAt<S extends Ranked>(ranked: S, place: number, score: number): S {
  const value = (Math.round(score * 100) - Math.round(ranked.score * 100)) / 100
  return { ...ranked, score, parts: [...ranked.parts, partOf(value, place)] }
}

const partOf = (value: number, place: number): Part => {
  return { name: PRINT_PARTS.placed, value, note: `put at place ${place}` }
}

/** Whether an editor put a card where it stands. */
export const isPlaced = ({ parts }: { readonly parts: readonly Part[] }): boolean =>
  parts.some(({ name }) => name === PRINT_PARTS.placed)
