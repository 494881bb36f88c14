import type { Part, Story } from '../model.ts'

/** A story with its score and parts: all that an explanation needs. */
export type Ranked = {
  readonly story: Pick<Story, 'id' | 'headline'>
  readonly score: number
  readonly parts: readonly Part[]
}

/** Why a story stands where it stands: plain data for a page, a command or a line of text. */
export type Explanation = {
  readonly storyId: string
  /** From 1. */
  readonly place: number
  readonly of: number
  readonly score: number
  readonly parts: readonly Part[]
  /** The neighbour nearest in score; `gap` is positive where this story is ahead of it. */
  readonly rival: {
    readonly storyId: string
    readonly headline: string
    readonly place: number
    readonly gap: number
    /** Where the two differ, the greatest difference first: this story's value less the rival's. */
    readonly differences: readonly Part[]
  } | null
  /** Points it lacks to be among the first `places`; `null` where it is among them already. */
  readonly short: { readonly places: number; readonly by: number } | null
  /** The place it would take if one part counted for nothing, for every part that moves it. */
  readonly without: readonly { readonly name: string; readonly place: number }[]
}

/**
 * Explains the place of story `id` in a ranking as `rankStories` gives it.
 *
 * @param places how many places count as the top, for the counterfactual.
 * @returns `null` where the ranking does not hold the story.
 */
export function explainRank(
  ranked: readonly Ranked[],
  id: string,
  { places = 5 }: { readonly places?: number } = {},
): Explanation | null {
  const index = ranked.findIndex((entry) => entry.story.id === id)
  const entry = ranked[index]
  if (!entry) return null
  return {
    storyId: id,
    place: index + 1,
    of: ranked.length,
    score: entry.score,
    parts: entry.parts,
    rival: rivalOf(ranked, index, entry),
    short: shortOf(ranked, index, entry, places),
    without: entry.parts
      .map((part) => ({ name: part.name, place: placeAt(ranked, entry, entry.score - part.value) }))
      .filter((change) => change.place !== index + 1),
  }
}

function rivalOf(ranked: readonly Ranked[], index: number, entry: Ranked) {
  const near = [index - 1, index + 1].flatMap((at) => {
    const rival = ranked[at]
    return rival ? [{ rival, place: at + 1, gap: cents(entry.score - rival.score) }] : []
  })
  const closest = near.sort((a, b) => Math.abs(a.gap) - Math.abs(b.gap))[0]
  if (!closest) return null
  const { rival, place, gap } = closest
  const { id, headline } = rival.story
  return { storyId: id, headline, place, gap, differences: differences(entry, rival) }
}

function differences(entry: Ranked, rival: Ranked): Part[] {
  const names = new Set([...entry.parts, ...rival.parts].map((part) => part.name))
  return [...names]
    .map((name) => ({ name, value: cents(shareOf(entry, name) - shareOf(rival, name)) }))
    .filter((part) => part.value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
}

function shortOf(ranked: readonly Ranked[], index: number, entry: Ranked, places: number) {
  const last = ranked[places - 1]
  return index < places || !last ? null : { places, by: cents(last.score - entry.score) }
}

/** The place, from 1, that the story would take with another score; ties by id as in the ranking. */
function placeAt(ranked: readonly Ranked[], entry: Ranked, score: number): number {
  const target = cents(score)
  const ahead = ranked.filter(
    ({ story, score }) =>
      story !== entry.story && (score > target || (score === target && story.id < entry.story.id)),
  )
  return ahead.length + 1
}

const shareOf = (entry: Ranked, name: string) =>
  entry.parts.find((part) => part.name === name)?.value ?? 0

const cents = (value: number) => Math.round(value * 100) / 100 || 0
