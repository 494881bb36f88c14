import type { FastifyRequest } from 'fastify'
import type { Alert } from '../../model.ts'
import { ALERT_RULES, alertRules, limitsOf } from '../../upkeep/alert-rules.ts'
import { alertKey } from '../../upkeep/alerts.ts'
import type { Deps } from '../../workers/stage.ts'
import type { List } from './list.ts'
import { type Frame, lookPage, type Room } from './room.ts'

/** What is not as it should be, who was told, and from when on it is told. */
export const alerts: Room = {
  url: '/admin/alerts',
  label: 'Alerts',
  key: 'w', // watch
  live: { alerts: stamp },
  pages: (frame) => [
    lookPage('/admin/alerts', 'What is not as it should be', async (request, reply) =>
      frame.list(
        request,
        reply,
        alertList(frame, request),
        { title: 'Alerts', ...(await settingsOf(frame, request)) },
        'dashboard/alerts',
      ),
    ),
  ],
}

async function stamp({ store }: Deps): Promise<string> {
  const all = await store.alerts.list()
  return all.map((alert) => `${alertKey(alert)} ${alert.since} ${alert.resolvedAt}`).join('\n')
}

const STATES = ['open', 'muted', 'over'] as const

function stateOf({ resolvedAt, mutedUntil }: Alert, now: string): (typeof STATES)[number] {
  if (resolvedAt !== null) return 'over'
  return mutedUntil !== null && mutedUntil > now ? 'muted' : 'open'
}

/** There are as many as rules are broken: all are read, and narrowed here. */
function alertList(frame: Frame, request: FastifyRequest): List<Alert> {
  const { deps } = frame.web
  const now = deps.clock.now()
  const actions = frame.actions(request)
  return {
    name: 'alerts',
    search: 'rule, subject or words',
    filters: [
      {
        name: 'state',
        label: 'State',
        options: STATES.map((value) => ({ value, label: value })),
      },
    ],
    empty: 'All is as it should be.',
    columns: [
      {
        key: 'state',
        label: 'State',
        value: (alert) => stateOf(alert, now),
        show: (alert) => ({ text: stateOf(alert, now), tone: toneOf(alert, now) }),
      },
      {
        key: 'alert',
        label: 'What',
        value: alertKey,
        show: (alert) => ({ text: alert.rule, note: alert.detail, ...linkOf(alert) }),
      },
      {
        key: 'since',
        label: 'Since',
        value: ({ since }) => since,
        show: ({ since }, times) => ({ time: times.show(since) }),
      },
      {
        key: 'told',
        label: 'Told',
        value: ({ toldAt }) => toldAt,
        show: ({ toldAt }, times) =>
          toldAt === null ? { text: 'nobody yet', tone: 'soft' } : { time: times.show(toldAt) },
      },
      {
        key: 'over',
        label: 'Over',
        value: ({ resolvedAt }) => resolvedAt,
        show: ({ resolvedAt }, times) =>
          resolvedAt === null ? { text: '–' } : { time: times.show(resolvedAt) },
      },
    ],
    keyOf: alertKey,
    select: {
      idOf: alertKey,
      actions: [
        ...actions.bulk('alert mute', 'Mute for a day', 'alert', { hours: '24' }),
        ...actions.bulk('alert mute', 'Tell again', 'alert', { hours: '0' }),
      ],
    },
    async rows({ search, filters, after, limit }) {
      const all = (await deps.store.alerts.list()).filter(
        (alert) =>
          (!filters.state || stateOf(alert, now) === filters.state) &&
          `${alertKey(alert)} ${alert.detail}`.toLowerCase().includes(search.toLowerCase()),
      )
      const start = after === null ? 0 : all.findIndex((alert) => alertKey(alert) === after) + 1
      return all.slice(start, start + limit)
    },
  }
}

function toneOf(alert: Alert, now: string) {
  const state = stateOf(alert, now)
  if (state !== 'open') return 'soft'
  return alert.urgent ? 'bad' : 'warn'
}

/** A source is looked through; the other subjects are names. */
const linkOf = ({ rule, subject }: Alert) =>
  rule === 'source-down' ? { url: `/admin/xray?q=${encodeURIComponent(subject)}` } : {}

async function settingsOf(frame: Frame, request: FastifyRequest) {
  const { config, store } = frame.web.deps
  const actions = frame.actions(request)
  const limits = limitsOf(await store.alerts.rules())
  return {
    mail: config.ALERT_MAIL.length,
    hook: config.ALERT_WEBHOOK ? new URL(config.ALERT_WEBHOOK).host : null,
    quiet: config.ALERT_QUIET ?? null,
    repeatHours: config.ALERT_REPEAT_HOURS,
    test:
      config.ALERT_MAIL.length > 0 || config.ALERT_WEBHOOK
        ? actions.button('alert test', 'Send a test', {})
        : null,
    mayChange: actions.may('alert rule'),
    rules: alertRules.map((rule) => {
      const { says, unit, limit } = ALERT_RULES[rule]
      const { active, limit: holds } = limits[rule]
      return {
        ...{ rule, unit, active, limit: holds, default: limit },
        says: says.replace('N', String(holds)),
        toggle: actions.button('alert rule', active ? 'Turn off' : 'Turn on', {
          rule,
          state: active ? 'off' : 'on',
        }),
      }
    }),
  }
}
