import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { faultOfDays, keepRules } from '../upkeep/retention.ts'
import { lookAround } from '../workers/housework.ts'
import { keptBy, sweep as sweepNow } from '../workers/sweep.ts'
import { columns, command, type Row } from './command.ts'
import { wholeNumber } from './inputs.ts'

const DAYS_MAX = 36_500
const MIB = 1_024 ** 2

export const show = command({
  name: 'house show',
  summary: 'Show what is kept for how long, what it weighs, and how much room is left.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const { rules, tables, folders, ...rest } = await lookAround(deps)
    for (const { rule, ...kept } of rules) out({ kind: 'rule', name: rule, ...kept })
    for (const { table, ...size } of tables) out({ kind: 'table', name: table, ...size })
    for (const { folder, bytes } of folders) out({ kind: 'folder', name: folder, bytes })
    out({ kind: 'room', name: 'DATA_DIR', ...rest })
    return 0
  },
  show: (row) => [row.kind, row.name, ...told(row)].join('\t'),
})

function told(row: Row): string[] {
  const weight = typeof row.bytes === 'number' ? `${(row.bytes / MIB).toFixed(1)} MiB` : '-'
  if (row.kind === 'rule')
    return [row.days === null ? 'ever' : `${row.days} days`, weight, `${row.says}`]
  if (row.kind !== 'room') return [weight, row.rows === undefined ? '' : `about ${row.rows} rows`]
  const stop = row.stop as { since: string; reason: string } | null
  return [
    `${(Number(row.freeBytes) / MIB).toFixed(0)} MiB free`,
    `database ${(Number(row.databaseBytes) / MIB).toFixed(0)} MiB`,
    stop ? `nothing is read since ${stop.since}: ${stop.reason}` : 'sources are read',
  ]
}

export const keep = command({
  name: 'house keep',
  summary: 'Change for how many days something is kept.',
  input: z.object({
    rule: z.enum(keepRules).describe('What, as `house show` names it'),
    days: z
      .union([z.literal('ever'), z.literal('default'), wholeNumber(1, DAYS_MAX)])
      .describe('Days, `ever`, or `default`'),
  }),
  positional: ['rule', 'days'],
  changes: true,
  needs: 'admin',
  async run({ rule, days }, { deps, out, record }) {
    const wanted = days === 'ever' ? null : days
    const fault = wanted === 'default' ? null : faultOfDays(rule, wanted)
    if (fault !== null) throw new DoseError('USAGE', `dose house keep: ${fault}.`)
    const before = (await keptBy(deps))[rule]
    await deps.store.house.keep(rule, wanted)
    const after = (await keptBy(deps))[rule]
    record({ before, after })
    out({ rule, days: after, before })
    return 0
  },
  show: ({ rule, days }) => `${rule}: ${days === null ? 'for ever' : `${days} days`}`,
})

export const sweep = command({
  name: 'house sweep',
  summary: 'Delete now what has been kept for long enough, instead of in the night.',
  input: z.object({}),
  positional: [],
  changes: true,
  needs: 'admin',
  async run(_input, { deps, out, record }) {
    const gone = await sweepNow(deps)
    record(gone)
    for (const [rule, n] of Object.entries(gone)) out({ rule, deleted: n })
    return 0
  },
  show: columns('rule', 'deleted'),
})
