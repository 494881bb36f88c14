import { parseDate } from '../../article/date.ts'
import { type SummaryDoc, summarise } from '../../story/summarise.ts'
import { asString, type Context, eachRecord, type Fields, isFields } from './context.ts'

/** `dose filter summarise`: the sentences that tell what a set of documents tells. */
export async function filterSummaries(context: Context): Promise<void> {
  const { sentences, words } = context.options
  const options = {
    ...(sentences === null ? {} : { sentences }),
    ...(words === null ? {} : { words }),
  }
  await eachRecord(context, ({ fields }) => {
    const { id = null, docs } = fields
    if (!Array.isArray(docs) || !docs.every(isFields))
      throw new TypeError('docs is no list of documents')
    const extracts = summarise(docs.map(toDoc), options)
    const sentences = extracts.map(({ text, doc, start, end, support }) => ({
      text,
      doc,
      start,
      end,
      support,
    }))
    return context.sink.write({ id, sentences })
  })
}

/** The text as given: offsets refer to it. @throws {TypeError} for a text that is none. */
function toDoc(fields: Fields, index: number): SummaryDoc {
  const [title, source] = [asString(fields.title), asString(fields.source)]
  const { text = null } = fields
  if (text !== null && typeof text !== 'string')
    throw new TypeError(`docs[${index}].text is no text`)
  return {
    text: text ?? '',
    ...(title === null ? {} : { title }),
    ...(source === null ? {} : { source }),
    publishedAt: parseDate(asString(fields.publishedAt)),
    language: asString(fields.language),
  }
}
