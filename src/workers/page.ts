import { judgePage } from '../article/page-fit.ts'
import { domainOf } from '../article/url.ts'
import type { Article, Instant } from '../model.ts'
import type { PageOutcome, PageRow } from '../store/pages.ts'
import type { Source } from '../store/sources.ts'
import { fetchPage } from './page-fetch.ts'
import type { Stage, StageContext } from './stage.ts'

/** Seconds until a page that did not answer is asked for again; after the last, never. */
const RETRY_SECONDS = [300, 1_800, 10_800]
/** A line or a silence no longer than this (seconds) is waited for; a longer one counts as a try. */
const LONGEST_LINE_SECONDS = 60
/** An article whose page has not answered this long after it was first seen is yesterday's. */
const PATIENCE_MS = 24 * 3_600_000

/**
 * Reads an article's own page where its feed brought only a teaser. Whatever the page does, the
 * article goes on: with the page's text, or with what its feed says.
 */
export const page: Stage = {
  name: 'page',
  does: 'reads the page of a teaser',
  takes: 'article',
  gives: 'article',
  // Most of them wait in the line of a domain.
  concurrency: 32,

  async pick(keys, { store, clock }) {
    const ids = keys.map(({ id }) => id)
    const wanted = await store.pages.wanted(ids, clock.now())
    return keys.filter(({ id }) => wanted.has(id))
  },

  async run({ id }, context) {
    const { store, clock, log } = context
    const article = await store.articles.get(id)
    if (!article) return []
    const key = { id, version: article.version }
    const row = await store.pages.get(id)
    if (row?.state !== 'wanted' || row.next_at > clock.now()) return [key]
    const source = await store.sources.get(article.sourceId)
    if (!source) return []
    const outcome = await readArticlePage(article, row, source, context)
    log.debug('page read', { url: article.url, ...told(outcome) })
    return [(await store.pages.settle(key, outcome, clock.now())) ?? []].flat()
  },

  async giveUp({ id }, error, { store, clock }) {
    const article = await store.articles.get(id)
    if (!article) return
    const key = { id, version: article.version }
    await store.pages.settle(key, { kind: 'kept', reason: error.message }, clock.now())
  },
}

const told = (outcome: PageOutcome) => ({
  outcome: outcome.kind,
  ...('reason' in outcome && { reason: outcome.reason }),
})

async function readArticlePage(
  article: Article,
  row: PageRow,
  source: Source,
  context: StageContext,
): Promise<PageOutcome> {
  const validators = { etag: row.etag, lastModified: row.last_modified }
  const answer = await fetchPage({ url: article.url, source, validators }, context)
  const now = context.clock.now()
  if ('hints' in answer) await context.store.rights.noteHints(article.id, answer.hints ?? [])
  if (answer.kind === 'unchanged') return answer
  if (answer.kind === 'refused') return { kind: 'kept', reason: answer.reason }
  if (answer.kind === 'failed') return tryLater(article, row, answer, now)
  const { page, etag, lastModified } = answer
  const fault = judgePage(page, article)
  if (fault !== null) return { kind: 'kept', reason: fault }
  const { text, author, publishedAt, language, image } = page
  const canonicalUrl = otherAddress(page.canonicalUrl, article.url)
  const found = { text, author, publishedAt, language, image, canonicalUrl, etag, lastModified }
  return { kind: 'taken', ...found }
}

/** Another site's address is that of another publication, which this one was copied from. */
function otherAddress(canonicalUrl: string | null, url: string): string | null {
  const isOther = canonicalUrl !== null && canonicalUrl !== url
  return isOther && domainOf(canonicalUrl) === domainOf(url) ? canonicalUrl : null
}

type Failure = {
  readonly reason: string
  readonly waitSeconds: number | null
  readonly asked: boolean
}

function tryLater(
  { firstSeenAt }: Article,
  { tries }: PageRow,
  { reason, waitSeconds, asked }: Failure,
  now: Instant,
): PageOutcome {
  const tried = asked || (waitSeconds ?? 0) > LONGEST_LINE_SECONDS
  const pause = tried ? RETRY_SECONDS[tries] : 0
  const nextAt = Date.parse(now) + Math.max(pause ?? 0, waitSeconds ?? 0) * 1_000
  const isLate = nextAt - Date.parse(firstSeenAt) > PATIENCE_MS
  if (pause === undefined || isLate) return { kind: 'kept', reason }
  return { kind: 'later', reason, nextAt: new Date(nextAt).toISOString(), tried }
}
