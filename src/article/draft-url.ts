import { createHash } from 'node:crypto'
import type { FeedItem } from './feed-model.ts'
import { canonicalUrl } from './url.ts'

/** Hex digits that tell the items of one feed apart. */
const DIGEST_LENGTH = 16

/** Where an item is found: what the feed itself is, and its home page. */
type Place = { readonly link: string | null; readonly feedUrl: string | null }

/**
 * The URL by which an item's article is known. The page it links to comes first, since feeds
 * change their ids and use one twice; then an id that is an address, then what it encloses. An item
 * that links only to the site's home page, or to nothing, is known by its id within the feed, and
 * one without an id by its title and date: neither moves when the text is corrected.
 *
 * @param isReused says that several items of the feed have this id; it then tells them apart only
 * together with the title.
 */
export function urlOfItem(item: FeedItem, place: Place, isReused: boolean): string | null {
  const home = canonicalUrl(place.link)
  const candidates = [item.originalUrl, item.url, item.id, item.enclosures[0]?.url]
  const own = candidates.map((url) => canonicalUrl(url)).find((url) => url !== null && url !== home)
  return own ?? within(place.link ?? place.feedUrl, keyOf(item, isReused))
}

function keyOf(item: FeedItem, isReused: boolean): string | null {
  const id = item.id === null || canonicalUrl(item.id) !== null ? null : item.id.toWellFormed()
  if (id !== null && !isReused) return encodeURIComponent(id)
  const words = item.title ?? item.text ?? ''
  if (words === '') return null
  const parts = [id, words, item.publishedAt]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, DIGEST_LENGTH)
}

function within(feed: string | null, key: string | null): string | null {
  if (key === null) return null
  return feed === null ? `id:${key}` : `${feed.replace(/#.*$/, '')}#${key}`
}
