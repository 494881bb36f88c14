import { stringify } from 'yaml'
import type { Image, Instant, Provider, Related } from '../model.ts'

/** An article with what was worked out about it, as other houses exchange such files. */
export type ArticleExport = {
  readonly id: string
  readonly title: string
  readonly author: string | null
  readonly excerpt: string
  readonly publishedAt: Instant
  readonly url: string
  readonly language: string | null
  readonly provider: Provider
  readonly topics: readonly string[]
  readonly images: readonly Image[]
  /** 0–100. */
  readonly quality: number | null
  /** 0–100 of its story for the article that leads it, −1 for all others of the story. */
  readonly heat: number
  /** The others of its story, for the one that leads it. */
  readonly related: readonly Related[]
  /** What the source said of the two, where it did. */
  readonly given: { readonly quality: number | null; readonly heat: number | null }
  readonly published: boolean
}

/**
 * A front-matter file that `dose filter frontmatter` and a source folder read back: fields by the
 * names such files use, strings in quotes, no body. Of the text only the excerpt leaves the house.
 */
export function renderArticleFile(article: ArticleExport): string {
  const { publishedAt, url, given, related, images, ...own } = article
  const fields = {
    id: own.id,
    title: own.title,
    author: own.author,
    excerpt: own.excerpt,
    publishedDateTime: publishedAt,
    originalUrl: url,
    webUrl: url,
    type: 'article',
    language: own.language,
    quality: own.quality,
    heat: own.heat,
    published: own.published,
    given: given.quality === null && given.heat === null ? null : withoutNulls(given),
    provider: own.provider,
    topics: own.topics,
    images: images.map(withoutNulls),
    related: related.map(({ publishedAt, url, ...one }) =>
      withoutNulls({ ...one, publishedDateTime: publishedAt, webUrl: url }),
    ),
  }
  const yaml = stringify(withoutNulls(fields), {
    version: '1.1',
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  })
  return `---\n${yaml}---\n`
}

const withoutNulls = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
