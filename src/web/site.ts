import type { FastifyRequest } from 'fastify'
import { viewBrand } from '../edition/brand.ts'
import { FEED_TYPES, type FeedFormat } from '../edition/feeds.ts'
import type { SayToReader } from '../edition/reader-texts.ts'
import type { Link, Site } from '../edition/render.ts'
import type { Digest } from '../model.ts'
import { BARE_SITE } from './pages.ts'
import type { Web } from './server.ts'

const FEEDS: Readonly<Record<FeedFormat, { readonly file: string; readonly label: string }>> = {
  json: { file: 'feed.json', label: 'JSON Feed' },
  atom: { file: 'feed.xml', label: 'Atom' },
  rss: { file: 'rss.xml', label: 'RSS' },
}

/** Where the pages of one digest, or of all, begin. */
export const homeOf = (digest: Digest | undefined): string =>
  digest ? `/d/${encodeURIComponent(digest.name)}/` : '/'

export const feedUrl = (home: string, format: FeedFormat): string => home + FEEDS[format].file

/**
 * What stands around every page. Whoever sits at this machine also sees the ways to the outbox and
 * the queues.
 */
export async function siteFor(
  web: Web,
  request: FastifyRequest,
  digest?: Digest,
  say: SayToReader = web.pages.say,
): Promise<Site> {
  const digests = await web.deps.store.digests.list()
  const home = homeOf(digest)
  const one = digest ?? (digests.length === 1 ? digests[0] : undefined)
  const formats = Object.keys(FEEDS) as FeedFormat[]
  return {
    name: one?.name ?? BARE_SITE.name,
    brand: one ? viewBrand(one) : null,
    homeUrl: home,
    nav: [
      ...(digests.length > 1 ? digests.map(({ name }) => name) : []).map(
        (name): Link => ({ label: name, url: `/d/${encodeURIComponent(name)}/` }),
      ),
      { label: say('archiveNav'), url: `${home}archive` },
      { label: say('searchNav'), url: `${home}search` },
      ...(one?.open || (!one && digests.some(({ open }) => open))
        ? [{ label: say('signUpNav'), url: `${home}subscribe` }]
        : []),
      ...(web.visitors.isLocal(request) ? operatorLinks(web) : []),
    ],
    feeds: formats.map((format) => ({
      label: FEEDS[format].label,
      url: feedUrl(home, format),
      type: FEED_TYPES[format],
    })),
  }
}

/** The same around an edition, which looks like its digest. */
export async function siteOf(
  web: Web,
  request: FastifyRequest,
  { digestId }: { readonly digestId: string },
  say?: SayToReader,
): Promise<Site> {
  const digest = await web.deps.store.digests.find(digestId)
  return {
    ...(await siteFor(web, request, undefined, say)),
    brand: digest ? viewBrand(digest) : null,
  }
}

const operatorLinks = ({ outbox, pages }: Web): Link[] => [
  ...(outbox === null ? [] : [{ label: pages.say('outboxNav'), url: '/outbox' }]),
  { label: pages.say('dashboardNav'), url: '/admin' },
]
