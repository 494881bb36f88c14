import { createHash } from 'node:crypto'
import { z } from 'zod'
import { PUSH_MAX, PushedArticle, pushedDocument } from '../article/pushed.ts'
import { idOf } from '../store/db.ts'
import type { Reading } from '../store/documents.ts'
import type { NewSource, Source } from '../store/sources.ts'
import { ingest } from './ingest.ts'
import { type Deps, handTo } from './stage.ts'

/** Articles that somebody brings, instead of us reading them somewhere. */

export type PushFault = {
  readonly index: number
  readonly url: string | null
  readonly problem: string
}

export type Pushed = {
  readonly id: string
  readonly url: string
  readonly source: string
  /** `unchanged`: it was pushed with the same words before. */
  readonly outcome: 'accepted' | 'unchanged'
}

export type PushResult =
  | { readonly kind: 'accepted'; readonly articles: readonly Pushed[] }
  /** Nothing of it was stored. */
  | { readonly kind: 'invalid' | 'paused' | 'full'; readonly faults: readonly PushFault[] }

/** What a source of this kind is asked is nothing; the row wants a number. */
const NEVER_SECONDS = 86_400

/** A source of kind `push` has no address: its name is one. */
const pushUrl = (name: string): string => `push:${encodeURIComponent(name.trim().toLowerCase())}`

/** A source whose articles are pushed, before the store knows it. */
export const newPushSource = (name: string, topics: readonly string[] = []): NewSource => ({
  kind: 'push',
  url: pushUrl(name),
  name: name.trim(),
  topics,
  intervalSeconds: NEVER_SECONDS,
})

/**
 * Stores what is pushed as documents and has them ingested; one bad article, and nothing is stored.
 * A source that is not known yet is made. Pushing the same again changes nothing.
 */
export async function pushArticles(given: readonly unknown[], deps: Deps): Promise<PushResult> {
  const read = readPushed(given)
  if ('faults' in read) return { kind: 'invalid', faults: read.faults }
  const stop = await deps.store.house.fetchStop()
  if (stop) {
    const faults = read.articles.map(({ url }, index) => ({ index, url, problem: stop.reason }))
    return { kind: 'full', faults }
  }
  const sources = new Map<string, Source>()
  for (const { source } of read.articles) {
    const url = pushUrl(source)
    if (!sources.has(url)) sources.set(url, await sourceFor(source, deps))
  }
  const paused = read.articles.flatMap(({ source, url }, index) =>
    sources.get(pushUrl(source))?.state === 'active'
      ? []
      : [{ index, url, problem: `source ${source} is not active` }],
  )
  if (paused.length > 0) return { kind: 'paused', faults: paused }
  const outcomes: Pushed[] = []
  for (const [url, source] of sources)
    outcomes.push(
      ...(await store(
        source,
        read.articles.filter((one) => pushUrl(one.source) === url),
        deps,
      )),
    )
  return { kind: 'accepted', articles: outcomes }
}

type Read =
  | { readonly articles: readonly PushedArticle[] }
  | { readonly faults: readonly PushFault[] }

function readPushed(given: readonly unknown[]): Read {
  const faults: PushFault[] = []
  const articles: PushedArticle[] = []
  const seen = new Set<string>()
  if (given.length === 0 || given.length > PUSH_MAX)
    return { faults: [{ index: 0, url: null, problem: `expected 1 to ${PUSH_MAX} articles` }] }
  for (const [index, one] of given.entries()) {
    const { success, data, error } = PushedArticle.safeParse(one)
    if (!success) {
      const problem = z.prettifyError(error).replace(/\s+/g, ' ')
      faults.push({ index, url: urlOf(one), problem })
      continue
    }
    const key = `${pushUrl(data.source)}\n${pushedDocument(data).url}`
    if (seen.has(key)) faults.push({ index, url: data.url, problem: 'the same URL twice' })
    seen.add(key)
    articles.push(data)
  }
  return faults.length > 0 ? { faults } : { articles }
}

/** As much of an address as helps to find the article in what was sent. */
function urlOf(one: unknown): string | null {
  const url = (one as { url?: unknown } | null)?.url
  return typeof url === 'string' ? url.slice(0, 500) : null
}

async function sourceFor(name: string, { store, clock }: Deps): Promise<Source> {
  const { id } = await store.sources.add(newPushSource(name), clock.now())
  return (await store.sources.get(id)) as Source
}

async function store(source: Source, articles: readonly PushedArticle[], deps: Deps) {
  const { store, queues, clock } = deps
  const documents = articles.map(pushedDocument)
  const changed = new Set(
    await store.documents.put(source.id, documents.map(readingOf), clock.now()),
  )
  const pending = await store.documents.pending(source.id)
  await handTo(ingest, pending, source.id, queues)
  return documents.map(
    ({ url }): Pushed => ({
      id: idOf('a', url),
      url,
      source: source.name,
      outcome: changed.has(url) ? 'accepted' : 'unchanged',
    }),
  )
}

function readingOf({ url, json }: { readonly url: string; readonly json: string }): Reading {
  const bytes = Buffer.from(json)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { ref: url, url, contentType: 'application/feed+json', bytes, sha256 }
}
