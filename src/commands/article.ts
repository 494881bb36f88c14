import { isAbsolute, relative, sep } from 'node:path'
import { z } from 'zod'
import { firingOn } from '../delivery/schedule.ts'
import { localDate } from '../delivery/zone.ts'
import { DoseError } from '../errors.ts'
import type { Digest, Instant } from '../model.ts'
import type { Deps } from '../workers/stage.ts'
import { columns, command } from './command.ts'
import { path, withPath } from './path.ts'

type Found = NonNullable<Awaited<ReturnType<Deps['store']['articles']['find']>>>

export const why = command({
  name: 'article why',
  summary: 'Tell how far an article came and where it stopped.',
  input: z.object({
    key: z.string().describe('Id, URL or file'),
    path,
  }),
  positional: ['key'],
  changes: false,
  prepare: withPath('key'),
  async run({ key, path }, { deps, out }) {
    const way = await wayOf(key, path, deps)
    if (!way) throw new DoseError('NOT_FOUND', `article ${key}`)
    for (const row of way.rows) out(row)
    return 0
  },
  show: columns('step', 'at', 'outcome', 'detail'),
})

export type WayRow = {
  readonly step: string
  readonly at: Instant | null
  readonly outcome: string
  readonly detail: string | null
}

export type Way = {
  readonly article: Found | undefined
  /** The document it stood in; also where it became no article. */
  readonly documentId: string | null
  readonly sourceId: string | null
  readonly rows: readonly WayRow[]
}

/** What a document or an article is called; within one source where that is known. */
type Place = { readonly key: string; readonly sourceId?: string }

/** How far an article came, by its id, URL or file; `null` where nothing was ever read of it. */
export async function wayOf(
  key: string,
  path: string | undefined,
  deps: Deps,
): Promise<Way | null> {
  for (const place of [...(await placesOf(path, deps)), { key }]) {
    const way = await wayFrom(place, deps)
    if (way) return way
  }
  return null
}

/** A file is stored by its path inside the folder of its source. */
async function placesOf(path: string | undefined, { store }: Deps): Promise<Place[]> {
  const folders = path === undefined ? [] : await store.ways.folders()
  return folders.flatMap(({ id, url }) =>
    refsIn(url, path ?? '').map((key) => ({ key, sourceId: id })),
  )
}

/** What a file is called in a folder, with `/` on every system; nothing where it lies outside. */
function refsIn(folder: string, file: string): string[] {
  const inside = relative(folder, file)
  const isOutside = inside === '' || isAbsolute(inside) || inside.split(sep)[0] === '..'
  return isOutside ? [] : [inside.replaceAll(sep, '/')]
}

async function wayFrom({ key, sourceId }: Place, deps: Deps): Promise<Way | null> {
  const { documents, articles } = deps.store
  const document = await documents.find(key, sourceId)
  // A bare file name may be that of several sources: the article is of the one whose document it is.
  const article =
    (await articles.find(key, sourceId ?? document?.source_id)) ??
    (document?.article_id ? await articles.find(document.article_id) : undefined)
  if (!document && !article) return null
  const origin = document ?? (article && (await documents.find(article.document_id)))
  return {
    article,
    documentId: origin?.id ?? null,
    sourceId: origin?.source_id ?? article?.source_id ?? null,
    rows: [
      ...(origin
        ? [{ step: 'read', at: origin.fetched_at, outcome: origin.state, detail: origin.ref }]
        : []),
      ...(document?.outcome ? [ingestRow(document, document.outcome)] : []),
      ...(origin?.warnings ?? []).map((detail) => {
        return { step: 'warning', at: origin?.fetched_at ?? null, outcome: 'kept', detail }
      }),
      ...(article ? await road(article, deps) : []),
    ],
  }
}

/** Why it became no article, or one of another document. */
const ingestRow = (
  { fetched_at, reason }: { fetched_at: Instant; reason: string | null },
  outcome: string,
): WayRow => ({ step: 'ingest', at: fetched_at, outcome, detail: reason })

async function road(article: Found, deps: Deps): Promise<WayRow[]> {
  const story = article.story_id ? await deps.store.stories.get(article.story_id) : undefined
  const rows = [
    {
      step: 'article',
      at: article.first_seen_at,
      outcome: article.published ? 'stored' : 'withdrawn',
      detail: `${article.id} ${article.url}`,
    },
    await pageRow(article, deps),
    {
      step: 'score',
      at: null,
      outcome: article.quality === null ? 'waiting' : String(article.quality),
      detail: ['quality, 0-100', ...deductions(article)].join('; '),
    },
    article.taken_down
      ? {
          step: 'take-down',
          at: null,
          outcome: 'withheld',
          detail: '`dose takedown list` says why',
        }
      : null,
    article.duplicate_of
      ? {
          step: 'duplicate',
          at: null,
          outcome: 'copy',
          detail: `of article ${article.duplicate_of}`,
        }
      : null,
    story
      ? { step: 'story', at: story.last_seen_at, outcome: story.id, detail: story.headline }
      : {
          step: 'story',
          at: null,
          outcome: 'waiting',
          detail: 'not yet taken up by the cluster stage',
        },
  ]
  const editions = []
  for (const digest of await deps.store.digests.list())
    editions.push(await editionRow(article, digest, deps))
  return [...rows, ...editions].filter((row) => row !== null)
}

/** What its quality lost, with the rules that flagged it. */
const deductions = ({ quality_parts: parts }: Found): string[] =>
  parts
    .filter(({ value }) => value < 0)
    .map(({ name, value, note }) => `${name} ${value}${note ? ` (${note})` : ''}`)

/** What became of reading its own page, where somebody wanted to. */
async function pageRow({ id }: Found, { store }: Deps) {
  const page = await store.pages.get(id)
  if (!page) return null
  const told = {
    wanted: page.reason ?? 'not asked for yet',
    taken: 'the text is that of its page',
    kept: `the text is that of the feed: ${page.reason}`,
    duplicate: page.reason ?? '',
  }
  return { step: 'page', at: page.asked_at, outcome: page.state, detail: told[page.state] }
}

/** In which edition of a digest it is, or to which one it would belong. */
async function editionRow(article: Found, digest: Digest, { store }: Deps) {
  const told = await store.archive.telling(digest.id, { id: article.id, storyId: article.story_id })
  if (told) {
    const place = `rank ${told.rank} of ${told.poolSize}; ${told.size} are shown to a reader of all topics`
    const detail = told.cited ? place : `${place}; its story is told from other articles`
    return { step: `edition of ${digest.name}`, at: told.frozenAt, outcome: told.date, detail }
  }
  const date = homeDate(article, digest)
  const detail = article.backfill
    ? `back-fill: published ${article.published_at}, more than 48 h before it was first seen; \`dose digest run "${digest.name}" --date ${date}\` makes the edition it belongs to`
    : `published ${article.published_at}; belongs to the edition of ${date}, which is not made yet or had better stories`
  return { step: `edition of ${digest.name}`, at: null, outcome: 'none', detail }
}

/** The date of the edition whose span holds the article's publication. */
function homeDate(article: Found, { schedule, timeZone }: Digest): string {
  if (article.undated) return localDate(article.first_seen_at, timeZone)
  for (let day = 0; day < 40; day++) {
    const at = new Date(Date.parse(article.published_at) + day * 86_400_000).toISOString()
    const firing = firingOn(schedule, timeZone, localDate(at, timeZone))
    if (firing && firing.span.to >= article.published_at) return firing.date
  }
  return localDate(article.published_at, timeZone)
}
