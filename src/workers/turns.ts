import {
  dueAt,
  isPaceDay,
  type LeptFiring,
  notAfter,
  owedPaces,
  readyAt,
  withinWindow,
} from '../delivery/due.ts'
import { leftOutAt } from '../delivery/schedule.ts'
import type { Digest, Instant } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import type { Plan } from '../store/planning.ts'
import type { Deps } from './stage.ts'

const PACES = ['daily', 'weekdays', 'weekly'] as const

/** When each group of readers is due, on their own clock; at once, where an operator asks so. */
export async function planReaders(
  store: Deps['store'],
  digest: Digest,
  edition: EditionRecord,
  frozenAt: Instant,
): Promise<Plan[]> {
  const groups = await store.subscribers.hours(edition.digestId)
  const before = await store.editions.frozenBefore(edition)
  const previous = before && issueOf(digest, before)
  const issue = issueOf(digest, { frozenAt, firedAt: edition.span.to })
  const today = PACES.filter((pace) => isPaceDay(pace, edition.date))
  return groups.map(({ hour, time_zone }) => {
    const group = { hour, timeZone: time_zone }
    if (edition.atOnce) return { ...group, paces: today, dueAt: frozenAt, notAfter: null }
    return { ...group, ...turnOf(digest, issue, previous, hour, time_zone ?? edition.timeZone) }
  })
}

/** When an edition was frozen, and whether the clock left out the time it was to fire at. */
export type Issued = { readonly frozenAt: Instant; readonly lept: LeptFiring | null }

export function issueOf(
  { schedule, timeZone }: Pick<Digest, 'schedule' | 'timeZone'>,
  { frozenAt, firedAt }: { readonly frozenAt: Instant; readonly firedAt: Instant },
): Issued {
  const meant = leftOutAt(schedule, timeZone, firedAt)
  return { frozenAt, lept: meant === null ? null : { meant, at: firedAt, timeZone } }
}

/**
 * When readers of one hour and zone get an edition, until when, and which of them.
 *
 * @param previous the edition before; `null` for a digest's first
 */
export function turnOf(
  { window, deadlineHour }: Pick<Digest, 'window' | 'deadlineHour'>,
  issue: Issued,
  previous: Issued | null,
  hour: number | null,
  zone: string,
): Pick<Plan, 'paces' | 'dueAt' | 'notAfter'> {
  const due = ({ frozenAt, lept }: Issued) =>
    withinWindow(dueAt(readyAt(frozenAt, hour, zone, lept), hour, zone), window, zone)
  const at = due(issue)
  return {
    dueAt: at,
    notAfter: notAfter(at, deadlineHour, zone),
    paces: owedPaces(at, previous && due(previous), zone),
  }
}
