import { type Blocker, findBlockers, type Readiness } from '../edition/blockers.ts'
import { printedCards } from '../edition/select.ts'
import type { Digest, Instant } from '../model.ts'
import { compose } from './compose.ts'
import { deliver } from './deliver.ts'
import {
  type Attempt,
  isUnresolved,
  keptPreview,
  lookAhead,
  type Preview,
  type Upcoming,
  upcomingEdition,
} from './preview.ts'
import type { Deps } from './stage.ts'

/** The next edition of a digest with all that stands between it and its readers. */
export type Outlook = Upcoming & {
  /** `null` where it cannot be composed: a blocker says why. */
  readonly preview: Preview | null
  readonly blockers: readonly Blocker[]
}

/** With no story so long before an edition comes, nothing is wrong: the one before has just gone out. */
const FAR_OFF_MS = 2 * 3_600_000

type OutlookDeps = Pick<
  Deps,
  'store' | 'queues' | 'threads' | 'clock' | 'taxonomy' | 'config' | 'kept'
>

export async function outlookOf(digest: Digest, deps: OutlookDeps): Promise<Outlook> {
  try {
    const preview = await keptPreview(digest, deps)
    const blockers = await blockersOf(digest, preview, { preview }, await houseNow(deps), deps)
    return { ...preview, preview, blockers }
  } catch (error) {
    if (!isUnresolved(error)) throw error
    const upcoming = await upcomingEdition(digest, deps)
    const attempt = { error }
    const blockers = await blockersOf(digest, upcoming, attempt, await houseNow(deps), deps)
    return { ...upcoming, preview: null, blockers }
  }
}

/** The same for whoever does not wait: what takes long is told as it was within the last minutes. */
export type Glance = Upcoming & {
  readonly blockers: readonly Blocker[]
  /** Nobody has composed it in the last minutes: what depends on its stories is not told yet. */
  readonly isComposing: boolean
  readonly composed: { readonly at: Instant; readonly preview: Preview | null } | null
}

/** @param mayCompose composing may begin behind the scenes, where none is kept */
export async function glanceAt(
  digest: Digest,
  house: HouseNow,
  deps: OutlookDeps,
  mayCompose: boolean,
): Promise<Glance> {
  const upcoming = await upcomingEdition(digest, deps)
  const made = mayCompose ? await lookAhead(digest, upcoming, deps) : null
  const attempt = made?.value ?? null
  const preview = attempt && 'preview' in attempt ? attempt.preview : null
  return {
    ...upcoming,
    blockers: await blockersOf(digest, upcoming, attempt, house, deps),
    isComposing: mayCompose && made === null,
    composed: made && { at: preview?.edition.span.to ?? new Date(made.at).toISOString(), preview },
  }
}

/** @param attempt `null` where nobody has composed it yet */
async function blockersOf(
  digest: Digest,
  upcoming: Upcoming,
  attempt: Attempt | null,
  house: HouseNow,
  { store, clock, config }: OutlookDeps,
): Promise<Blocker[]> {
  const { hasReaders, ...sources } = await store.readiness(digest.id, clock.now())
  const isWaiting = upcoming.edition.state === 'waiting'
  const [waiting] = isWaiting ? await store.approvals.waiting(digest.id) : []
  const edition = attempt && 'preview' in attempt ? attempt.preview.edition : null
  const error = attempt && 'error' in attempt ? attempt.error : null
  return findBlockers({
    ...house,
    digest,
    stories: edition && printedCards(edition).length,
    isFarOff: Date.parse(upcoming.at) - Date.parse(clock.now()) > FAR_OFF_MS,
    unresolved: isUnresolved(error) ? error.message : null,
    failed: isUnresolved(error) ? null : (error?.message ?? null),
    hasReaders,
    sends: config.SMTP_URL !== undefined,
    sender: digest.from ?? config.MAIL_FROM,
    postal: config.POSTAL_ADDRESS,
    sources: { all: sources.sources, late: sources.late, failing: sources.failing },
    misplaced: edition ? await misplacedIn(edition, store) : [],
    waitsForYes: (waiting?.approveBy ?? null) !== null,
    waitSends: waiting?.sends ?? false,
  })
}

type HouseNow = Pick<Readiness, 'pausedStages' | 'pausedAccounts' | 'noRoom' | 'unlogged'>

/** What holds for every digest. */
export async function houseNow({
  store,
  queues,
}: Pick<Deps, 'store' | 'queues'>): Promise<HouseNow> {
  const needed = [compose.name, deliver.name]
  const paused = await Promise.all(needed.map((stage) => queues.isPaused(stage)))
  return {
    pausedStages: needed.filter((_, i) => paused[i]),
    pausedAccounts: (await store.quota.paused()).map(({ name, reason }) => `${name}: ${reason}`),
    noRoom: (await store.house.fetchStop()) !== null,
    unlogged: (await store.progress()).unlogged,
  }
}

/** Stories that an editor wants at a place and that are not told. */
async function misplacedIn({ id, pool }: Preview['edition'], store: Deps['store']) {
  const { places } = await store.editing.of(id)
  const told = new Set(pool.map(({ storyId }) => storyId))
  return places.map(({ storyId }) => storyId).filter((storyId) => !told.has(storyId))
}
