import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Instant } from '../model.ts'
import { SAMPLE_FORMATS } from './sample-feed.ts'
import { drawSampleImage } from './sample-image.ts'
import { readSampleNews, type SampleArticle } from './sample-news.ts'

export type SampleServer = {
  readonly feeds: readonly { readonly name: string; readonly url: string }[]
  close(): Promise<void>
}

/** Which provider publishes in which format; providers not named here reach the reader as files. */
const FEEDS: Readonly<Record<string, { path: string; format: keyof typeof SAMPLE_FORMATS }>> = {
  'meridianwire.example': { path: '/meridian-wire/rss.xml', format: 'rss' },
  'copperpost.example': { path: '/copper-post/atom.xml', format: 'atom' },
  'bitlark.example': { path: '/bitlark/feed.json', format: 'json' },
}

/** Writes the part of the sample news that comes as files, in the shape of a front-matter archive. */
export async function writeSampleFolder(dir: string, now: Instant): Promise<void> {
  await mkdir(dir, { recursive: true })
  const articles = await readSampleNews(now)
  for (const article of articles.filter(({ channel }) => channel === 'folder')) {
    await writeFile(join(dir, `${article.name}.md`), frontMatter(article))
  }
}

/**
 * Serves the rest of it as feeds, with their pictures, on 127.0.0.1. Feeds and pictures carry an
 * ETag. The server alone keeps no process alive.
 *
 * @param port a free one by default; name one where picture links have to outlive a restart.
 */
export async function serveSampleFeeds(now: Instant, port = 0): Promise<SampleServer> {
  const articles = (await readSampleNews(now)).filter(({ channel }) => channel === 'feed')
  const pages = new Map<string, () => Page>()
  const server = createServer((request, response) => answer(pages, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  server.unref()
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  addImages(pages, articles)
  return {
    feeds: addFeeds(pages, articles, base, now),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

type Page = { readonly type: string; readonly body: Buffer; readonly etag: string }

function page(type: string, body: Buffer): Page {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22)
  return { type, body, etag: `"${hash}"` }
}

function addFeeds(
  pages: Map<string, () => Page>,
  articles: readonly SampleArticle[],
  base: string,
  now: Instant,
) {
  return Object.entries(FEEDS).flatMap(([domain, { path, format }]) => {
    const own = articles.filter(({ provider }) => provider.domain === domain)
    const provider = own[0]?.provider
    if (!provider) return []
    const { type, render } = SAMPLE_FORMATS[format]
    const url = base + path
    const imageUrl = (article: SampleArticle) => base + imagePath(article)
    const body = render({ provider, articles: own, updatedAt: now, url, imageUrl })
    const made = page(type, Buffer.from(body))
    pages.set(path, () => made)
    return [{ name: provider.name, url }]
  })
}

/** Pictures take 60 ms each to draw: drawn when first asked for, then kept. */
function addImages(pages: Map<string, () => Page>, articles: readonly SampleArticle[]): void {
  for (const article of articles.filter(({ image }) => image)) {
    let made: Page | undefined
    pages.set(imagePath(article), () => {
      made ??= page('image/png', drawSampleImage(article.name))
      return made
    })
  }
}

const imagePath = ({ name }: SampleArticle) => `/images/${name}.png`

function answer(
  pages: ReadonlyMap<string, () => Page>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const found = pages.get(request.url ?? '')?.()
  if (!found) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n')
    return
  }
  const { type, body, etag } = found
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end()
    return
  }
  const headers = { 'content-type': type, 'content-length': body.length, etag }
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body)
}

function frontMatter(article: SampleArticle): string {
  const { title, excerpt, publishedAt, webUrl, published, provider, topics } = article
  const head = {
    title,
    excerpt,
    publishedDateTime: publishedAt,
    webUrl,
    published,
    provider,
    topics,
  }
  const yaml = stringify({ category: 'news', type: 'article', ...head })
  return `---\n${yaml}---\n\n${article.paragraphs.join('\n\n')}\n`
}
