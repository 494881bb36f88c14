import { addressKey } from '../../delivery/address.ts'
import type { Deps } from '../../workers/stage.ts'
import { becauseOf, whyDelivery } from '../delivery.ts'
import { type Step, tallied, wayStep, type Xray } from './step.ts'

const EDITIONS = 30

/** What an address reads, and which editions it got, or why not. */
export async function xrayReader(address: string, { store }: Deps): Promise<Xray | null> {
  const key = addressKey(address.trim())
  const subscriptions = await store.ways.readerSubscriptions(key)
  if (subscriptions.length === 0) return null
  const deliveries = await store.ways.readerDeliveries(key, EDITIONS)
  const counts: Record<string, number> = {}
  for (const { state } of deliveries) counts[state] = (counts[state] ?? 0) + 1
  const [first] = subscriptions
  const steps: Step[] = [
    ...(first?.suppressed
      ? [
          wayStep({
            step: 'address',
            at: first.suppressedAt,
            outcome: 'suppressed',
            detail: first.suppressed,
          }),
        ]
      : []),
    ...subscriptions.map(({ digest, state, pace, hour, timeZone, createdAt, consent }) =>
      wayStep({
        step: `reads ${digest}`,
        at: createdAt,
        outcome: state,
        detail: `${pace}${hour === null ? '' : `, at ${hour}:00 ${timeZone ?? ''}`}; ${consent}`,
      }),
    ),
    ...deliveries.map(({ id, digest, date, state, reason, at }) =>
      wayStep(
        { step: `${digest} of ${date}`, at, outcome: state, detail: becauseOf(state, reason) },
        id,
      ),
    ),
  ]
  const last = deliveries[0]
  return {
    kind: 'reader',
    id: key,
    title: address.trim(),
    verdict: last
      ? `The last ${deliveries.length}: ${tallied(counts)}. ${last.digest} of ${last.date}: ${becauseOf(last.state, last.reason)}.`
      : 'No edition was planned for this reader yet.',
    steps,
  }
}

/** One mail: every state it had, and why it is where it is. */
export async function xrayDelivery(id: string, deps: Deps): Promise<Xray | null> {
  const found = await deps.store.ways.deliveryOf(id)
  if (!found) return null
  const head = await deps.store.archive.head(found.editionId)
  const why = await whyDelivery(found.editionId, found.email_key, deps)
  if (!head || !why) return null
  const { trail, because, reports } = why
  return {
    kind: 'delivery',
    id,
    title: `${head.digestName} of ${head.date} to ${found.email}`,
    verdict: `${because.slice(0, 1).toUpperCase()}${because.slice(1)}.`,
    steps: [
      wayStep({ step: 'edition', at: null, outcome: head.state, detail: head.subject }, head.id),
      wayStep({ step: 'reader', at: null, outcome: 'reads it', detail: found.email }, found.email),
      ...trail.map(({ at, state, reason }) =>
        wayStep({ step: 'delivery', at, outcome: state, detail: reason }),
      ),
      ...reports.map(({ at, kind, says }) =>
        wayStep({ step: 'report', at, outcome: kind, detail: says }),
      ),
    ],
  }
}
