import { parseDate } from '../../article/date.ts'
import { domainOf } from '../../article/url.ts'
import { createClusterer, LEVELS } from '../../story/cluster.ts'
import { asString, type Context, type Fields, readRecords } from './context.ts'

type Id = string | number

/** `dose filter cluster`: the story of each article, printed when all have come. */
export async function filterClusters(context: Context): Promise<void> {
  const clusterer = createClusterer(LEVELS[context.options.level])
  const ids = new Map<string, Id>()
  const stories = new Map<string, string>()
  for await (const { place, fields } of readRecords(context)) {
    const id = idOf(fields)
    if (id === null) context.fail(place, 'no id')
    else if (ids.has(String(id))) context.fail(place, `id ${id} is repeated`)
    else {
      ids.set(String(id), id)
      stories.set(String(id), clusterer.add(toClusterable(String(id), fields)).story)
    }
  }
  for (const { id, to } of clusterer.repair(context.options.now)) stories.set(id, to)
  const firsts = new Map<string, Id>()
  for (const [key, story] of stories) {
    const id = ids.get(key) ?? key
    if (!firsts.has(story)) firsts.set(story, id)
    if (!(await context.sink.write({ id, story: firsts.get(story) }))) return
  }
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
