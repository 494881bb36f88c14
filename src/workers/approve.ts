import { firingAfter } from '../delivery/schedule.ts'
import type { Digest } from '../model.ts'
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
export async function declineEdition(
  edition: Pick<EditionRecord, 'id' | 'date' | 'slot'>,
  digest: Digest,
  deps: Pick<Deps, 'store' | 'clock'>,
): Promise<boolean> {
  return deps.store.approvals.decline(edition.id, isAhead(edition, digest, deps))
}

/**
 * Has an edition that waits made anew, for what an editor wants of it now: at once, or, where it was
 * fixed ahead, as it fires.
 */
export async function remakeEdition(
  edition: EditionRecord,
  digest: Digest,
  deps: ApproveDeps,
): Promise<void> {
  if (isAhead(edition, digest, deps)) return void (await declineEdition(edition, digest, deps))
  await deps.store.approvals.reopen(edition.id)
  await ring(compose, [{ id: edition.id, version: 1 }], deps, `remake ${edition.id}`)
}

/** Whether the firing of an edition is still to come. */
function isAhead(
  { date, slot }: Pick<EditionRecord, 'date' | 'slot'>,
  { schedule, timeZone }: Digest,
  { clock }: Pick<Deps, 'clock'>,
): boolean {
  const next = firingAfter(schedule, timeZone, clock.now())
  return next.date === date && next.slot === slot
}

/** Editions whose time to wait is over are sent, or not, as was said when they were frozen. */
export async function endWaits(deps: ApproveDeps & Pick<Deps, 'log'>, trace: string) {
  for (const waiting of await deps.store.approvals.due(deps.clock.now()))
    await endWait(waiting, deps, trace)
}

async function endWait(
  { id, hash, sends }: Waiting,
  deps: ApproveDeps & Pick<Deps, 'log'>,
  trace: string,
): Promise<void> {
  const edition = await deps.store.editions.get(id)
  const digest = edition && (await deps.store.digests.find(edition.digestId))
  if (!edition || !digest) return
  if (sends) await releaseEdition(edition, hash, digest, deps, trace)
  else await declineEdition(edition, digest, deps)
  const outcome = sends ? 'sent without a yes' : 'not sent: nobody said yes'
  deps.log.warn('an edition waited until its time was over', { edition_id: id, outcome })
}

/** What still waits as the next edition is made is not sent: its stories are in that one. */
export async function endEarlier(digest: Digest, deps: Pick<Deps, 'store' | 'clock'>) {
  for (const { id } of await deps.store.approvals.waiting(digest.id)) {
    const edition = await deps.store.editions.get(id)
    if (edition) await declineEdition(edition, digest, deps)
  }
}
