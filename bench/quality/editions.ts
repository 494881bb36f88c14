/**
 * Editions to be read, made of a long stream of real articles: one page a day.
 *
 *     node bench/quality/editions.ts --data PATH --out FOLDER [--days N] [--size N]
 *
 * The stream is spread thin over years; its time is squeezed until a day has about 210 articles.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { readDocument } from '../../src/article/read.ts'
import { readTaxonomy } from '../../src/io/taxonomy.ts'
import type { Article } from '../../src/model.ts'
import { group, print, toArticle } from './paper.ts'

type Line = {
  id: string
  url: string
  source: string
  title: string
  publishedAt: string
  text: string
}

const SQUEEZE = 60
/** Of the articles that lie before, one carries the year 1. */
const FIRST = Date.UTC(2012, 5)
const DAY = 86_400_000
/** How far back the articles of a story may lie that an edition tells it from, in days. */
const REACH_DAYS = 3

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    days: { type: 'string', default: '20' },
    size: { type: 'string', default: '20' },
  },
})
if (values.data === undefined || values.out === undefined) {
  throw new Error('usage: editions.ts --data PATH --out FOLDER [--days N] [--size N]')
}
const days = Number(values.days)
const { articles, storyOf } = group(
  readStream(values.data)
    .filter(({ at }) => at >= 0 && at < days)
    .map(read),
)
const taxonomy = await readTaxonomy()
mkdirSync(values.out, { recursive: true })
for (let day = 0; day < days; day++) printDay(day, values.out)

function printDay(day: number, out: string): void {
  const age = ({ publishedAt }: Article) => (Date.parse(publishedAt) - FIRST) / DAY - day
  const fresh = new Set(
    articles.filter((one) => age(one) >= 0 && age(one) < 1).map(({ id }) => storyOf(id)),
  )
  const told = articles.filter(
    (one) => age(one) >= 1 - REACH_DAYS && age(one) < 1 && fresh.has(storyOf(one.id)),
  )
  const stories = [...Map.groupBy(told, ({ id }) => storyOf(id))].map(([id, of]) => {
    return { id, articles: of }
  })
  const now = new Date(FIRST + (day + 1) * DAY).toISOString()
  const { page } = print(stories, now, Number(values.size), taxonomy)
  const name = `${String(day + 1).padStart(2, '0')}.md`
  writeFileSync(join(out, name), `# Day ${day + 1}: ${stories.length} stories\n\n${page}`)
}

/** By squeezed time in days; undated articles keep their place in the file. */
function readStream(data: string): { line: Line; at: number }[] {
  const path = join(data, 'stream', 'articles-12k.jsonl.gz')
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  const parsed = lines.map((line) => JSON.parse(line) as Line)
  const dates = parsed.map(({ publishedAt }) => Date.parse(publishedAt))
  const last = Math.max(...dates.filter((date) => !Number.isNaN(date)))
  return parsed
    .map((line, i) => {
      const date = dates[i] as number
      const dated = Number.isNaN(date) ? FIRST + ((last - FIRST) * i) / parsed.length : date
      return { line, at: (dated - FIRST) / DAY / SQUEEZE }
    })
    .sort((a, b) => a.at - b.at)
}

/** As a file of text that begins with its front matter: the road a real article takes. */
function read({ line, at }: { line: Line; at: number }): Article {
  const { id, url, source, title, text } = line
  const instant = new Date(FIRST + at * DAY).toISOString()
  const head = Object.entries({ title, url, publishedDateTime: instant })
  const file = `---\n${head.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join('\n')}\n---\n${text}`
  const bytes = new TextEncoder().encode(file)
  const { drafts } = readDocument({ ref: `${id}.txt`, bytes, contentType: null, url: null })
  const [draft] = drafts
  if (draft === undefined) throw new Error(`${id}: no article`)
  const provider = { name: source, domain: new URL(url).hostname.replace(/^www\./, '') }
  return toArticle({ ...draft, ref: id, provider }, instant)
}
