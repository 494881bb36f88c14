import { createHash } from 'node:crypto'
import { DoseError } from '../errors.ts'
import { listFolder, readFolderFile } from '../io/folder.ts'
import type { HttpResult } from '../io/http.ts'
import type { Instant } from '../model.ts'
import type { Reading } from '../store/documents.ts'
import type { FetchOutcome, Source } from '../store/sources.ts'
import { ask, askedOf } from './ask.ts'
import { readList } from './read-list.ts'
import type { Stage, StageContext } from './stage.ts'

/** A source that fails is asked less and less often, but once a day for ever. */
const LONGEST_WAIT_SECONDS = 86_400
/** Files of a folder are stored in slices, so that a large folder does not fill the memory. */
const SLICE_FILES = 100
const SLICE_BYTES = 16 * 1_024 * 1_024

/** Reads one source and stores the documents that changed. */
export const fetch: Stage = {
  name: 'fetch',
  does: 'reads a source',
  takes: 'source',
  gives: 'document',
  concurrency: 8,

  async run({ id }, context) {
    const { store, clock, log } = context
    const source = await store.sources.get(id)
    if (!source || source.state === 'gone') return []
    await store.sources.begin(id, clock.now())
    const outcome = await readSource(source, context)
    await store.sources.finish(id, outcome, clock.now())
    if (outcome.kind === 'succeeded') log.info('source read', { source_id: id })
    else log.warn('source failed', { source_id: id, reason: outcome.error })
    return store.documents.pending(id)
  },

  async giveUp({ id }, error, { store, clock }) {
    const source = await store.sources.get(id)
    const now = clock.now()
    if (source) await store.sources.finish(id, failed(source, now, error.message, null), now)
  },
}

/** A source that cannot be read is an outcome, not an error: the next time is on its own clock. */
async function readSource(source: Source, context: StageContext): Promise<FetchOutcome> {
  const now = context.clock.now()
  try {
    if (source.kind === 'feed' || source.kind === 'list') return await readFeed(source, context)
    if (source.kind === 'folder') await readFolder(source, context)
    return succeeded(source, now, { etag: null, lastModified: null, maxAgeSeconds: null })
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    return failed(source, now, error.message, null)
  }
}

async function readFeed(source: Source, context: StageContext): Promise<FetchOutcome> {
  const { store, clock, signal } = context
  const validators = { etag: source.etag, lastModified: source.last_modified }
  const asked = await askedOf(source, context)
  const result = await ask(asked, context.http, { validators, signal })
  const now = clock.now()
  if (result.kind === 'gone') return { kind: 'gone', error: `${source.url} answered 410 Gone` }
  if (result.kind === 'disallowed') return failed(source, now, result.reason, null)
  if (result.kind === 'failed' || result.kind === 'postponed')
    return failed(source, now, result.reason, result.retryAfterSeconds)
  if (result.kind === 'fetched') {
    const rules = source.list_rules
    const reading = rules
      ? await readList({ ...asked, rules }, result, context)
      : readingOf(source, result)
    await store.documents.put(source.id, [reading], now)
  }
  return succeeded(source, now, result)
}

function readingOf(source: Source, result: HttpResult & { kind: 'fetched' }): Reading {
  const { url, contentType, bytes } = result
  return { ref: source.url, url, contentType, bytes, sha256: sha256(bytes) }
}

/** Stores the files of a folder in the order of their names. One that cannot be read is noted. */
async function readFolder(source: Source, { store, clock, signal }: StageContext): Promise<void> {
  let slice: Reading[] = []
  let bytes = 0
  const flush = async () => {
    await store.documents.put(source.id, slice, clock.now())
    slice = []
    bytes = 0
  }
  for await (const { ref } of listFolder(source.url)) {
    signal.throwIfAborted()
    const reading = await readFile(source.url, ref)
    slice.push(reading)
    bytes += reading.bytes.length
    if (slice.length >= SLICE_FILES || bytes >= SLICE_BYTES) await flush()
  }
  await flush()
}

async function readFile(dir: string, ref: string): Promise<Reading> {
  const common = { ref, url: null, contentType: null }
  try {
    const bytes = await readFolderFile(dir, ref)
    return { ...common, bytes, sha256: sha256(bytes) }
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    const bytes = new Uint8Array()
    return { ...common, bytes, sha256: error.message, refusal: error.message }
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

type Standing = { etag: string | null; lastModified: string | null; maxAgeSeconds: number | null }

function succeeded(source: Source, now: Instant, standing: Standing): FetchOutcome {
  const wait = Math.max(source.interval_seconds, standing.maxAgeSeconds ?? 0)
  const nextFetchAt = later(now, Math.min(wait, LONGEST_WAIT_SECONDS))
  const { etag, lastModified } = standing
  return { kind: 'succeeded', etag, lastModified, nextFetchAt }
}

function failed(
  source: Source,
  now: Instant,
  error: string,
  retryAfter: number | null,
): FetchOutcome {
  const backOff = source.interval_seconds * 2 ** Math.min(source.failures, 10)
  const wait = Math.min(Math.max(backOff, retryAfter ?? 0), LONGEST_WAIT_SECONDS)
  return { kind: 'failed', error, nextFetchAt: later(now, wait) }
}

const later = (now: Instant, seconds: number): Instant =>
  new Date(Date.parse(now) + seconds * 1_000).toISOString()
