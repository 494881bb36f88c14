import type { Inspection } from '../article/inspect.ts'
import { publishingRhythm } from '../article/next-fetch.ts'
import type { ReadResult } from '../article/read.ts'
import { DoseError } from '../errors.ts'
import type { FeedLink, Pacing } from '../model.ts'
import type { Document } from '../store/documents.ts'
import type { Source } from '../store/sources.ts'
import { readInThread } from './read-in-thread.ts'
import type { StageContext } from './stage.ts'

/** Feeds proposed of one page; the operator takes one of them. */
const MOST_PROPOSED = 5

/** Keeps what a feed shows of its rhythm and asks of its readers, for the next visit. */
export async function learnRhythm(
  source: Source,
  document: Document,
  { drafts, pacing }: Pick<ReadResult, 'drafts'> & { readonly pacing: Partial<Pacing> },
  { store }: Pick<StageContext, 'store'>,
): Promise<void> {
  const dates = drafts.map(({ publishedAt }) => publishedAt)
  await store.sources.learn(source.id, {
    pacing,
    ...publishingRhythm(dates, document.fetched_at),
  })
}

/** Whether a page came where the feed of a source was. */
export const isLostFeed = (source: Source, document: Document, kind: ReadResult['kind']): boolean =>
  source.kind === 'feed' && kind === 'page' && document.ref === (source.ref ?? source.url)

/**
 * The feeds a page names are proposed, kept with the source and told; none is taken by itself: a
 * page that says "account suspended" has feeds too.
 *
 * @returns why the document is none of ours.
 */
export async function proposeFeeds(
  source: Source,
  document: Document,
  context: Pick<StageContext, 'store' | 'threads' | 'clock'>,
): Promise<string> {
  const { store, clock } = context
  const { ref, url, content_type: contentType, bytes } = document
  const now = clock.now()
  const page = { document: { ref, url, contentType, bytes }, rules: [], now }
  const { feeds } = await readInThread<Inspection>('inspect', page, ref, context)
  const proposed: FeedLink[] = feeds
    .filter((feed) => feed.how === 'declared' && feed.url !== source.url)
    .slice(0, MOST_PROPOSED)
    .map(({ url, title }) => ({ url, title }))
  const names = proposed.map((feed) => feed.url).join(', ')
  const what = names ? `it names ${names}` : 'it names no feed'
  const { message } = new DoseError(
    'SOURCE_UNREADABLE',
    `${source.url}: a page came where the feed was; ${what}`,
  )
  await store.sources.loseFeed(source.id, message, proposed, now)
  return message
}
