import { generateAtomFeed, generateJsonFeed, generateRssFeed } from 'feedsmith'
import type { Instant, Provider } from '../model.ts'
import { SAMPLE_HEIGHT, SAMPLE_WIDTH } from './sample-image.ts'
import type { SampleArticle } from './sample-news.ts'

/** What one feed shows, and where it and its pictures are served. */
export type SampleChannel = {
  readonly provider: Provider
  readonly articles: readonly SampleArticle[]
  readonly updatedAt: Instant
  /** URL of the feed itself. */
  readonly url: string
  /** URL of an article's picture. */
  readonly imageUrl: (article: SampleArticle) => string
}

/** Each format once, so that a first run reads all three. */
export const SAMPLE_FORMATS = {
  rss: { type: 'application/rss+xml; charset=utf-8', render: renderRss },
  atom: { type: 'application/atom+xml; charset=utf-8', render: renderAtom },
  json: { type: 'application/feed+json; charset=utf-8', render: renderJson },
} as const

function renderRss({ provider, articles, updatedAt, url, imageUrl }: SampleChannel): string {
  return generateRssFeed({
    title: provider.name,
    link: home(provider),
    description: `Sample news of ${provider.name}, an invented provider.`,
    language: 'en',
    lastBuildDate: new Date(updatedAt),
    atom: { links: [{ href: url, rel: 'self' }] },
    items: articles.map((article) => ({
      title: article.title,
      link: article.webUrl,
      guid: { value: article.webUrl, isPermaLink: true },
      pubDate: new Date(article.publishedAt),
      description: article.excerpt,
      categories: article.topics.map((name) => ({ name })),
      content: { encoded: html(article) },
      ...(article.image && { media: { contents: [mediaContent(imageUrl(article))] } }),
    })),
  })
}

/** Titles and summaries are objects in Atom: generated from strings they would silently vanish. */
function renderAtom({ provider, articles, updatedAt, url, imageUrl }: SampleChannel): string {
  return generateAtomFeed({
    id: home(provider),
    title: { value: provider.name },
    updated: new Date(updatedAt),
    authors: [{ name: provider.name }],
    links: [{ href: home(provider) }, { href: url, rel: 'self' }],
    entries: articles.map((article) => ({
      id: article.webUrl,
      title: { value: article.title },
      published: new Date(article.publishedAt),
      updated: new Date(article.publishedAt),
      links: [{ href: article.webUrl }],
      summary: { value: article.excerpt },
      categories: article.topics.map((term) => ({ term })),
      content: { type: 'html', value: html(article) },
      ...(article.image && { media: { contents: [mediaContent(imageUrl(article))] } }),
    })),
  })
}

function renderJson({ provider, articles, url, imageUrl }: SampleChannel): string {
  const feed = generateJsonFeed({
    title: provider.name,
    home_page_url: home(provider),
    feed_url: url,
    language: 'en',
    items: articles.map((article) => ({
      id: article.webUrl,
      url: article.webUrl,
      title: article.title,
      summary: article.excerpt,
      content_html: html(article),
      date_published: new Date(article.publishedAt),
      tags: article.topics,
      ...(article.image && { image: imageUrl(article) }),
    })),
  })
  return JSON.stringify(feed)
}

const home = ({ domain }: Provider) => `https://${domain}/`

const mediaContent = (url: string) =>
  ({ url, type: 'image/png', medium: 'image', width: SAMPLE_WIDTH, height: SAMPLE_HEIGHT }) as const

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function html({ paragraphs }: SampleArticle): string {
  const escaped = paragraphs.map((text) => text.replace(/[&<>]/g, (c) => ENTITIES[c] ?? c))
  return escaped.map((text) => `<p>${text}</p>`).join('\n')
}
