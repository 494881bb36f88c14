import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { tellHook } from '../io/webhook.ts'
import type { Alert } from '../model.ts'
import { ALERT_RULES, alertRules, limitsOf } from '../upkeep/alert-rules.ts'
import { alertKey } from '../upkeep/alerts.ts'
import { hookOf, noticeLetters, sendNotices } from '../workers/notice.ts'
import { columns, command } from './command.ts'
import { wholeNumber } from './inputs.ts'

const HOUR_MS = 3_600_000
const MUTE_HOURS_MAX = 24 * 365

export const list = command({
  name: 'alert list',
  summary: 'List what is not as it should be; with --all also what was, and is over.',
  input: z.object({ all: z.boolean().default(false).describe('Those that are over too') }),
  positional: [],
  changes: false,
  async run({ all }, { deps, out }) {
    const alerts = await deps.store.alerts.list()
    for (const alert of alerts)
      if (all || alert.resolvedAt === null) out(shown(alert, deps.clock.now()))
    return 0
  },
  show: columns('state', 'alert', 'since', 'detail'),
})

const shown = (alert: Alert, now: string) => ({
  alert: alertKey(alert),
  state: stateOf(alert, now),
  urgent: alert.urgent,
  since: alert.since,
  toldAt: alert.toldAt,
  mutedUntil: alert.mutedUntil,
  resolvedAt: alert.resolvedAt,
  detail: alert.detail,
})

function stateOf({ resolvedAt, mutedUntil }: Alert, now: string): 'over' | 'muted' | 'open' {
  if (resolvedAt !== null) return 'over'
  return mutedUntil !== null && mutedUntil > now ? 'muted' : 'open'
}

export const mute = command({
  name: 'alert mute',
  summary: 'Tell nobody of one alert for a while; with --hours 0 tell again.',
  input: z.object({
    alert: z.string().describe('As `alert list` names it: RULE:SUBJECT'),
    hours: wholeNumber(0, MUTE_HOURS_MAX).default(24).describe('For how long'),
  }),
  positional: ['alert'],
  changes: true,
  async run({ alert, hours }, { deps, out }) {
    const [rule = '', ...subject] = alert.split(':')
    const until = Date.parse(deps.clock.now()) + hours * HOUR_MS
    const mutedUntil = hours === 0 ? null : new Date(until).toISOString()
    if (!(await deps.store.alerts.mute(rule, subject.join(':'), mutedUntil)))
      throw new DoseError('NOT_FOUND', `alert ${alert}`)
    out({ alert, mutedUntil })
    return 0
  },
  show: ({ alert, mutedUntil }) =>
    mutedUntil ? `${alert} is muted until ${mutedUntil}` : `${alert} is told again`,
})

export const rules = command({
  name: 'alert rules',
  summary: 'List the rules, the limit of each, and whether it is looked at.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const limits = limitsOf(await deps.store.alerts.rules())
    for (const rule of alertRules) {
      const { says, unit, urgent, limit } = ALERT_RULES[rule]
      out({ rule, ...limits[rule], unit, default: limit, urgent, says })
    }
    return 0
  },
  show: (row) =>
    `${columns('rule', 'limit', 'unit')(row)}\t${row.active ? '' : 'off: '}${row.says}`,
})

export const rule = command({
  name: 'alert rule',
  summary: 'Change the limit of a rule, or whether it is looked at.',
  input: z.object({
    rule: z.enum(alertRules).describe('Name of the rule'),
    limit: z
      .union([z.literal('default'), z.coerce.number().positive().max(1_000_000)])
      .optional()
      .describe('In the unit that `alert rules` shows, or `default`'),
    state: z.enum(['on', 'off']).optional().describe('Whether it is looked at'),
  }),
  positional: ['rule'],
  changes: true,
  async run({ rule, limit, state }, { deps, out, record }) {
    const known = (await deps.store.alerts.rules()).find((one) => one.rule === rule)
    const set = {
      rule,
      limit: limit === undefined ? (known?.limit ?? null) : limit === 'default' ? null : limit,
      active: state === undefined ? (known?.active ?? true) : state === 'on',
    }
    await deps.store.alerts.setRule(set)
    record({ limit: set.limit, active: set.active })
    out({ rule, ...limitsOf([set])[rule], unit: ALERT_RULES[rule].unit })
    return 0
  },
  show: (row) => `${columns('rule', 'limit', 'unit')(row)}\t${row.active ? 'on' : 'off'}`,
})

export const test = command({
  name: 'alert test',
  summary: 'Send a test to ALERT_MAIL and ALERT_WEBHOOK.',
  input: z.object({}),
  positional: [],
  changes: true,
  async run(_input, { deps, out }) {
    const { store, clock, config } = deps
    const says = {
      subject: 'Test of the alerts',
      text: 'This is a test: somebody asked for it, and nothing is wrong.',
      lines: [],
    }
    const hook = hookOf(deps)
    const letters = noticeLetters(says, deps)
    if (letters.length === 0 && !hook)
      throw new DoseError('USAGE', 'dose alert test: neither ALERT_MAIL nor ALERT_WEBHOOK is set.')
    await store.alerts.tell([], { letters, note: null }, clock.now())
    await sendNotices(deps, 'operator')
    for (const to of config.ALERT_MAIL) out({ way: 'mail', to, result: 'is on its way' })
    if (!hook) return 0
    const content = { text: says.text, firing: [], resolved: [] }
    const error = await tellHook(hook, randomUUID(), content, Date.parse(clock.now()))
    out({ way: 'webhook', to: new URL(hook.url).host, result: error ?? 'took it' })
    return error === null ? 0 : 1
  },
  show: columns('way', 'to', 'result'),
})
