import { type Blocker, findBlockers } from '../edition/blockers.ts'
import { DoseError } from '../errors.ts'
import type { Digest } from '../model.ts'
import { keptPreview, type Preview, type Upcoming, upcomingEdition } from './preview.ts'
import type { Deps } from './stage.ts'

/** The next edition of a digest with all that stands between it and its readers. */
export type Outlook = Upcoming & {
  /** `null` where it cannot be composed: a blocker says why. */
  readonly preview: Preview | null
  readonly blockers: readonly Blocker[]
}

type OutlookDeps = Pick<Deps, 'store' | 'threads' | 'clock' | 'taxonomy' | 'config' | 'kept'>

export async function outlookOf(digest: Digest, deps: OutlookDeps): Promise<Outlook> {
  try {
    const preview = await keptPreview(digest, deps)
    return { ...preview, preview, blockers: await blockersOf(digest, preview, null, deps) }
  } catch (error) {
    if (!(error instanceof DoseError && error.code === 'CITATION_UNRESOLVED')) throw error
    const upcoming = await upcomingEdition(digest, deps)
    const blockers = await blockersOf(digest, upcoming, error.message, deps)
    return { ...upcoming, preview: null, blockers }
  }
}

async function blockersOf(
  digest: Digest,
  { edition }: Upcoming,
  unresolved: string | null,
  { store, clock, config }: OutlookDeps,
): Promise<Blocker[]> {
  const { readers, ...sources } = await store.readiness(digest.id, clock.now())
  const { unlogged } = await store.progress()
  const [waiting] = await store.approvals.waiting(digest.id)
  const { places } = await store.editing.of(edition.id)
  const told = new Set(edition.pool.map(({ storyId }) => storyId))
  const lost = places.filter(({ storyId }) => !told.has(storyId))
  return findBlockers({
    digest,
    stories: Math.min(edition.pool.length, edition.size),
    unresolved,
    readers,
    sends: config.SMTP_URL !== undefined,
    sender: digest.from ?? config.MAIL_FROM,
    postal: config.POSTAL_ADDRESS,
    pausedAccounts: (await store.quota.paused()).map(({ name, reason }) => `${name}: ${reason}`),
    sources: { all: sources.sources, late: sources.late, failing: sources.failing },
    unlogged,
    misplaced: unresolved === null ? lost.map(({ storyId }) => storyId) : [],
    waitsUntil: waiting?.approveBy ?? null,
    waitSends: waiting?.sends ?? false,
  })
}
