import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Instant } from '../model.ts'
import { packageRoot } from './root.ts'

const HOUR_MS = 3_600_000

const Head = z.strictObject({
  title: z.string(),
  excerpt: z.string(),
  webUrl: z.url(),
  /** Age at the moment of the run, so that the news is never stale. */
  hoursAgo: z.number().min(0).max(48),
  /** How it reaches the reader: in its provider's feed, or as a file in a folder. */
  channel: z.enum(['feed', 'folder']),
  published: z.boolean(),
  provider: z.object({ name: z.string(), domain: z.string() }),
  topics: z.array(z.string()),
  /** Comes with a picture. */
  image: z.boolean().default(false),
})

/** One article of the sample news; all of it is invented. */
export type SampleArticle = z.infer<typeof Head> & {
  /** File name without its ending. */
  readonly name: string
  readonly publishedAt: Instant
  readonly paragraphs: readonly string[]
}

/** Reads the sample news that comes with the package, dated back from `now`, newest first. */
export async function readSampleNews(now: Instant): Promise<SampleArticle[]> {
  const dir = join(packageRoot(), 'config', 'sample-news')
  const files = (await readdir(dir)).filter((file) => file.endsWith('.md'))
  const articles = await Promise.all(
    files.map(async (file) => readArticle(file, await readFile(join(dir, file), 'utf8'), now)),
  )
  return articles.sort((a, b) => a.hoursAgo - b.hoursAgo || (a.name < b.name ? -1 : 1))
}

function readArticle(file: string, source: string, now: Instant): SampleArticle {
  const [, head = '', body = ''] = source.split(/^---\n/m)
  const fields = Head.parse(parse(head))
  return {
    ...fields,
    name: file.replace(/\.md$/, ''),
    publishedAt: new Date(Date.parse(now) - fields.hoursAgo * HOUR_MS).toISOString(),
    paragraphs: body.trim().split('\n\n'),
  }
}
