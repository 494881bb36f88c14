import type { AlertRule } from '../model.ts'

export type AlertRuleText = {
  /** What breaks it, `N` standing for the limit. */
  readonly says: string
  readonly unit: 'minutes' | 'hours' | 'percent' | 'GiB'
  readonly limit: number
  /** Told in quiet hours too: somebody would be woken for it. */
  readonly urgent: boolean
}

/**
 * Every rule with the limit it has until an operator sets another. Bounces and complaints: what large
 * mailbox providers publish as the most they bear is 0.3 % complaints, and they want 0.1 %
 * (https://support.google.com/a/answer/81126); lists with 5 % bounces are throttled.
 */
export const ALERT_RULES: Readonly<Record<AlertRule, AlertRuleText>> = {
  'edition-late': {
    says: 'an edition is not frozen N minutes after its hour',
    unit: 'minutes',
    limit: 15,
    urgent: true,
  },
  'edition-at-risk': {
    says: 'N minutes before its hour something stands in the way of an edition',
    unit: 'minutes',
    limit: 45,
    urgent: false,
  },
  'delivery-late': {
    says: 'mails are not sent N minutes after they were due',
    unit: 'minutes',
    limit: 60,
    urgent: true,
  },
  'source-down': {
    says: 'a source cannot be read for N hours',
    unit: 'hours',
    limit: 24,
    urgent: false,
  },
  'queue-age': {
    says: 'a job waits for N minutes',
    unit: 'minutes',
    limit: 15,
    urgent: true,
  },
  'failure-rate': {
    says: 'N percent of what a stage did in the last hour failed for good',
    unit: 'percent',
    limit: 25,
    urgent: false,
  },
  'bounce-rate': {
    says: 'N percent of a day’s mails bounced',
    unit: 'percent',
    limit: 5,
    urgent: false,
  },
  'complaint-rate': {
    says: 'N percent of a day’s mails were reported as unwanted',
    unit: 'percent',
    limit: 0.3,
    urgent: false,
  },
  'mailbox-down': {
    says: 'the mailbox of bounces cannot be read for N minutes',
    unit: 'minutes',
    limit: 10,
    urgent: false,
  },
  disk: {
    says: 'less than N GiB of room is left',
    unit: 'GiB',
    limit: 2,
    urgent: true,
  },
}

export const alertRules = Object.keys(ALERT_RULES) as AlertRule[]

/** A rule as it holds: its limit, and whether it is looked at. */
export type Limits = Readonly<
  Record<AlertRule, { readonly limit: number; readonly active: boolean }>
>

/** @param set what an operator set; the others hold as they are. */
export function limitsOf(
  set: readonly { rule: AlertRule; limit: number | null; active: boolean }[],
): Limits {
  const known = new Map(set.map((one) => [one.rule, one]))
  const entries = alertRules.map((rule) => {
    const { limit, active } = known.get(rule) ?? { limit: null, active: true }
    return [rule, { limit: limit ?? ALERT_RULES[rule].limit, active }] as const
  })
  return Object.fromEntries(entries) as Limits
}
