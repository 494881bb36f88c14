import { parseDate } from '../../article/date.ts'
import { domainOf } from '../../article/url.ts'
import { clusterArticles } from '../../story/batch.ts'
import { type Clusterable, LEVELS } from '../../story/cluster.ts'
import { asString, type Context, type Fields, readRecords } from './context.ts'

type Id = string | number

/** `dose filter cluster`: the story of each article, printed when all have come. */
export async function filterClusters(context: Context): Promise<void> {
  const ids = new Map<string, Id>()
  const articles: Clusterable[] = []
  for await (const { place, fields } of readRecords(context)) {
    const id = idOf(fields)
    if (id === null) context.fail(place, 'no id')
    else if (ids.has(String(id))) context.fail(place, `id ${id} is repeated`)
    else {
      ids.set(String(id), id)
      articles.push(toClusterable(String(id), fields))
    }
  }
  const { level, now } = context.options
  for (const { id, story } of clusterArticles(articles, LEVELS[level], now))
    if (!(await context.sink.write({ id: ids.get(id), story: ids.get(story) }))) return
}

function idOf({ id }: Fields): Id | null {
  return typeof id === 'number' ? id : asString(id)
}

function toClusterable(id: string, fields: Fields) {
  const url = asString(fields.url)
  return {
    id,
    provider: asString(fields.source) ?? domainOf(url),
    publishedAt: parseDate(asString(fields.publishedAt)),
    title: asString(fields.title) ?? '',
    text: asString(fields.text) ?? '',
  }
}
