import type { Firing } from '../delivery/schedule.ts'
import { firstInstant } from '../delivery/zone.ts'
import type { Digest, Instant, Span } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import type { Eligibility } from '../store/stories.ts'
import type { Deps } from './stage.ts'

const DAY_MS = 86_400_000
const END_OF_TIME = '9999-12-31T00:00:00.000Z'

/** Which articles belong to an edition. A live one begins in the log where the one before it ended. */
export async function eligibilityOf(
  edition: EditionRecord,
  store: Deps['store'],
): Promise<Eligibility> {
  const { id, digestId, span, date, timeZone } = edition
  if (edition.dated) return { kind: 'dated', span, day: localDay(date, timeZone) }
  const before = await store.editions.before(digestId, id)
  const from = before?.log ?? (await store.editions.logPlace(span.from))
  // Whoever asks for an edition now means all there is, whatever the clocks of the workers say.
  const end = await store.editions.logPlace(edition.atOnce ? END_OF_TIME : span.to)
  return { kind: 'live', log: { from, to: Math.max(from, end) }, to: span.to }
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
