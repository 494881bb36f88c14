import { dueAt, isPaceDay } from '../delivery/due.ts'
import { hashEdition } from '../edition/freeze.ts'
import { selectIssue } from '../edition/select.ts'
import { makePreheader, makeSubject } from '../edition/subject.ts'
import type { Digest, Instant, Span } from '../model.ts'
import type { EditionRecord, Frozen } from '../store/editions.ts'
import type { Plan } from '../store/planning.ts'
import type { Eligibility } from '../store/stories.ts'
import { deliveryChunks } from './deliver.ts'
import type { Pool, PoolInput } from './pool.ts'
import type { Deps, Stage } from './stage.ts'

const DAY_MS = 86_400_000
/** Subjects looked at so that two editions in a row are not called the same. */
const RECENT_SUBJECTS = 7
const PACES = ['daily', 'weekdays', 'weekly'] as const

/** Turns the best stories of a span into an edition, freezes it and plans its deliveries. */
export const compose: Stage = {
  name: 'compose',
  does: 'composes an edition',
  takes: 'edition',
  gives: 'edition',
  concurrency: 1,

  async run({ id }, context) {
    const { store, clock, log } = context
    const edition = await store.editions.get(id)
    if (!edition) return []
    if (edition.state === 'draft') {
      const digest = await store.digests.find(edition.digestName)
      if (!digest) return []
      const content = await composeEdition(edition, digest, context)
      const plans = await planReaders(store, edition, content.frozenAt)
      await store.editions.freeze(id, content, plans)
      log.info('edition frozen', {
        edition_id: id,
        stories: content.pool.length,
        hash: content.hash,
      })
    }
    return deliveryChunks(store, id, clock.now())
  },
}

/** What an edition would be at this moment; freezing stores just this. */
export async function composeEdition(
  edition: EditionRecord,
  digest: Digest,
  { store, threads, clock, taxonomy }: Pick<Deps, 'store' | 'threads' | 'clock' | 'taxonomy'>,
): Promise<Frozen> {
  const eligibility = eligibilityOf(edition)
  const groups = new Map<string, string[]>()
  for (const { storyId, articleId } of await store.stories.candidates(eligibility))
    groups.set(storyId, [...(groups.get(storyId) ?? []), articleId])
  const articles = await store.articles.many([...groups.values()].flat())
  const byId = new Map(articles.map((article) => [article.id, article]))
  const { cards: pool, stories } = await threads.run<Pool>('makePool', {
    stories: [...groups].map(([id, ids]) => ({
      id,
      articles: ids.flatMap((one) => byId.get(one) ?? []),
    })),
    now: edition.span.to,
    timeZone: digest.timeZone,
    topics: digest.topics,
    taxonomy,
  } satisfies PoolInput)
  const issue = selectIssue(pool, { topics: [] }, edition.size)
  const recent = await store.editions.subjects(digest.id, RECENT_SUBJECTS)
  const content = {
    date: edition.date,
    span: edition.span,
    subject: issue ? makeSubject(issue, recent) : '',
    preheader: issue ? makePreheader(issue) : '',
    counters: { ...(await store.stories.counters(eligibility)), stories },
    pool,
    size: edition.size,
  }
  return { ...content, hash: hashEdition(content), frozenAt: clock.now() }
}

/** A dated edition takes undated articles on the local day they were first seen. */
function eligibilityOf({ span, dated, date, timeZone }: EditionRecord): Eligibility {
  return { span, dated, day: localDay(date, timeZone) }
}

function localDay(date: string, timeZone: string): Span {
  const noon = Date.parse(`${date}T12:00:00Z`)
  const next = new Date(noon + DAY_MS).toISOString().slice(0, 10)
  return { from: justBefore(midnight(date, timeZone)), to: justBefore(midnight(next, timeZone)) }
}

/** 24 h before the midnight that follows is no midnight on days with a clock change. */
const midnight = (date: string, timeZone: string): Instant =>
  dueAt(new Date(Date.parse(`${date}T00:00:00Z`) - 15 * 3_600_000).toISOString(), 0, timeZone)

const justBefore = (at: Instant): Instant => new Date(Date.parse(at) - 1).toISOString()

/** When each group of readers is due. */
export async function planReaders(
  store: Deps['store'],
  edition: EditionRecord,
  frozenAt: Instant,
): Promise<Plan[]> {
  const paces = PACES.filter((pace) => isPaceDay(pace, edition.date))
  const groups = await store.subscribers.hours(edition.digestId)
  return groups.map(({ hour, time_zone }) => ({
    hour,
    timeZone: time_zone,
    paces,
    dueAt: edition.atOnce ? frozenAt : dueAt(frozenAt, hour, time_zone ?? edition.timeZone),
  }))
}
