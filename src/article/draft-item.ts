import type { ArticleDraft, Provider } from '../model.ts'
import { dropBoilerplate } from './boilerplate.ts'
import { titleFrom } from './document.ts'
import { urlOfItem } from './draft-url.ts'
import type { Feed, FeedItem } from './feed-model.ts'
import { repairMojibake } from './mojibake.ts'
import { domainOf } from './url.ts'

type Drafted = {
  readonly drafts: readonly ArticleDraft[]
  readonly rejected: readonly { readonly ref: string; readonly reason: string }[]
}

/** A description that is all there is, and this long (characters), is a body all the same. */
const FULL_LENGTH = 1_000
/** How publishing software ends what it cut, in a description or in what it calls the content. */
const CUT_OFF = /(?:\.{3}|…)[\])]?$/

/** A feed's items as articles. What cannot be one is rejected with the reason, nothing is lost. */
export function draftItems(feed: Feed, feedUrl: string | null): Drafted {
  const drafts: ArticleDraft[] = []
  const rejected: { ref: string; reason: string }[] = []
  const urls = new Set<string>()
  const reused = reusedIds(feed.items)
  feed.items.forEach((item, i) => {
    const ref = item.id ?? `item ${i + 1}`
    const url = urlOfItem(item, { link: feed.link, feedUrl }, reused.has(item.id ?? ''))
    const draft = url === null ? null : draftItem(item, feed, ref, url)
    if (draft === null) rejected.push({ ref, reason: 'neither URL, id, title nor text' })
    else if (draft.title === '' && draft.text === '')
      rejected.push({ ref, reason: 'neither title nor text' })
    else if (urls.has(draft.url)) rejected.push({ ref, reason: 'repeated' })
    else drafts.push(draft)
    if (draft !== null) urls.add(draft.url)
  })
  return { drafts, rejected }
}

/** Ids that more than one item of a feed has. */
function reusedIds(items: readonly FeedItem[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const reused = new Set<string>()
  for (const { id } of items) {
    if (id === null) continue
    if (seen.has(id)) reused.add(id)
    seen.add(id)
  }
  return reused
}

function draftItem(item: FeedItem, feed: Feed, ref: string, url: string): ArticleDraft {
  const summary = clean(item.summary)
  const body = item.text === item.summary ? summary : clean(item.text)
  // RFC 4287 §4.2.1: an entry without an author has the feed's.
  const inherited = feed.format === 'atom' ? feed.author : null
  return {
    ref,
    url,
    title: repairMojibake(item.title ?? '') || titleFrom(body),
    author: repairMojibake(item.author ?? inherited ?? '') || null,
    publishedAt: item.publishedAt ?? item.updatedAt,
    provider: providerOf(item, feed),
    language: item.language ?? feed.language,
    excerpt: summary.replaceAll('\n\n', ' '),
    text: body || summary,
    excerptOnly: CUT_OFF.test(body) || (body === summary && body.length < FULL_LENGTH),
    images: item.images,
    topics: item.categories,
    given: { quality: null, heat: null, related: [] },
    published: true,
    warnings: [],
  }
}

function clean(text: string | null): string {
  return dropBoilerplate(repairMojibake(text ?? '').split('\n\n')).join('\n\n')
}

/** The source an aggregator names; otherwise the feed, or the host where that is another's. */
function providerOf(item: FeedItem, feed: Feed): Provider | null {
  const named = domainOf(item.source?.url)
  if (named !== null) return { name: item.source?.title ?? named, domain: named }
  const domain = domainOf(item.url) ?? domainOf(feed.link)
  if (domain === null) return null
  const isOwn = feed.link === null || domainOf(feed.link) === domain
  return { name: (isOwn ? feed.title : null) ?? domain, domain }
}
