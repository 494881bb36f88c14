import { faultOfRule, filterReason } from '../../article/filter-rules.ts'
import { DoseError } from '../../errors.ts'
import { readFilters } from '../../io/filters.ts'
import { asString, type Context, eachRecord, type Fields, isFields } from './context.ts'

/** `dose filter rules`: an article a line, or a feed with its items; tells which rule keeps it out. */
export async function filterByRules(context: Context): Promise<void> {
  const rules = await readFilters(context.options.rules ?? undefined)
  for (const { rule } of rules) {
    const fault = faultOfRule(rule)
    if (fault !== null) throw new DoseError('CONFIG_INVALID', `filters: ${fault}.`)
  }
  await eachRecord(context, async ({ fields }) => {
    const articles = Array.isArray(fields.items) ? fields.items.filter(isFields) : [fields]
    for (const article of articles) {
      const [id, title] = [article.id ?? asString(article.url), asString(article.title)]
      const row = { id, title, filtered: filterReason(toFilterable(article), rules) }
      if (!(await context.sink.write(row))) return false
    }
    return true
  })
}

/** Values of the wrong kind count as absent. */
function toFilterable(article: Fields) {
  const topics = [article.topics, article.categories].flat()
  return {
    title: asString(article.title) ?? '',
    url: asString(article.url) ?? '',
    author: asString(article.author),
    topics: topics.flatMap((topic) => asString(topic) ?? []),
    excerpt: asString(article.excerpt) ?? '',
    text: asString(article.text) ?? '',
  }
}
