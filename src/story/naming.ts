/** A group after repair: the stories its articles were in before, one entry per article. */
export type Regrouped = {
  /** Ids of its articles in order of arrival. */
  readonly ids: readonly string[]
  /** The story each of them was in. */
  readonly stories: readonly string[]
  /** The story of its part that may not be moved. */
  readonly fixed: string | null
}

/**
 * Gives each group a story's id, so that readers' links and followed stories hold: the story most
 * of whose articles it has; of several groups the one with the most; of equals the older story,
 * then the earlier group. Who gets none is named after its first article.
 *
 * @param born the arrival at which each story began.
 * @param isTaken whether a story outside of the groups has this id.
 */
export function nameGroups(
  groups: readonly Regrouped[],
  born: (story: string) => number,
  isTaken: (id: string) => boolean,
): string[] {
  const names: (string | null)[] = groups.map(({ fixed }) => fixed)
  const used = new Set(names.filter((name) => name !== null))
  for (const { group, story } of claims(groups, born)) {
    if (names[group] !== null || used.has(story)) continue
    names[group] = story
    used.add(story)
  }
  return groups.map(({ ids }, group) => {
    const name = names[group] ?? newName(ids, (id) => used.has(id) || isTaken(id))
    used.add(name)
    return name
  })
}

type Claim = { readonly group: number; readonly story: string; readonly shared: number }

function claims(groups: readonly Regrouped[], born: (story: string) => number): Claim[] {
  const all = groups.flatMap(({ stories }, group) => {
    const counts = Map.groupBy(stories, (story) => story)
    return [...counts].map(([story, shared]) => ({ group, story, shared: shared.length }))
  })
  return all.sort(
    (a, b) => b.shared - a.shared || born(a.story) - born(b.story) || a.group - b.group,
  )
}

/** The first article's id; where another story bears it, the next one's, then a numbered one. */
function newName(ids: readonly string[], isUsed: (id: string) => boolean): string {
  const free = ids.find((id) => !isUsed(id))
  if (free !== undefined) return free
  let copy = 2
  while (isUsed(`${ids[0]}~${copy}`)) copy++
  return `${ids[0]}~${copy}`
}
