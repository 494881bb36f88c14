import type { Instant } from '../model.ts'
import type { Taken } from '../store/deliveries.ts'
import type { Sender } from '../store/senders.ts'
import type { Store } from '../store/store.ts'
import type { StageContext } from './stage.ts'

/** Deliveries claimed at a time; a process that dies gives this many back. */
export const CLAIM = 20

/** What this process sends with: one sender, whose lock tells the others that it lives. */
type Desk = {
  sender: Sender | null
  /** Claims that are being sent; whatever else the sender holds was left by a failure. */
  readonly inFlight: Set<string>
  /** Ends when the last of those that use the sender does: one claims at a time. */
  turn: Promise<unknown>
}

export type Batch = Taken & { readonly senderId: string }

const desks = new WeakMap<Store, Desk>()

function deskOf(store: Store): Desk {
  const desk = desks.get(store) ?? { sender: null, inFlight: new Set(), turn: Promise.resolve() }
  desks.set(store, desk)
  return desk
}

function inTurn<T>(desk: Desk, does: () => Promise<T>): Promise<T> {
  const done = desk.turn.then(does)
  desk.turn = done.catch(() => undefined)
  return done
}

/** Claims the next deliveries of an edition, after settling what failed sendings left behind. */
export function takeClaims(
  editionId: string,
  limit: number,
  { store, clock }: StageContext,
): Promise<Batch> {
  const desk = deskOf(store)
  return inTurn(desk, async () => {
    const sender = await livingSender(desk, store, clock.now())
    await store.deliveries.release(sender.id, [...desk.inFlight], clock.now())
    const taken = await store.deliveries.claim(editionId, sender.id, limit, clock.now())
    for (const { id } of taken.claims) desk.inFlight.add(id)
    return { senderId: sender.id, ...taken }
  })
}

/** Names the sender of this process to what is sent beside the deliveries of editions. */
export async function senderOf({ store, clock }: StageContext): Promise<string> {
  const desk = deskOf(store)
  return (await inTurn(desk, () => livingSender(desk, store, clock.now()))).id
}

/** Settles what failed sendings left behind: not sent is planned again, perhaps sent is unknown. */
export async function settleLeft({ store, clock }: StageContext): Promise<void> {
  const desk = deskOf(store)
  await inTurn(desk, async () => {
    if (desk.sender) await store.deliveries.release(desk.sender.id, [...desk.inFlight], clock.now())
  })
}

/** A claim that is being sent no more, however that ended. */
export function leaveClaim(store: Store, id: string): void {
  deskOf(store).inFlight.delete(id)
}

/** What a sender that lost its connection held is settled before another takes its place. */
async function livingSender(desk: Desk, store: Store, now: Instant): Promise<Sender> {
  if (desk.sender && (await desk.sender.isAlive())) return desk.sender
  await desk.sender?.close(now)
  desk.sender = null
  desk.sender = await store.senders.register(now)
  return desk.sender
}

/** Ends this process's sender: what it had claimed is planned again. */
export async function closeSender(store: Store, now: Instant): Promise<void> {
  const desk = deskOf(store)
  await inTurn(desk, async () => {
    const { sender } = desk
    desk.sender = null
    await sender?.close(now)
  })
}
