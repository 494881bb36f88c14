import { parseDate } from '../../article/date.ts'
import { type Scorable, scoreArticle } from '../../story/score.ts'
import { asString, type Context, eachRecord, type Fields, isFields } from './context.ts'

/** `dose filter score`: an article a line, or a feed with its items, as the other filters print. */
export async function filterScores(context: Context): Promise<void> {
  await eachRecord(context, async ({ place, fields }) => {
    const articles = Array.isArray(fields.items) ? fields.items.filter(isFields) : [fields]
    for (const article of articles) {
      if (asString(article.title) === null && asString(article.text) === null) {
        context.fail(place, 'neither title nor text')
      } else if (!(await context.sink.write(scoreRow(article)))) return false
    }
    return true
  })
}

function scoreRow(article: Fields) {
  const { total, parts } = scoreArticle(toScorable(article))
  return {
    id: article.id ?? asString(article.url),
    quality: total,
    parts: Object.fromEntries(parts.map(({ name, value }) => [name, value])),
  }
}

/** Values of the wrong kind count as absent. */
function toScorable(article: Fields): Scorable {
  const { images, image, authority } = article
  return {
    title: asString(article.title),
    text: asString(article.text),
    excerpt: asString(article.excerpt),
    excerptOnly: article.excerptOnly === true,
    author: asString(article.author),
    publishedAt: parseDate(asString(article.publishedAt)),
    images: Array.isArray(images) ? images : null,
    image: asString(image),
    duplicateOf: asString(article.duplicateOf),
    authority: typeof authority === 'number' ? authority : null,
  }
}
