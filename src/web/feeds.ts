import type { FastifyReply, FastifyRequest } from 'fastify'
import { type EditionFeed, type FeedFormat, renderFeed } from '../edition/feeds.ts'
import type { Digest } from '../model.ts'
import type { EditionLine } from '../store/archive.ts'
import { urlOf } from './editions.ts'
import { BARE_SITE } from './pages.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import { serveNow } from './served.ts'
import type { Web } from './server.ts'
import { feedUrl, homeOf } from './site.ts'

/** Editions in a feed. */
const FEED_EDITIONS = 10

/** Feeds kept rendered: three formats of some digests. */
const KEPT_FEEDS = 60

/** Feeds of editions. They are asked for all day and change once a day, so they are kept. */
export function editionFeeds(web: Web) {
  const { store, renderer, publicUrl } = web.deps
  const kept = new Map<string, { readonly of: string; readonly body: string }>()

  const render = async (format: FeedFormat, digest: Digest | undefined, lines: EditionLine[]) => {
    const base = publicUrl()
    const home = homeOf(digest)
    const title = digest?.name ?? BARE_SITE.name
    const items: EditionFeed['items'][number][] = []
    // One pool in memory at a time.
    for (const { id } of lines) {
      const found = await store.editions.get(id)
      if (!found) continue
      const { next } = await store.archive.neighbours(found)
      const { edition, issue, corrected } = await serveNow(found, next === null, web)
      const html = renderer.feedItem({ edition, issue, corrected })
      const changedAt = corrected.at(-1)?.at ?? null
      const url = base + urlOf(edition)
      items.push({ edition: { ...edition, pool: [] }, url, html, changedAt })
    }
    return renderFeed(format, {
      title,
      description: `Editions of ${title}`,
      homeUrl: base + home,
      feedUrl: base + feedUrl(home, format),
      items,
    })
  }

  return (format: FeedFormat) => async (request: FastifyRequest, reply: FastifyReply) => {
    const name = param(request, 'name')
    const digest = name === '' ? undefined : await store.digests.find(name)
    if (name !== '' && !digest) throw new Refusal(404, 'missing')
    const lines = await store.archive.list({ limit: FEED_EDITIONS, digestId: digest?.id })
    const key = `${format} ${digest?.id ?? ''}`
    const revision = await store.rights.revision()
    const corrected = await store.corrections.ofMany(lines.map(({ id }) => id))
    const of = [
      ...[publicUrl(), revision, ...lines.map(({ id, hash }) => `${id} ${hash}`)],
      ...corrected.map(({ id }) => id),
    ].join('\n')
    let feed = kept.get(key)
    if (feed?.of !== of) {
      feed = { of, body: await render(format, digest, lines) }
      if (kept.size >= KEPT_FEEDS) kept.clear()
      kept.set(key, feed)
    }
    return reply.send(feed.body)
  }
}
