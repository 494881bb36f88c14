import { generateAtomFeed, generateJsonFeed, generateRssFeed } from 'feedsmith'
import type { Edition, Instant } from '../model.ts'
import { clean } from './escape.ts'

export type FeedFormat = 'json' | 'atom' | 'rss'

/** What each format is served as. */
export const FEED_TYPES: Readonly<Record<FeedFormat, string>> = {
  json: 'application/feed+json',
  atom: 'application/atom+xml',
  rss: 'application/rss+xml',
}

/** Editions of one digest, or of all, as a feed; all URLs absolute. */
export type EditionFeed = {
  readonly title: string
  readonly description: string
  readonly homeUrl: string
  readonly feedUrl: string
  readonly locale?: string
  /** Newest first. `html` is what `Renderer.feedItem` made of the edition. */
  readonly items: readonly {
    readonly edition: Edition
    readonly url: string
    readonly html: string
    /** When it was corrected last. */
    readonly changedAt?: Instant | null
  }[]
}

/** A feed of editions as JSON Feed 1.1, Atom 1.0 (RFC 4287) or RSS 2.0. */
export function renderFeed(format: FeedFormat, feed: EditionFeed): string {
  return GENERATE[format](clean(feed))
}

const GENERATE: Readonly<Record<FeedFormat, (feed: EditionFeed) => string>> = {
  json: (feed) =>
    JSON.stringify(
      generateJsonFeed({
        title: feed.title,
        description: feed.description,
        home_page_url: feed.homeUrl,
        feed_url: feed.feedUrl,
        language: feed.locale ?? 'en',
        items: feed.items.map(({ edition, url, html, changedAt }) => ({
          id: url,
          url,
          title: edition.subject,
          summary: edition.preheader,
          content_html: html,
          date_published: publishedAt(edition),
          ...(changedAt && { date_modified: new Date(changedAt) }),
        })),
      }),
      null,
      2,
    ),
  atom: (feed) =>
    generateAtomFeed({
      id: feed.homeUrl,
      title: { value: feed.title },
      subtitle: { value: feed.description },
      updated: newest(feed),
      authors: [{ name: feed.title }],
      links: [
        { href: feed.homeUrl, rel: 'alternate' },
        { href: feed.feedUrl, rel: 'self' },
      ],
      entries: feed.items.map(({ edition, url, html, changedAt }) => ({
        id: url,
        title: { value: edition.subject },
        summary: { value: edition.preheader },
        updated: changedAt ? new Date(changedAt) : publishedAt(edition),
        published: publishedAt(edition),
        links: [{ href: url, rel: 'alternate' }],
        content: { value: html, type: 'html' },
      })),
    }),
  rss: (feed) =>
    generateRssFeed({
      title: feed.title,
      description: feed.description,
      link: feed.homeUrl,
      language: feed.locale ?? 'en',
      lastBuildDate: newest(feed),
      atom: { links: [{ href: feed.feedUrl, rel: 'self', type: FEED_TYPES.rss }] },
      items: feed.items.map(({ edition, url, html }) => ({
        title: edition.subject,
        link: url,
        guid: { value: url, isPermaLink: true },
        description: edition.preheader,
        pubDate: publishedAt(edition),
        content: { encoded: html },
      })),
    }),
}

const publishedAt = ({ frozenAt, span }: Edition): Date => new Date(frozenAt ?? span.to)

/** The last change of the feed; the epoch for an empty one, so that it never changes by itself. */
const newest = ({ items }: EditionFeed): Date => {
  const published = items.slice(0, 1).map(({ edition }) => publishedAt(edition).getTime())
  const changed = items.flatMap(({ changedAt }) => (changedAt ? [Date.parse(changedAt)] : []))
  return new Date(Math.max(0, ...published, ...changed))
}
