/** What says which story a telling is of. */
type Told = { readonly storyId: string; readonly articles: readonly { readonly id: string }[] }

/**
 * Finds the tellings of a story, in their order: those of its name, and those of an article that is
 * now in it. Looked up, not searched: a month of tellings against all candidates of an edition
 * would hold up the main thread for a second.
 */
export function indexTellings<T extends Told>(told: readonly T[]) {
  const byStory = new Map<string, number[]>()
  const byArticle = new Map<string, number[]>()
  for (const [place, { storyId, articles }] of told.entries()) {
    note(byStory, storyId, place)
    for (const { id } of articles) note(byArticle, id, place)
  }
  return (story: string, articles: readonly string[]): T[] => {
    const places = articles.flatMap((id) => byArticle.get(id) ?? [])
    const all = new Set([...(byStory.get(story) ?? []), ...places])
    return [...all].sort((a, b) => a - b).flatMap((place) => told[place] ?? [])
  }
}

function note(index: Map<string, number[]>, key: string, place: number): void {
  const places = index.get(key)
  if (places) places.push(place)
  else index.set(key, [place])
}
