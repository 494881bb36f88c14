import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { type AnyFeed, parseFeed } from 'feedsmith'
import matter from 'gray-matter'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firingOn } from '../../src/delivery/schedule.ts'
import { createHttp } from '../../src/io/http.ts'
import { type SampleServer, serveSampleFeeds, writeSampleFolder } from '../../src/io/sample.ts'
import { readSampleNews } from '../../src/io/sample-news.ts'

const NOW = '2026-11-20T06:00:00.000Z'
const DAYS_2_MS = 48 * 3_600_000

/** Nobody real may appear in invented news. */
const REAL = [
  ...['OpenAI', 'Anthropic', 'DeepMind', 'Google', 'Alphabet', 'Microsoft', 'Meta', 'Facebook'],
  ...['Amazon', 'Apple', 'Nvidia', 'Intel', 'AMD', 'IBM', 'Samsung', 'TSMC', 'Huawei', 'Baidu'],
  ...['Alibaba', 'Tencent', 'ByteDance', 'DeepSeek', 'Mistral', 'Cohere', 'Hugging Face', 'xAI'],
  ...['Perplexity', 'Stability', 'Tesla', 'Oracle', 'Salesforce', 'Databricks', 'Reuters', 'Linux'],
]

const news = await readSampleNews(NOW)

describe('the sample news', () => {
  test('42 articles, 27 in feeds and 15 as files, by eleven providers', () => {
    expect(news).toHaveLength(42)
    expect(news.filter(({ channel }) => channel === 'feed')).toHaveLength(27)
    expect(new Set(news.map(({ provider }) => provider.domain)).size).toBe(11)
    expect(new Set(news.map(({ webUrl }) => webUrl)).size).toBe(42)
  })

  test('four are junk, three are updates, two are copies of the wire', () => {
    expect(news.filter(({ name }) => name.startsWith('junk-'))).toHaveLength(4)
    expect(news.filter(({ title }) => title.startsWith('Update: '))).toHaveLength(3)
    const copies = news.filter(({ paragraphs }) => paragraphs[0]?.includes('(Meridian Wire)'))
    expect(copies).toHaveLength(2)
  })

  test.each(news.map((article) => ({ name: article.name, article })))('$name', ({ article }) => {
    const age = Date.parse(NOW) - Date.parse(article.publishedAt)
    expect(age).toBeGreaterThan(0)
    expect(age).toBeLessThan(DAYS_2_MS)
    expect(article.provider.domain).toMatch(/\.example$/)
    expect(new URL(article.webUrl).hostname).toBe(article.provider.domain)
    const text = [article.title, article.excerpt, ...article.paragraphs].join('\n')
    expect(REAL.filter((name) => new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
    if (article.name.startsWith('junk-')) return
    expect(article.paragraphs.length).toBeGreaterThanOrEqual(4)
    const words = article.paragraphs.join(' ').split(/\s+/).length
    expect(words).toBeGreaterThanOrEqual(80)
    expect(words).toBeLessThanOrEqual(220)
  })
})

describe('as feeds', () => {
  let server: SampleServer
  const http = createHttp({ allowPrivateHosts: ['127.0.0.1'], userAgent: 'DailyDose/test' })
  beforeAll(async () => {
    server = await serveSampleFeeds(NOW)
  })
  afterAll(async () => {
    await http.close()
    await server.close()
  })

  async function fetched(url: string) {
    const result = await http.get({ url })
    if (result.kind !== 'fetched') throw new Error(`unexpected ${result.kind}`)
    return { ...result, text: Buffer.from(result.bytes).toString('utf8') }
  }

  test.each([
    { name: 'Meridian Wire', format: 'rss', type: 'application/rss+xml', count: 12 },
    { name: 'The Copper Post', format: 'atom', type: 'application/atom+xml', count: 9 },
    { name: 'Bitlark', format: 'json', type: 'application/feed+json', count: 6 },
  ])('$name as $format with $count articles', async ({ name, format, type, count }) => {
    const url = server.feeds.find((feed) => feed.name === name)?.url ?? ''
    const { text, contentType } = await fetched(url)
    expect(contentType).toContain(type)
    const parsed = parseFeed(text)
    expect(parsed.format).toBe(format)
    const own = news.filter(({ provider, channel }) => provider.name === name && channel === 'feed')
    expect(titles(parsed)).toEqual(own.map(({ title }) => title))
    expect(titles(parsed)).toHaveLength(count)
    for (const article of own) expect(text).toContain(article.publishedAt.slice(11, 16))
  })

  test('an unchanged feed is not sent twice', async () => {
    for (const { url } of server.feeds) {
      expect(await http.get({ url, validators: await fetched(url) })).toMatchObject({
        kind: 'unchanged',
      })
    }
  })

  test('eight stories have a picture of a few kilobytes', async () => {
    const bodies = await Promise.all(server.feeds.map(({ url }) => fetched(url)))
    const found = bodies.flatMap(({ text }) => text.match(/http:\/\/127[^"]+\.png/g) ?? [])
    expect(new Set(found).size).toBe(8)
    const { bytes, contentType } = await fetched(found[0] ?? '')
    expect(contentType).toBe('image/png')
    expect(bytes.length).toBeLessThan(15_000)
    const png = Buffer.from(bytes)
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 320])
    const data = png.subarray(41, 41 + png.readUInt32BE(33))
    expect(inflateSync(data)).toHaveLength(320 * (1 + 640 * 3))
  })
})

test('as a folder of front-matter files', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dose-sample-'))
  await writeSampleFolder(dir, NOW)
  const files = readdirSync(dir)
  expect(files).toHaveLength(15)
  for (const file of files) {
    const { data, content } = matter(readFileSync(join(dir, file), 'utf8'), {})
    const article = news.find(({ name }) => `${name}.md` === file)
    expect(data).toMatchObject({ title: article?.title, published: true })
    expect(new Date(data.publishedDateTime).toISOString()).toBe(article?.publishedAt)
    expect(data).not.toHaveProperty('hoursAgo')
    expect(content.trim().split('\n\n')).toEqual(article?.paragraphs)
  }
  rmSync(dir, { recursive: true })
})

function titles(parsed: AnyFeed<string>): (string | undefined)[] {
  if (parsed.format === 'atom') return parsed.feed.entries?.map(({ title }) => title?.value) ?? []
  return parsed.feed.items?.map(({ title }) => title) ?? []
}

test('the demo’s edition of yesterday has news, whatever the hour it is started at', async () => {
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
  const lacking = await Promise.all(
    hours.map(async (hour) => {
      const span = firingOn('0 7 * * *', 'UTC', '2026-11-25')?.span
      const isIn = (at: string) => span !== undefined && at > span.from && at <= span.to
      const news = await readSampleNews(`2026-11-26T${hour}:59:00.000Z`)
      return news.some(({ publishedAt, name }) => isIn(publishedAt) && !name.startsWith('junk'))
        ? []
        : [hour]
    }),
  )
  expect(lacking.flat()).toEqual([])
})
