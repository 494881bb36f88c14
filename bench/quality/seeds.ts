/**
 * What a folder of five documents on one subject becomes, as a page to be read:
 *
 *     node bench/quality/seeds.ts --data PATH
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readDocument } from '../../src/article/read.ts'
import { readTaxonomy } from '../../src/io/taxonomy.ts'
import { group, print, toArticle } from './paper.ts'

const { values } = parseArgs({ options: { data: { type: 'string' } } })
if (values.data === undefined) throw new Error('usage: seeds.ts --data PATH')
const folder = join(values.data, 'seeds')
const drafts = readdirSync(folder)
  .sort()
  .flatMap((ref) => {
    const bytes = readFileSync(join(folder, ref))
    return readDocument({ ref, bytes, contentType: null, url: null }).drafts
  })
const dates = drafts.flatMap(({ publishedAt }) => publishedAt ?? []).sort()
const now = dates.at(-1) ?? new Date(0).toISOString()
const { articles, storyOf } = group(drafts.map((draft) => toArticle(draft, now)))
const stories = [...Map.groupBy(articles, ({ id }) => storyOf(id))].map(([id, of]) => {
  return { id, articles: of }
})
console.log(`${articles.length} articles, ${stories.length} stories\n`)
console.log(print(stories, now, articles.length, readTaxonomy()).page)
