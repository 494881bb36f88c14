import { lastFiring } from '../delivery/schedule.ts'
import type { Digest } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import { endEarlier, endWaits } from './approve.ts'
import { compose } from './compose.ts'
import { deliver, deliveryChunks } from './deliver.ts'
import { spanOf } from './eligibility.ts'
import { fetch } from './fetch.ts'
import { ring, ringForRows } from './recover.ts'
import { selectRound } from './round.ts'
import type { Key, Stage, StageContext } from './stage.ts'
import { subscribe } from './subscribe.ts'

/** How often it looks. */
const EVERY_MS = 60_000
/** A firing missed for longer than this is not made up: it is yesterday's news. */
const MAKE_UP_MS = 24 * 3_600_000

/**
 * Starts what is due, and rings again for rows whose ring was lost between a commit and the queue,
 * or with a queue that was emptied. Everything it rings for may be rung for twice.
 */
export const reconcile: Stage = {
  name: 'reconcile',
  does: 'starts what is due and finds what was lost',
  takes: 'nothing',
  gives: 'nothing',
  concurrency: 1,
  wakeUp: true,
  everyMs: EVERY_MS,

  async run(_key, context) {
    const { store, clock, trace } = context
    const dead = await store.senders.reapDead(clock.now())
    if (dead > 0) context.log.warn('settled what dead senders left', { senders: dead })
    await ring(fetch, await dueSources(context), context, trace)
    await ring(subscribe, await store.hubs.due(clock.now()), context, trace)
    await ringForRows(context, trace)
    const tooLate = new Date(Date.parse(clock.now()) - MAKE_UP_MS).toISOString()
    const expired = await store.editions.expire(tooLate)
    if (expired > 0) context.log.warn('editions were too late to be made up', { editions: expired })
    await endWaits(tooLate, context, trace)
    await openDueEditions(context)
    await ring(compose, (await store.editions.drafts()).map(editionKey), context, trace)
    await store.sending.skipRecalled(clock.now())
    await store.editions.mergeOverdue(clock.now())
    const late = await store.deliveries.skipLate(clock.now())
    if (late > 0) context.log.warn('deliveries were too late to be sent', { deliveries: late })
    const resent = await store.sending.resendByRule(clock.now())
    if (resent > 0) context.log.warn('sent again what was unknown, by rule', { deliveries: resent })
    await store.sending.endFirst(clock.now())
    await ringDeliveries(context)
    return []
  },
}

const editionKey = (id: string): Key => ({ id, version: 1 })

/** Of one domain no more than its budget serves until the next round; none while there is no room. */
async function dueSources({ store, clock, config }: StageContext): Promise<Key[]> {
  if (await store.house.fetchStop()) return []
  const aRound = Math.ceil((config.HOST_REQUESTS_PER_MINUTE * EVERY_MS) / 60_000)
  return selectRound(await store.sources.due(clock.now()), aRound)
}

/** The newest firing of each digest gets its edition, once, also when it was missed. */
async function openDueEditions(context: StageContext): Promise<void> {
  const { store, clock, log } = context
  for (const digest of await store.digests.list()) {
    const firing = dueFiring(digest, clock.now())
    if (!firing) continue
    const making = { dated: false, deliver: true, atOnce: false, size: digest.size }
    const known = await store.editions.find(digest.id, firing.date, firing.slot)
    if (known && !isLookedAtOnly(known)) continue
    await endEarlier(digest, context)
    const slot = { digestId: digest.id, ...firing, span: await spanOf(digest, firing, store) }
    if (known) await store.editions.redraft(known.id, slot.span, making)
    else await store.editions.open(slot, making, clock.now())
    log.info('edition opened', { digest: digest.name, date: firing.date })
  }
}

/** Made for its date by somebody who wanted to see it; nobody has got it. */
const isLookedAtOnly = (edition: EditionRecord): boolean => !edition.deliver

/** The newest firing of a digest that goes by itself, unless it is too old to be made up. */
export function dueFiring(digest: Digest, now: string) {
  if (!digest.active) return null
  const firing = lastFiring(digest.schedule, digest.timeZone, now)
  const { to } = firing.span
  const missed = Date.parse(now) - Date.parse(to) > MAKE_UP_MS
  return missed || to <= digest.scheduledSince ? null : firing
}

async function ringDeliveries(context: StageContext): Promise<void> {
  const { store, clock, trace } = context
  for (const { editionId } of await store.deliveries.due(clock.now()))
    await ring(deliver, await deliveryChunks(store, editionId, clock.now()), context, trace)
  for (const id of await store.deliveries.unsettled()) await store.editions.settle(id)
}
