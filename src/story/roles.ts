import type { Article, Member, Role } from '../model.ts'

/**
 * Tells own reporting from copies. The head is the earliest article with words of its own; where
 * all are copies of articles outside the story, the earliest copy. Members come back by time.
 */
export function assignRoles(articles: readonly Article[]): Member[] {
  const ordered = [...articles].sort(byTime)
  const head = ordered.find((article) => article.duplicateOf === null) ?? ordered[0]
  return ordered.map((article) => ({ article, role: roleOf(article, head) }))
}

function roleOf(article: Article, head: Article | undefined): Role {
  if (article === head) return 'head'
  return article.duplicateOf === null ? 'own' : 'copy'
}

/** By time of publication, then by place in the log, then by id: no two orders for the same set. */
function byTime(a: Article, b: Article): number {
  return (
    compare(a.publishedAt, b.publishedAt) ||
    (a.seq ?? Infinity) - (b.seq ?? Infinity) ||
    compare(a.id, b.id)
  )
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
