import type { Image, Instant } from '../model.ts'

export type Enclosure = {
  readonly url: string
  readonly type: string | null
  /** Bytes. */
  readonly length: number | null
}

export type FeedItem = {
  /** What the feed calls it; without that, its URL. `null` where it has neither. */
  readonly id: string | null
  readonly url: string | null
  readonly title: string | null
  readonly author: string | null
  readonly publishedAt: Instant | null
  readonly updatedAt: Instant | null
  /** The fullest of its bodies, as delivered. */
  readonly html: string | null
  /** The same, plain: paragraphs joined by a blank line. */
  readonly text: string | null
  /** The publisher's short form, plain, where it gives one beside the body. */
  readonly summary: string | null
  readonly categories: readonly string[]
  readonly images: readonly Image[]
  readonly enclosures: readonly Enclosure[]
  /** Who published it first, where an aggregator says so. */
  readonly source: { readonly title: string | null; readonly url: string | null } | null
  readonly language: string | null
}

export type FeedFormat = 'rss' | 'rdf' | 'atom' | 'json'

export type Feed = {
  readonly title: string | null
  readonly link: string | null
  readonly author: string | null
  readonly language: string | null
  readonly format: FeedFormat
  readonly items: readonly FeedItem[]
  readonly warnings: readonly string[]
}
