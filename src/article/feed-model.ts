import type { Image, Instant, Pacing } from '../model.ts'

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
  /** The page behind a counting link, where the feed names both (`feedburner:origLink`). */
  readonly originalUrl: string | null
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

/** What a feed says about how it wants to be read. */
export type Hints = {
  readonly pacing: Pacing
  /** WebSub hubs that tell of new items (W3C WebSub §4), the preferred one first. */
  readonly hubs: readonly string[]
  /** The address the feed gives itself: what hubs know it by. */
  readonly self: string | null
}

/** Of what says nothing about it. */
export const NO_HINTS: Hints = {
  pacing: { ttlMinutes: null, skipHours: [], skipDays: [], updatePeriodSeconds: null },
  hubs: [],
  self: null,
}

export type Feed = Hints & {
  /** What Atom calls it; other formats give a feed no id. */
  readonly id: string | null
  readonly title: string | null
  readonly link: string | null
  /** What it is about, one plain line. */
  readonly description: string | null
  readonly author: string | null
  readonly publishedAt: Instant | null
  readonly updatedAt: Instant | null
  readonly categories: readonly string[]
  readonly language: string | null
  readonly format: FeedFormat
  readonly items: readonly FeedItem[]
  readonly warnings: readonly string[]
}
