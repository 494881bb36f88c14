import type { Alert, Instant, Trouble } from '../model.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A trouble that comes and goes is one: only one that stays away for so long is over. */
const GONE_MS = 10 * MINUTE_MS
/** What comes up soon after a notice waits for the next one: no storm. */
const GAP_MS = 10 * MINUTE_MS

export type TellingRule = {
  /** Hours after which what still holds is told again. */
  readonly repeatHours: number
  /** Whether only what is urgent may be told now. */
  readonly quiet: boolean
}

/** What is told together, at once. */
export type Notice = { readonly firing: readonly Alert[]; readonly resolved: readonly Alert[] }

/** What names an alert to people and scripts: `source-down:s1x`. */
export const alertKey = ({ rule, subject }: Pick<Alert, 'rule' | 'subject'>): string =>
  `${rule}:${subject}`

/**
 * Alerts as they stand after a look: begun, going on, or over.
 *
 * @param known those of earlier looks, the ones that are over included.
 * @returns those that changed.
 */
export function reviewAlerts(
  known: readonly Alert[],
  troubles: readonly Trouble[],
  now: Instant,
): Alert[] {
  const before = new Map(known.map((alert) => [alertKey(alert), alert]))
  const here = new Set(troubles.map(alertKey))
  const going = troubles.map((trouble) => goOn(before.get(alertKey(trouble)), trouble, now))
  const over = known
    .filter((alert) => alert.resolvedAt === null && !here.has(alertKey(alert)))
    .filter(({ seenAt }) => Date.parse(now) - Date.parse(seenAt) >= GONE_MS)
    .map((alert) => ({ ...alert, resolvedAt: now }))
  return [...going, ...over]
}

function goOn(known: Alert | undefined, trouble: Trouble, now: Instant): Alert {
  if (known && known.resolvedAt === null) return { ...known, ...trouble, seenAt: now }
  const mutedUntil = known?.mutedUntil ?? null
  return { ...trouble, since: now, seenAt: now, toldAt: null, resolvedAt: null, mutedUntil }
}

/** What is to be told now, all of it in one; `null` for nothing. */
export function selectNotice(
  alerts: readonly Alert[],
  { repeatHours, quiet }: TellingRule,
  now: Instant,
): Notice | null {
  const age = (at: Instant | null) => Date.parse(now) - Date.parse(at ?? now)
  const isMuted = ({ mutedUntil }: Alert) => mutedUntil !== null && mutedUntil > now
  if (alerts.some(({ toldAt }) => toldAt !== null && age(toldAt) < GAP_MS)) return null
  const loud = alerts.filter((alert) => !isMuted(alert))
  const firing = loud
    .filter(({ resolvedAt, urgent }) => resolvedAt === null && (urgent || !quiet))
    .filter(({ toldAt }) => toldAt === null || age(toldAt) >= repeatHours * HOUR_MS)
  const resolved = quiet
    ? []
    : loud.filter(
        ({ resolvedAt, toldAt }) => resolvedAt !== null && toldAt !== null && toldAt < resolvedAt,
      )
  return firing.length + resolved.length > 0 ? { firing, resolved } : null
}

/** Whether an hour lies in quiet hours, which may go over midnight: 22 to 7. */
export const isQuietHour = (hour: number, { from, to }: { from: number; to: number }): boolean =>
  from <= to ? hour >= from && hour < to : hour >= from || hour < to
