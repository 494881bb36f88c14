/** Articles that a story is told from where it has more: those that began it, and the latest. */
export const FIRST_ARTICLES = 10
export const LATEST_ARTICLES = 30

/**
 * The articles that a story of any size is told from, in the order of the log as given: more of the same says
 * nothing new, but what came last must be among them, or a great story would never go on.
 */
export function endsOf<T>(articles: readonly T[]): readonly T[] {
  if (articles.length <= FIRST_ARTICLES + LATEST_ARTICLES) return articles
  return [...articles.slice(0, FIRST_ARTICLES), ...articles.slice(-LATEST_ARTICLES)]
}
