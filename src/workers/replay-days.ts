import { type Comparison, compareOrders } from '../edition/measure.ts'
import { printedCards } from '../edition/select.ts'
import type { Card, Edition, Part } from '../model.ts'
import type { ReplayRequest } from '../store/tables.ts'
import type { ToldBefore } from '../store/told.ts'
import type { Pantry } from './candidates.ts'
import { composeFrom } from './compose.ts'
import type { EditionHead } from './edition-input.ts'
import { openKept } from './kept-input.ts'
import { openRegrouping, type Regrouping, regroupedPantry } from './regroup.ts'
import type { Deps } from './stage.ts'

/** A story as one of two printed orders has it. */
export type ReplayedStory = {
  readonly storyId: string
  readonly headline: string
  readonly topic: string
  readonly score: number
  readonly parts: readonly Part[]
}

/** One edition made again, beside what was sent. */
export type ReplayedDay = {
  readonly editionId: string
  readonly date: string
  /** Why it could not be made again; else absent. */
  readonly missing?: string
  readonly hash: string
  readonly replayedHash: string
  /** To the byte. */
  readonly same: boolean
  readonly subject: string
  readonly replayedSubject: string
  readonly comparison: Comparison
  readonly sent: readonly ReplayedStory[]
  readonly replayed: readonly ReplayedStory[]
}

type ReplayDeps = Pick<Deps, 'store' | 'threads' | 'openClusterThread'>

/**
 * Makes the editions of past days again, in their order: what a day would have told, the days after
 * it remember. Without a change each comes out as it was.
 *
 * @param onDay hears of each day as it is done.
 */
export async function replayDays(
  editionIds: readonly string[],
  request: ReplayRequest,
  deps: ReplayDeps,
  onDay: (day: ReplayedDay, done: number) => Promise<void>,
): Promise<ReplayedDay[]> {
  const without = new Set(await deps.store.replays.articlesOf(request.without))
  const changed = { settings: request.grouping, without }
  const regroups = request.anew || without.size > 0 || Object.keys(request.grouping).length > 0
  const regrouping = regroups ? await openRegrouping(changed, deps) : null
  const told = new Map<string, readonly ToldBefore[]>()
  const days: ReplayedDay[] = []
  try {
    for (const id of editionIds) {
      const day = await replayDay(id, { request, without, regrouping, told }, deps)
      if (!day) continue
      days.push(day)
      await onDay(day, days.length)
    }
  } finally {
    await regrouping?.close()
  }
  return days
}

type Replaying = {
  readonly request: ReplayRequest
  readonly without: ReadonlySet<string>
  readonly regrouping: Regrouping | null
  /** What the days before this one would have told, by edition. */
  readonly told: Map<string, readonly ToldBefore[]>
}

async function replayDay(
  id: string,
  { request, without, regrouping, told }: Replaying,
  deps: ReplayDeps,
): Promise<ReplayedDay | null> {
  const { store } = deps
  const edition = await store.editions.get(id)
  if (!edition) return null
  const kept = await openKept(id, deps)
  if (!kept) return missingDay(edition, 'it was made before what editions are made of was kept')
  const { head } = kept
  const pantry = await pantryFor(head, kept.pantry, regrouping, without, deps)
  const changedHead = {
    ...head,
    ranking: { ...head.ranking, ...request.weights },
    leftOut: regrouping ? await leftOutBy(head, pantry, regrouping) : head.leftOut,
  }
  const heard = await hearAgain(head.heardFrom, told, store)
  const made = await composeFrom({ head: changedHead, told: heard, pantry }, deps)
  told.set(
    id,
    made.told.map((one) => ({ ...one, editionId: id, date: edition.date })).sort(byStory),
  )
  const [sent, replayed] = [printedCards(edition), printedCards({ ...edition, ...made })]
  return {
    editionId: id,
    date: edition.date,
    hash: edition.hash ?? '',
    replayedHash: made.hash,
    same: made.hash === edition.hash,
    subject: edition.subject,
    replayedSubject: made.subject,
    comparison: compareOrders(sent, replayed),
    sent: sent.map(brief),
    replayed: replayed.map(brief),
  }
}

async function pantryFor(
  head: EditionHead,
  kept: Pantry,
  regrouping: Regrouping | null,
  without: ReadonlySet<string>,
  deps: ReplayDeps,
): Promise<Pantry> {
  if (!regrouping) return kept
  // One made for a past date goes by publication: its stories are those that it had.
  if (!head.log) return withoutArticles(kept, without)
  return regroupedPantry(head, await regrouping.goTo(head.log.to), kept, deps)
}

const withoutArticles = ({ groups, load }: Pantry, without: ReadonlySet<string>): Pantry => ({
  groups,
  load: async (some) =>
    (await load(some)).map((story) => ({
      ...story,
      articles: story.articles.filter(({ id }) => !without.has(id)),
    })),
})

/** A muted story is known by an article of it, wherever that is now. */
async function leftOutBy(
  { log, leftOut, muted }: EditionHead,
  { groups }: Pantry,
  regrouping: Regrouping,
): Promise<readonly string[]> {
  if (!log || muted.length === 0) return leftOut
  const membership = await regrouping.goTo(log.to)
  const stories = muted.flatMap((article) => membership.get(article)?.story ?? [])
  return [...leftOut.filter((id) => groups.has(id)), ...stories]
}

/** What readers are taken to remember: of days that were made again, what those would have told. */
async function hearAgain(
  heardFrom: readonly string[],
  replayed: ReadonlyMap<string, readonly ToldBefore[]>,
  { told }: Deps['store'],
): Promise<readonly ToldBefore[]> {
  const stored = await told.by(heardFrom.filter((id) => !replayed.has(id)))
  const byEdition = Map.groupBy(stored, ({ editionId }) => editionId)
  return heardFrom.flatMap((id) => replayed.get(id) ?? byEdition.get(id) ?? [])
}

const byStory = (a: ToldBefore, b: ToldBefore) => (a.storyId < b.storyId ? -1 : 1)

const brief = ({ storyId, headline, topic, score, parts }: Card): ReplayedStory => {
  return { storyId, headline, topic, score, parts }
}

function missingDay(edition: Edition, missing: string): ReplayedDay {
  const sent = printedCards(edition)
  return {
    editionId: edition.id,
    date: edition.date,
    missing,
    hash: edition.hash ?? '',
    replayedHash: '',
    same: false,
    subject: edition.subject,
    replayedSubject: '',
    comparison: compareOrders(sent, []),
    sent: sent.map(brief),
    replayed: [],
  }
}
