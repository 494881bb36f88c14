import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { ArticleDraft, Card, Digest, Instant } from '../../src/model.ts'
import { tableNames } from '../../src/store/tables.ts'
import type { StageContext } from '../../src/workers/stage.ts'
import { makeEdition, POOL } from './edition.ts'
import type { TestApp } from './setup.ts'

/** What a stage is run with when a test runs it itself. */
export const stageContext = (app: TestApp, over: Partial<StageContext> = {}): StageContext => ({
  ...app.deps,
  attempt: 1,
  lastAttempt: true,
  trace: 'test',
  signal: new AbortController().signal,
  ...over,
})

/** All rows but those that describe the installation itself. */
const EMPTY = `do $$ begin
  set local session_replication_role = replica; -- in whatever order
  ${[...tableNames.filter((name) => name !== 'setting'), 'budget'].map((name) => `delete from dose.${name};`).join(' ')}
end $$`

/** Leaves an app to the next test without rows or mails, which is much quicker than another app. */
export async function empty({ deps: { store, config }, sink }: TestApp): Promise<void> {
  await sql.raw(EMPTY).execute(store.db)
  rmSync(join(config.DATA_DIR, 'outbox'), { recursive: true, force: true })
  if (sink) sink.messages.length = 0
}

/** A source that nothing fetches. */
export async function addSource(app: TestApp, name: string): Promise<string> {
  const { store, clock } = app.deps
  const url = `https://${name}.example/feed`
  const source = { kind: 'feed', url, name, topics: [], intervalSeconds: 3600 } as const
  return (await store.sources.add(source, clock.now())).id
}

type Told = Pick<ArticleDraft, 'url' | 'title' | 'text'> & Partial<ArticleDraft>

/** What a document tells of an article, as far as nobody says otherwise. */
export const makeDraft = (told: Told, at: Instant): ArticleDraft => ({
  ref: told.url,
  author: null,
  publishedAt: at,
  provider: null,
  language: 'en',
  excerpt: '',
  excerptOnly: false,
  images: [],
  topics: [],
  given: { quality: null, heat: null, related: [] },
  published: true,
  warnings: [],
  ...told,
})

/** Stores one article as if it were read from a document of its own at an instant. */
export async function ingest(app: TestApp, sourceId: string, told: Told, at: Instant) {
  const draft = makeDraft(told, at)
  return ingestAll(app, sourceId, draft.ref, [draft], at)
}

/** Stores articles as if they were read from the document `ref` at an instant. */
export async function ingestAll(
  app: TestApp,
  sourceId: string,
  ref: string,
  drafts: readonly ArticleDraft[],
  at: Instant,
) {
  const key = await fetchAll(app, sourceId, ref, drafts, at)
  return app.deps.store.articles.ingest(key, makeHarvest(sourceId, drafts))
}

/** Stores the document that these articles are to be read from; the only one that waits. */
export async function fetchAll(
  app: TestApp,
  sourceId: string,
  ref: string,
  drafts: readonly ArticleDraft[],
  at: Instant,
) {
  const { documents } = app.deps.store
  const bytes = new TextEncoder().encode(JSON.stringify(drafts))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await documents.put(sourceId, [{ ref, url: null, contentType: null, bytes, sha256 }], at)
  const [key] = await documents.pending(sourceId)
  if (!key) throw new Error(`${ref} did not change`)
  return key
}

/** What a reader made of a document; its teasers want their pages. */
export const makeHarvest = (sourceId: string, drafts: readonly ArticleDraft[]) => ({
  drafts,
  rejected: [],
  filtered: [],
  provider: { name: sourceId, domain: `${sourceId}.example` },
  topics: [],
  pages: 'teasers' as const,
})

type FrozenAs = {
  readonly date: string
  readonly pool: readonly Card[]
  readonly dated: boolean
  readonly atOnce: boolean
  readonly notAfter: Instant | null
}

/** A frozen edition of that day, due at once to every reader of the digest. */
export async function freezeEdition(
  app: TestApp,
  digest: Digest,
  {
    date = '2026-11-20',
    pool = POOL,
    dated = false,
    atOnce = true,
    notAfter = null,
  }: Partial<FrozenAs> = {},
): Promise<string> {
  const { store } = app.deps
  const at = `${date}T06:00:00.000Z`
  const sample = makeEdition()
  const span = { from: sample.span.from, to: at }
  const making = { dated, deliver: true, atOnce, size: 12 }
  const { id } = await store.editions.open({ digestId: digest.id, date, slot: 0, span }, making, at)
  const { subject, preheader, counters } = sample
  const content = { span, dated, log: null, told: [], subject, preheader, counters }
  const plan = { hour: null, timeZone: null, paces: ['daily', 'weekdays'], dueAt: at, notAfter }
  await store.editions.freeze(id, { ...content, pool, hash: 'h', frozenAt: at }, [plan])
  return id
}
