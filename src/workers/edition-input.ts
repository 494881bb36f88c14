import type { Place } from '../edition/places.ts'
import type { Correction, Counters, Digest, Span } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import type { Eligibility, LogRange } from '../store/stories.ts'
import type { ToldBefore } from '../store/told.ts'
import type { Taxonomy } from '../story/topics.ts'
import { type Pantry, pantryOf } from './candidates.ts'
import { eligibilityOf } from './eligibility.ts'
import { type Ranking, rankingOf } from './ranking.ts'
import type { Deps } from './stage.ts'

/** Subjects looked at so that two editions in a row are not called the same. */
const RECENT_SUBJECTS = 7

/** All that decides what an edition says, beside its articles. Kept with it, as JSON. */
export type EditionHead = {
  readonly date: string
  readonly span: Span
  readonly size: number
  readonly timeZone: string
  /** Topics of the digest. */
  readonly topics: readonly string[]
  readonly dated: boolean
  /** Places of the log it covers; `null` for one made for a past date. */
  readonly log: LogRange | null
  readonly taxonomy: Taxonomy
  readonly ranking: Ranking
  /** Of the digest's adopted rankings; 0 for ours. */
  readonly rankingVersion: number
  /** Stories at fixed places. */
  readonly places: readonly Place[]
  /** Stories that are not told: muted for good, or left out of this edition. */
  readonly leftOut: readonly string[]
  /** Articles whose stories are muted. */
  readonly muted: readonly string[]
  /** Articles whose titles were chosen. */
  readonly headlines: readonly string[]
  /** What came in. */
  readonly came: Omit<Counters, 'stories'>
  /** Of the editions before. */
  readonly subjects: readonly string[]
  /** Editions whose readers are taken to remember. */
  readonly heardFrom: readonly string[]
  readonly corrections: readonly Correction[]
}

export type EditionInput = {
  readonly head: EditionHead
  /** What earlier editions told. */
  readonly told: readonly ToldBefore[]
  readonly pantry: Pantry
}

export type GatherDeps = Pick<Deps, 'store' | 'taxonomy'>

/** Looks up all that an edition is made of. */
export async function gatherInput(
  edition: EditionRecord,
  digest: Digest,
  deps: GatherDeps,
): Promise<EditionInput> {
  const { store, taxonomy } = deps
  const eligibility = await eligibilityOf(edition, store)
  const log = eligibility.kind === 'live' ? eligibility.log : null
  const wishes = await store.editing.of(edition.id)
  const told = await store.told.before({ ...edition, to: edition.span.to })
  const adopted = await store.rankings.current(digest.id)
  const head: EditionHead = {
    date: edition.date,
    span: edition.span,
    size: wishes.size ?? digest.size,
    timeZone: digest.timeZone,
    topics: digest.topics,
    dated: edition.dated,
    log,
    taxonomy,
    ranking: rankingOf(adopted.weights),
    rankingVersion: adopted.version,
    places: wishes.places,
    ...(await leftOutOf(wishes.leftOut, digest, eligibility, store)),
    came: await store.stories.counters(eligibility),
    subjects: await store.editions.subjects(digest.id, RECENT_SUBJECTS),
    heardFrom: [...new Set(told.map(({ editionId }) => editionId))],
    corrections: edition.dated ? [] : await store.corrections.due(digest.id, edition.id),
  }
  return { head, told, pantry: await pantryOf(eligibility, head.headlines, deps) }
}

/** Stories that are not told, and titles that were chosen, as of the end of the edition. */
async function leftOutOf(
  leftOut: readonly string[],
  { id }: Digest,
  eligibility: Eligibility,
  { decisions }: Deps['store'],
) {
  const to = eligibility.kind === 'live' ? eligibility.log.to : Number.MAX_SAFE_INTEGER
  const { muted, headlines } = await decisions.standing(id, to)
  return { leftOut: [...leftOut, ...(await decisions.storiesOf(muted))], muted, headlines }
}
