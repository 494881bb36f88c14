import type { Digest, Instant } from '../model.ts'
import type { Waiting } from '../store/approvals.ts'
import type { EditionRecord } from '../store/editions.ts'
import { compose } from './compose.ts'
import { deliver, deliveryChunks } from './deliver.ts'
import { ring } from './recover.ts'
import type { Deps } from './stage.ts'
import { planReaders } from './turns.ts'

type ApproveDeps = Pick<Deps, 'store' | 'queues' | 'clock'>

/**
 * Lets an edition that waits go to its readers. Their hours count from when it was frozen: whose
 * hour went by while it waited gets it at once.
 *
 * @param hash what was looked at
 * @returns whether it went.
 */
export async function releaseEdition(
  edition: EditionRecord,
  hash: string,
  digest: Digest,
  deps: ApproveDeps,
  trace: string,
): Promise<boolean> {
  const { store, clock } = deps
  const plans = await planReaders(store, digest, edition, edition.frozenAt ?? clock.now())
  if (!(await store.approvals.release(edition.id, hash, plans, clock.now()))) return false
  await ring(deliver, await deliveryChunks(store, edition.id, clock.now()), deps, trace)
  return true
}

/** Sends an edition that waits to nobody; where its firing is still to come, that makes it anew. */
export const declineEdition = (
  edition: Pick<EditionRecord, 'id' | 'frozenAt'>,
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
): Promise<boolean> => store.approvals.decline(edition.id, isAhead(edition, clock.now()))

/**
 * Has an edition that waits made anew, for what an editor wants of it now: at once, or, where it was
 * fixed ahead, as it fires.
 */
export async function remakeEdition(edition: EditionRecord, deps: ApproveDeps): Promise<void> {
  if (isAhead(edition, deps.clock.now())) return void (await declineEdition(edition, deps))
  await deps.store.approvals.reopen(edition.id)
  await ring(compose, [{ id: edition.id, version: 1 }], deps, `remake ${edition.id}`)
}

/** Whether the firing of an edition is still to come: one that was fixed ahead counts as frozen then. */
const isAhead = ({ frozenAt }: Pick<EditionRecord, 'frozenAt'>, now: Instant): boolean =>
  frozenAt !== null && frozenAt > now

/**
 * Editions whose time to wait is over are sent, or not, as was said when they were frozen; not those whose
 * time was over before `tooLate`: they are yesterday's news, and their stories are for the next one.
 */
export async function endWaits(
  tooLate: Instant,
  deps: ApproveDeps & Pick<Deps, 'log'>,
  trace: string,
): Promise<void> {
  for (const waiting of await deps.store.approvals.due(deps.clock.now())) {
    const outcome = await endWait(waiting, tooLate, deps, trace)
    const fields = { edition_id: waiting.id, outcome }
    deps.log.warn('an edition waited until its time was over', fields)
  }
}

async function endWait(
  { id, hash, sends, approveBy }: Waiting,
  tooLate: Instant,
  deps: ApproveDeps,
  trace: string,
): Promise<string> {
  const edition = await deps.store.editions.get(id)
  const digest = edition && (await deps.store.digests.find(edition.digestId))
  if (!edition || !digest) return 'removed meanwhile'
  const isLate = approveBy !== null && approveBy < tooLate
  if (sends && !isLate) {
    await releaseEdition(edition, hash, digest, deps, trace)
    return 'sent without a yes'
  }
  await declineEdition(edition, deps)
  return sends ? 'not sent: too late to be made up' : 'not sent: nobody said yes'
}

/** What still waits as the next edition is made is not sent: its stories are in that one. */
export async function endEarlier(digest: Digest, deps: Pick<Deps, 'store' | 'clock'>) {
  for (const { id } of await deps.store.approvals.waiting(digest.id)) {
    const edition = await deps.store.editions.get(id)
    if (edition) await declineEdition(edition, deps)
  }
}
