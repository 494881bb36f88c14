import {
  dueAt,
  isPaceDay,
  type LeptFiring,
  notAfter,
  owedPaces,
  readyAt,
  withinWindow,
} from '../delivery/due.ts'
import { type Firing, leftOutAt } from '../delivery/schedule.ts'
import { firstInstant } from '../delivery/zone.ts'
import { hashEdition } from '../edition/freeze.ts'
import { selectIssue } from '../edition/select.ts'
import { makePreheader, makeSubject } from '../edition/subject.ts'
import type { Digest, Instant, Span } from '../model.ts'
import type { EditionRecord, Frozen } from '../store/editions.ts'
import type { Plan } from '../store/planning.ts'
import type { Eligibility } from '../store/stories.ts'
import { loadCandidates, rankCandidates } from './candidates.ts'
import { deliveryChunks } from './deliver.ts'
import type { Deps, Stage } from './stage.ts'
import { loadTellings, toldIn } from './tellings.ts'

const DAY_MS = 86_400_000
const END_OF_TIME = '9999-12-31T00:00:00.000Z'
/** Subjects looked at so that two editions in a row are not called the same. */
const RECENT_SUBJECTS = 7
const PACES = ['daily', 'weekdays', 'weekly'] as const

/** The draft is composed again, for what it is asked to be now. */
class AskedAnew extends Error {}

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
      const plans = await planReaders(store, digest, edition, content.frozenAt)
      if (!(await store.editions.freeze(id, content, plans)))
        throw new AskedAnew(`edition ${id} was asked for anew while it was composed`)
      const { hash, pool } = content
      log.info('edition frozen', { edition_id: id, stories: pool.length, hash })
    }
    return deliveryChunks(store, id, clock.now())
  },
}

/** The stories an edition may tell, and how they are to be ranked. */
export async function gatherStories(
  edition: EditionRecord,
  { timeZone, topics }: Digest,
  deps: Pick<Deps, 'store' | 'taxonomy'>,
) {
  const eligibility = await eligibilityOf(edition, deps.store)
  const groups = await loadCandidates(eligibility, deps)
  const options = { now: edition.span.to, timeZone, topics, taxonomy: deps.taxonomy }
  const tellings = await loadTellings({ ...edition, to: edition.span.to }, groups, deps)
  return { eligibility, groups, options, tellings }
}

/** What an edition would be at this moment; freezing stores just this. */
export async function composeEdition(
  edition: EditionRecord,
  digest: Digest,
  deps: Pick<Deps, 'store' | 'threads' | 'clock' | 'taxonomy'>,
): Promise<Frozen> {
  const { store, clock } = deps
  const { eligibility, groups, options, tellings } = await gatherStories(edition, digest, deps)
  const ranked = await rankCandidates(groups, options, deps, tellings)
  const { cards: pool, stories } = ranked
  const issue = selectIssue(pool, { topics: [] }, edition.size)
  const recent = await store.editions.subjects(digest.id, RECENT_SUBJECTS)
  const subject = issue ? makeSubject(issue, recent) : ''
  const content = {
    date: edition.date,
    span: edition.span,
    subject,
    preheader: issue ? makePreheader(issue, subject) : '',
    counters: { ...(await store.stories.counters(eligibility)), stories },
    pool,
    size: edition.size,
  }
  const log = eligibility.kind === 'live' ? eligibility.log : null
  return {
    ...content,
    dated: edition.dated,
    log,
    told: toldIn(pool, edition.size, ranked.articles),
    hash: hashEdition(content),
    frozenAt: clock.now(),
  }
}

/** A live edition begins in the log where the one before it ended. */
async function eligibilityOf(edition: EditionRecord, store: Deps['store']): Promise<Eligibility> {
  const { id, digestId, span, date, timeZone } = edition
  if (edition.dated) return { kind: 'dated', span, day: localDay(date, timeZone) }
  const before = await store.editions.before(digestId, id)
  const from = before?.log ?? (await store.editions.logPlace(span.from))
  // Whoever asks for an edition now means all there is, whatever the clocks of the workers say.
  const end = await store.editions.logPlace(edition.atOnce ? END_OF_TIME : span.to)
  const to = Math.max(from, end)
  return { kind: 'live', log: { from, to }, to: span.to }
}

/** An edition covers what came after the one before it, which may have been made by hand. */
export async function spanOf(digest: Digest, firing: Firing, store: Deps['store']): Promise<Span> {
  const before = await store.editions.before(
    digest.id,
    store.editions.idOf({ digestId: digest.id, ...firing }),
  )
  const { from, to } = firing.span
  return { from: before && before.to < to ? before.to : from, to }
}

/** From just before the local midnight to just before the next. */
function localDay(date: string, timeZone: string): Span {
  const next = new Date(Date.parse(`${date}T12:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
  return { from: justBefore(midnight(date, timeZone)), to: justBefore(midnight(next, timeZone)) }
}

/** A zone that crossed the date line left a whole day out: its UTC midnight stands in. */
const midnight = (date: string, timeZone: string): Instant =>
  firstInstant(date, 0, timeZone) ?? `${date}T00:00:00.000Z`

const justBefore = (at: Instant): Instant => new Date(Date.parse(at) - 1).toISOString()

/** When each group of readers is due, on their own clock; at once, where an operator asks so. */
export async function planReaders(
  store: Deps['store'],
  digest: Digest,
  edition: EditionRecord,
  frozenAt: Instant,
): Promise<Plan[]> {
  const groups = await store.subscribers.hours(edition.digestId)
  const before = await store.editions.frozenBefore(edition)
  const previous = before && issueOf(digest, before)
  const issue = issueOf(digest, { frozenAt, firedAt: edition.span.to })
  const today = PACES.filter((pace) => isPaceDay(pace, edition.date))
  return groups.map(({ hour, time_zone }) => {
    const group = { hour, timeZone: time_zone }
    if (edition.atOnce) return { ...group, paces: today, dueAt: frozenAt, notAfter: null }
    return { ...group, ...turnOf(digest, issue, previous, hour, time_zone ?? edition.timeZone) }
  })
}

/** When an edition was frozen, and whether the clock left out the time it was to fire at. */
export type Issued = { readonly frozenAt: Instant; readonly lept: LeptFiring | null }

export function issueOf(
  { schedule, timeZone }: Pick<Digest, 'schedule' | 'timeZone'>,
  { frozenAt, firedAt }: { readonly frozenAt: Instant; readonly firedAt: Instant },
): Issued {
  const meant = leftOutAt(schedule, timeZone, firedAt)
  return { frozenAt, lept: meant === null ? null : { meant, at: firedAt, timeZone } }
}

/**
 * When readers of one hour and zone get an edition, until when, and which of them.
 *
 * @param previous the edition before; `null` for a digest's first
 */
export function turnOf(
  { window, deadlineHour }: Pick<Digest, 'window' | 'deadlineHour'>,
  issue: Issued,
  previous: Issued | null,
  hour: number | null,
  zone: string,
): Pick<Plan, 'paces' | 'dueAt' | 'notAfter'> {
  const due = ({ frozenAt, lept }: Issued) =>
    withinWindow(dueAt(readyAt(frozenAt, hour, zone, lept), hour, zone), window, zone)
  const at = due(issue)
  return {
    dueAt: at,
    notAfter: notAfter(at, deadlineHour, zone),
    paces: owedPaces(at, previous && due(previous), zone),
  }
}
