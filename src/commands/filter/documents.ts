import { basename, extname } from 'node:path'
import { decodeText } from '../../article/encoding.ts'
import { looksLikeFeed, readFeed } from '../../article/feed.ts'
import { type ArticleFile, fileUrl, readArticleFile } from '../../article/file.ts'
import { DoseError } from '../../errors.ts'
import type { Instant } from '../../model.ts'
import { type Context, readFiles } from './context.ts'

/** `dose filter feed FILE…`: a feed a line. */
export async function filterFeeds(context: Context): Promise<void> {
  const { fail, sink, options } = context
  for await (const { name, bytes } of readFiles(context)) {
    try {
      if (!(await sink.write(feedRow(name, bytes, options.base, options.now)))) return
    } catch (error) {
      fail(name, error)
    }
  }
}

function feedRow(file: string, bytes: Uint8Array, base: string | null, now: Instant | null) {
  const source = decodeText(bytes, null)
  if (!looksLikeFeed(source)) throw new DoseError('SOURCE_UNREADABLE', `${file}: no feed in it`)
  const feed = readFeed(source, base, file)
  const { title, link, author, format, items } = feed
  const clamp = (at: Instant | null) => (at !== null && now !== null && at > now ? now : at)
  const rows = items.map((item) => {
    const { id, url, title, author, html, text, categories, images, enclosures } = item
    const [publishedAt, updatedAt] = [clamp(item.publishedAt), clamp(item.updatedAt)]
    return {
      id,
      url,
      title,
      author,
      publishedAt,
      updatedAt,
      html,
      text,
      categories,
      images,
      enclosures,
    }
  })
  const { id, description, publishedAt, updatedAt, categories, warnings } = feed
  const head = { file, title, link, author, format, id, description, categories }
  const dates = { publishedAt: clamp(publishedAt), updatedAt: clamp(updatedAt) }
  return { ...head, ...dates, warnings, items: rows }
}

/** `dose filter frontmatter FILE…`: an article a line, unpublished ones with their flag. */
export async function filterFrontMatter(context: Context): Promise<void> {
  const { fail, warn, sink } = context
  for await (const { name, bytes } of readFiles(context)) {
    try {
      const file = readArticleFile(decodeText(bytes, null), name)
      for (const warning of file.data.warnings) warn(name, warning)
      if (!(await sink.write(fileRow(name, file)))) return
    } catch (error) {
      fail(name, error)
    }
  }
}

function fileRow(file: string, { data, title, text, excerptOnly }: ArticleFile) {
  if (title === null && text === '') throw new DoseError('SOURCE_UNREADABLE', `${file}: empty`)
  return {
    file,
    id: data.id ?? basename(file, extname(file)),
    url: data.url,
    canonicalUrl: data.canonicalUrl ?? fileUrl(file),
    title,
    excerpt: data.excerpt,
    text,
    publishedAt: data.publishedAt,
    provider: data.provider,
    topics: data.topics,
    images: data.images,
    quality: data.quality,
    heat: data.heat,
    related: data.related,
    published: data.published,
    deleted: data.deleted,
    excerptOnly,
  }
}
