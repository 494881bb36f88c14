/** Articles that a story is told from where it has more: those that began it, and the latest. */
export const ENDS = { first: 10, latest: 30 } as const

/**
 * The articles that a story of any size is told from, in the order of the log as given: more of the same says
 * nothing new, but what came last must be among them, or a great story would never go on.
 *
 * @param chosen articles that stay wherever they stand: those whose title an editor chose
 */
export function endsOf(articles: readonly string[], chosen: readonly string[]): readonly string[] {
  const latestFrom = articles.length - ENDS.latest
  return articles.filter((id, i) => i < ENDS.first || i >= latestFrom || chosen.includes(id))
}
