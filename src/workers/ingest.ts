import type { ReadResult } from '../article/read.ts'
import { DoseError } from '../errors.ts'
import type { Pacing, Provider } from '../model.ts'
import type { PagePolicy } from '../store/page-rows.ts'
import type { Source } from '../store/sources.ts'
import { isLostFeed, learnRhythm, proposeFeeds } from './learn.ts'
import { readInThread } from './read-in-thread.ts'
import type { Stage } from './stage.ts'
import { noteHub } from './websub.ts'

/** Makes articles of one document. What is in it and is no article is noted with the reason. */
export const ingest: Stage = {
  name: 'ingest',
  does: 'makes articles of a document',
  takes: 'document',
  gives: 'article',
  concurrency: 4,

  async run(key, context) {
    const { store, filters, log } = context
    const document = await store.documents.get(key.id)
    if (!document || document.version !== key.version || document.state === 'rejected') return []
    const source = await store.sources.get(document.source_id)
    if (!source) return []
    const { ref, url, content_type: contentType, bytes } = document
    let read: Read = NOTHING
    try {
      const rules = [...filters, ...(await store.filters.of(source.id))]
      const input = { ref, url, contentType, bytes, rules }
      if (bytes) read = await readInThread('readDocument', input, ref, context)
    } catch (error) {
      if (!(error instanceof DoseError) || error.retry) throw error
      await store.documents.reject(key, error.message)
      log.warn('document rejected', { ref, reason: error.message })
      return []
    }
    if (read.kind && isLostFeed(source, document, read.kind)) {
      const reason = await proposeFeeds(source, document, context)
      await store.documents.reject(key, reason)
      log.warn('document rejected', { ref, reason })
      return []
    }
    if (read.kind === 'feed') await learnRhythm(source, document, read, context)
    await noteHub(source, read, context)
    const provider = providerOf(source, read.link)
    const warnings = [...read.warnings, ...read.drafts.flatMap((draft) => draft.warnings)]
    const { articles, counts } = await store.articles.ingest(key, {
      drafts: read.drafts,
      rejected: read.rejected,
      filtered: read.filtered,
      provider,
      topics: source.topics,
      pages: pagesOf(source),
      warnings,
    })
    if (warnings.length > 0) log.warn('document read with warnings', { ref, warnings })
    log.debug('document ingested', { ref, ...counts })
    return articles
  },

  async giveUp(key, error, { store }) {
    await store.documents.reject(key, error.message)
  },
}

type Read = Pick<ReadResult, 'drafts' | 'rejected' | 'link' | 'warnings' | 'hubs' | 'self'> & {
  readonly kind: ReadResult['kind'] | null
  readonly pacing: Partial<Pacing>
  readonly filtered: ReadResult['rejected']
}

/** A second run finds the bytes gone and answers what the first one stored. */
const NOTHING: Read = {
  kind: null,
  drafts: [],
  rejected: [],
  filtered: [],
  link: null,
  warnings: [],
  hubs: [],
  self: null,
  pacing: {},
}

/** Files of a folder and what is pushed were given as they are; feeds and lists lead to articles. */
function pagesOf({ kind, full_text: fullText }: Source): PagePolicy {
  if (fullText === 'always') return 'all'
  const leads = kind === 'feed' || kind === 'list'
  return fullText === 'auto' && leads ? 'teasers' : 'none'
}

/** Who publishes what a source brings, where its articles do not say. */
function providerOf(source: Source, link: string | null): Provider {
  const url = link ?? source.url
  const domain = URL.parse(url)?.hostname.replace(/^www\./, '') || source.name
  return { name: source.name, domain: domain.toLowerCase() }
}
