import type { ArticleExport } from '../article/write.ts'
import type { Article, Instant, Member, Related } from '../model.ts'
import { storyHeat } from '../story/heat.ts'
import { assignRoles } from '../story/roles.ts'

/** Articles of the story that are named as related. */
const MOST_RELATED = 50

/**
 * An article as it is handed to others: our values, and beside them those its source gave. As in
 * such files elsewhere, the article that leads a story carries its heat and names the others.
 *
 * @param story articles of its story, itself among them.
 * @param now when the heat is taken.
 */
export function exportArticle(
  article: Article,
  story: readonly Article[],
  now: Instant,
): ArticleExport {
  const members = assignRoles(story)
  const leads = members.find(({ role }) => role === 'head')?.article.id === article.id
  const { id, title, author, excerpt, publishedAt, url, language, provider, topics, images } =
    article
  return {
    id,
    title,
    author,
    excerpt,
    publishedAt,
    url,
    language,
    provider,
    topics,
    images: article.rights?.images === false ? [] : images,
    quality: article.quality,
    heat: leads ? storyHeat(members, now).total : -1,
    related: leads ? relatedOf(article, members) : [],
    given: { quality: article.given.quality, heat: article.given.heat },
    published: true,
  }
}

function relatedOf({ id }: Article, members: readonly Member[]): Related[] {
  return members
    .map(({ article }) => article)
    .filter((one) => one.id !== id)
    .slice(0, MOST_RELATED)
    .map(({ title, url, publishedAt, provider, quality }) => {
      return { title, url, publishedAt, provider, quality }
    })
}
