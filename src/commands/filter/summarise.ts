import { parseDate } from '../../article/date.ts'
import { type SummaryDoc, summarise } from '../../story/summarise.ts'
import { asString, type Context, type Fields, isFields, readRecords } from './context.ts'

/** `dose filter summarise`: the sentences that tell what a set of documents tells. */
export async function filterSummaries(context: Context): Promise<void> {
  const { sentences, words } = context.options
  const options = {
    ...(sentences === null ? {} : { sentences }),
    ...(words === null ? {} : { words }),
  }
  for await (const { place, fields } of readRecords(context)) {
    const { id = null, docs } = fields
    if (!Array.isArray(docs) || !docs.every(isFields))
      context.fail(place, 'docs is no list of documents')
    else {
      const extracts = summarise(docs.map(toDoc), options)
      const rows = extracts.map(({ text, doc, start, end, support }) => ({
        text,
        doc,
        start,
        end,
        support,
      }))
      if (!(await context.sink.write({ id, sentences: rows }))) return
    }
  }
}

/** The text as given: offsets refer to it. */
function toDoc(fields: Fields): SummaryDoc {
  const [title, source] = [asString(fields.title), asString(fields.source)]
  return {
    text: typeof fields.text === 'string' ? fields.text : '',
    ...(title === null ? {} : { title }),
    ...(source === null ? {} : { source }),
    publishedAt: parseDate(asString(fields.publishedAt)),
    language: asString(fields.language),
  }
}
