import type { Instant } from '../model.ts'

/** What is kept for a while. */
export type KeepRule =
  | 'runs'
  | 'jobs'
  | 'texts'
  | 'inputs'
  | 'deliveries'
  | 'letters'
  | 'networks'
  | 'issues'
  | 'alerts'
  | 'notes'
  | 'audit'
  | 'outbox'

export type Keep = {
  /** What goes when its days are over. */
  readonly says: string
  /** Days, until an operator sets others; `null` for ever. */
  readonly days: number | null
  /** With fewer something else would break; with more a promise to readers. `null`: for ever will do. */
  readonly least: number
  readonly most: number | null
}

/**
 * What is deleted when. Bounds: texts are what replays are made of and editions cite; for deliveries
 * readers are remembered for a month; who never confirmed a sign-up was promised to be forgotten.
 * Editions, stories, consents and suppressions stay whatever is set here.
 */
export const KEEP: Readonly<Record<KeepRule, Keep>> = {
  runs: { says: 'records of what stages did', days: 365, least: 2, most: null },
  jobs: { says: 'jobs that failed, in the queues', days: 30, least: 1, most: null },
  texts: {
    says: 'texts of articles whose story no edition told; titles and teasers stay',
    days: null,
    least: 90,
    most: null,
  },
  inputs: {
    says: 'what editions were made of: without it a day cannot be replayed',
    days: 365,
    least: 14,
    most: null,
  },
  deliveries: { says: 'who got which edition, and how', days: null, least: 90, most: null },
  letters: {
    says: 'addresses of whoever asked for a letter and did not follow it',
    days: 30,
    least: 8,
    most: 30,
  },
  networks: { says: 'from which network readers agreed', days: 90, least: 1, most: 90 },
  issues: { says: 'what each issue told its readers', days: 30, least: 30, most: 30 },
  alerts: { says: 'alerts that are over', days: 90, least: 1, most: null },
  notes: { says: 'what the webhook was told', days: 30, least: 2, most: null },
  audit: { says: 'who changed what', days: null, least: 30, most: null },
  outbox: { says: 'mails that became files', days: 365, least: 7, most: null },
}

export const keepRules = Object.keys(KEEP) as KeepRule[]

/** Days that hold: as set by an operator, by the settings, or as they are. */
export type Kept = Readonly<Record<KeepRule, number | null>>

export function keptDays(
  set: readonly { readonly rule: string; readonly days: number | null }[],
  runsDays: number,
): Kept {
  const chosen = new Map(set.map(({ rule, days }) => [rule, days]))
  const entries = keepRules.map((rule) => {
    const days = chosen.get(rule)
    return [rule, days === undefined ? (rule === 'runs' ? runsDays : KEEP[rule].days) : days]
  })
  return Object.fromEntries(entries) as Kept
}

/** Why a rule may not be set so; `null` where it may. */
export function faultOfDays(rule: KeepRule, days: number | null): string | null {
  const { least, most } = KEEP[rule]
  const bounds = most === null ? `${least} days or more, or ever` : `${least} to ${most} days`
  const isWithin = days === null ? most === null : days >= least && days <= (most ?? days)
  return isWithin ? null : `${rule} are kept for ${bounds}`
}

/** What is older than this goes; `null`: nothing does. */
export const cutoff = (days: number | null, now: Instant): Instant | null =>
  days === null ? null : new Date(Date.parse(now) - days * 86_400_000).toISOString()
