import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readDocument } from '../../src/article/read.ts'
import type { Article, Instant } from '../../src/model.ts'
import { group, toArticle } from './paper.ts'

export type Line = {
  id: string
  url: string
  source: string
  title: string
  publishedAt: string
  text: string
  /** The editor's story, where the file tells one. */
  cluster?: string
}

/** One day of the stream, as an edition sees it. */
export type Day = {
  readonly now: Instant
  readonly stories: readonly { readonly id: string; readonly articles: readonly Article[] }[]
}

/** The stream is spread thin over years: squeezed so far, a day has about 210 articles. */
const SQUEEZE = 60
/** Of the articles that lie before, one carries the year 1. */
export const FIRST = Date.UTC(2012, 5)
export const DAY = 86_400_000
/** How far back the articles of a story may lie that an edition tells it from, in days. */
const REACH_DAYS = 3

export const readLines = (...path: string[]): Line[] =>
  gunzipSync(readFileSync(join(...path)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

/** The lines of squeezed days as editions would find them: grouped, day by day. */
export function makeDays(lines: readonly Line[], from: number, count: number): Day[] {
  const { articles, storyOf } = group(
    squeeze(lines)
      .filter(({ at }) => at >= from - REACH_DAYS + 1 && at < from + count)
      .map(read),
  )
  return Array.from({ length: count }, (_, i) => dayOf(from + i, articles, storyOf))
}

function dayOf(day: number, articles: readonly Article[], storyOf: (id: string) => string): Day {
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
  return { now: new Date(FIRST + (day + 1) * DAY).toISOString(), stories }
}

/** By squeezed time in days; undated articles keep their place in the file. */
export function squeeze(lines: readonly Line[]): Squeezed[] {
  const dates = lines.map(({ publishedAt }) => Date.parse(publishedAt))
  const last = Math.max(...dates.filter((date) => !Number.isNaN(date)))
  return lines
    .map((line, i) => {
      const date = dates[i] as number
      const dated = Number.isNaN(date) ? FIRST + ((last - FIRST) * i) / lines.length : date
      return { line, at: (dated - FIRST) / DAY / SQUEEZE }
    })
    .sort((a, b) => a.at - b.at)
}

/** A line with its time in days since the first. */
export type Squeezed = { readonly line: Line; readonly at: number }

/** As a file with front matter. */
export function fileOf({ line, at }: Squeezed): string {
  const { url, source, title, text } = line
  const publishedDateTime = new Date(FIRST + at * DAY).toISOString()
  const provider = { name: source, domain: domainOf(url) }
  const head = Object.entries({ title, url, publishedDateTime, provider })
  return `---\n${head.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join('\n')}\n---\n${text}`
}

const domainOf = (url: string) => new URL(url).hostname.replace(/^www\./, '')

/** As a file of text that begins with its front matter: the road a real article takes. */
function read({ line, at }: Squeezed): Article {
  const { id, source, url } = line
  const instant = new Date(FIRST + at * DAY).toISOString()
  const file = fileOf({ line, at })
  const bytes = new TextEncoder().encode(file)
  const { drafts } = readDocument({ ref: `${id}.txt`, bytes, contentType: null, url: null })
  const [draft] = drafts
  if (draft === undefined) throw new Error(`${id}: no article`)
  const provider = { name: source, domain: domainOf(url) }
  return toArticle({ ...draft, ref: id, provider }, instant)
}
