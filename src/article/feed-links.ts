import { type DomElement, parsePage } from './page-dom.ts'
import { resolveUrl } from './url.ts'

/** A feed that a page names. */
export type FeedLink = {
  readonly url: string
  readonly title: string | null
  /** `declared`: in a `link rel=alternate`; `linked`: a link on the page that looks like one. */
  readonly how: 'declared' | 'linked'
}

/** Pages name one or two feeds; a list of a hundred is a directory. */
const MOST_FEEDS = 20
/** Links looked at. */
const MOST_LINKS = 5_000

/** `feed.xml`, `/rss`, `/index.rdf`, `?feed=rss2`, `/feeds/posts/default`: how feeds are named. */
const LOOKS_LIKE_FEED =
  /(?:^|[/._-])(?:rss2?|atom|feeds?|rdf)(?:\.(?:xml|json|php|aspx?))?\/?$|\.(?:rss|atom|rdf)$|[?&](?:feed|format|type)=(?:rss2?|atom|json|feed)\b|\/feeds?\/[\w/-]{1,60}$/i

/** RSS, Atom and RDF, and JSON where it is said to be a feed. */
const FEED_TYPE = /^\s*application\/(?:rss|atom|rdf|feed)\+(?:xml|json)\b/i

/**
 * The feeds a page names, those it declares first (the WHATWG's and JSON Feed's way), in the order of
 * the page. Feeds of comments come last: a page's own feed is what is looked for.
 */
export function feedLinks(html: string, url: string | null): FeedLink[] {
  const page = parsePage(html, url)
  const found = new Map<string, FeedLink>()
  const note = (element: DomElement, how: FeedLink['how']) => {
    const address = resolveUrl(element.getAttribute('href'), page.baseURI)
    if (address === null || found.has(address) || found.size >= MOST_FEEDS) return
    const words = element.getAttribute('title') ?? (how === 'linked' ? element.textContent : null)
    found.set(address, { url: address, title: words?.replace(/\s+/g, ' ').trim() || null, how })
  }
  for (const link of first(page.querySelectorAll('link[href]'), MOST_LINKS))
    if (isDeclared(link)) note(link, 'declared')
  for (const link of first(page.querySelectorAll('a[href]'), MOST_LINKS))
    if (LOOKS_LIKE_FEED.test((link.getAttribute('href') ?? '').replace(/#.*$/, '').slice(0, 500)))
      note(link, 'linked')
  const all = [...found.values()]
  return [...all.filter((one) => !isOfComments(one)), ...all.filter(isOfComments)]
}

function isDeclared(link: DomElement): boolean {
  const rels = (link.getAttribute('rel') ?? '').toLowerCase().split(/\s+/)
  return (
    (rels.includes('alternate') || rels.includes('feed')) &&
    FEED_TYPE.test(link.getAttribute('type') ?? '')
  )
}

const isOfComments = ({ url, title }: FeedLink): boolean =>
  /comment|kommentar|commentaire/i.test(`${url} ${title ?? ''}`)

function* first<T>(all: Iterable<T>, count: number): Generator<T> {
  let n = 0
  for (const one of all) {
    if (n++ >= count) return
    yield one
  }
}
