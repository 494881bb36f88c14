import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Removable, Wanted } from '../../io/queue-care.ts'
import { pipeline, stageNames } from '../../workers/pipeline.ts'
import { WAKE } from '../../workers/stage.ts'
import { columns, command } from '../command.ts'
import { wholeNumber } from '../inputs.ts'
import { matcherOf, type RunFilterInput, runFilter, stageName } from './inputs.ts'

const DAY_MS = 86_400_000
const MOST_A_MINUTE = 1_000_000
const MOST_DAYS = 3_650

const stage = stageName.describe('a stage, as `queue list` names it')

export const pause = command({
  name: 'queue pause',
  summary: 'Let no more jobs of a stage begin, in any process, until it is resumed.',
  input: z.object({ stage }),
  positional: ['stage'],
  changes: true,
  confirm: async ({ stage }) =>
    `The stage ${stage} would do nothing until it is resumed; its jobs wait.`,
  async run({ stage }, { deps, out }) {
    await deps.queues.pause(stage)
    out({ stage, paused: true })
    return 0
  },
  show: columns('stage', 'paused'),
})

export const resume = command({
  name: 'queue resume',
  summary: 'Let a paused stage go on.',
  input: z.object({ stage }),
  positional: ['stage'],
  changes: true,
  async run({ stage }, { deps, out }) {
    await deps.queues.resume(stage)
    out({ stage, paused: false })
    return 0
  },
  show: columns('stage', 'paused'),
})

export const promote = command({
  name: 'queue promote',
  summary: 'Run at once what a stage was to run later.',
  input: z.object({ stage }),
  positional: ['stage'],
  changes: true,
  async confirm({ stage }, { queues }) {
    const { delayed } = await queues.counts(stage)
    return `Up to ${delayed} jobs of ${stage} would run now; clocks keep their time.`
  },
  async run({ stage }, { deps, out, record }) {
    const promoted = await deps.queues.promote(stage)
    record({ promoted })
    out({ stage, promoted })
    return 0
  },
  show: columns('stage', 'promoted'),
})

const state = z.enum(['waiting', 'delayed', 'failed'])

export const clean = command({
  name: 'queue clean',
  summary:
    'Take all jobs that match out of their queues. Their rows stay: what they still want is rung for again.',
  input: z
    .object({
      ...runFilter,
      state: state.default('failed').describe('waiting, delayed or failed; failed'),
      days: wholeNumber(0, MOST_DAYS).default(0).describe('only what is this many days old'),
    })
    .refine(({ stage, kind, search }) => stage || kind || search, {
      error: 'name a stage, a kind of error, or what to search for: this would match everything',
    }),
  positional: ['stage'],
  changes: true,
  async confirm(input, { queues }) {
    const counts = await Promise.all(
      stagesOf(input).map((stage) => queues.countOf(stage, wantedOf(input))),
    )
    const count = counts.reduce((sum, one) => sum + one, 0)
    const age = input.days > 0 ? `, ${input.days} days old and older,` : ''
    return `${count} ${input.state} ${count === 1 ? 'job' : 'jobs'}${age} would be taken out. Rows stay: what they still want is rung for again.`
  },
  async run(input, { deps, out, record }) {
    const { stage: _, ...filter } = input
    const sum = { removed: 0, running: 0, gone: 0 }
    for (const stage of stagesOf(input)) {
      const { removed, running, gone } = await deps.queues.clean(stage, wantedOf(input))
      sum.removed += removed
      sum.running += running
      sum.gone += gone
      record({ ...filter, ...sum })
      if (input.stage || removed + running + gone > 0)
        out({ stage, state: input.state, removed, running, gone })
    }
    return 0
  },
  show: ({ stage, state, removed, running, gone }) =>
    `${stage}: ${removed} ${state} taken out${running ? `; ${running} left, since they run` : ''}${gone ? `; ${gone} had begun or gone` : ''}`,
})

const stagesOf = ({ stage }: { stage?: string | undefined }): readonly string[] =>
  stage ? [stage] : stageNames

const wantedOf = (input: RunFilterInput & { state: Removable; days: number }): Wanted => ({
  state: input.state,
  olderMs: input.days * DAY_MS,
  matches: matcherOf(input),
})

export const remove = command({
  name: 'queue remove',
  summary: 'Take one job out of its queue, unless it runs. Its row stays.',
  input: z.object({
    stage,
    id: z.string().min(1).describe('the id of its row'),
    version: wholeNumber(0, 999_999_999).describe('the version of its row'),
  }),
  positional: ['stage', 'id', 'version'],
  changes: true,
  async run({ stage, id, version }, { deps, out }) {
    const removed = await deps.queues.remove(stage, { id, version })
    out({ stage, id, version, removed })
    return removed ? 0 : 1
  },
  show: columns('stage', 'id', 'version', 'removed'),
})

export const rate = command({
  name: 'queue rate',
  summary: 'Let at most so many jobs of a stage begin in a minute, in all processes together.',
  input: z.object({
    stage,
    perMinute: wholeNumber(1, MOST_A_MINUTE).optional().describe('jobs a minute; no limit without'),
  }),
  positional: ['stage'],
  changes: true,
  async run({ stage, perMinute = null }, { deps, out, record }) {
    await deps.queues.limit(stage, perMinute)
    record({ perMinute })
    out({ stage, perMinute })
    return 0
  },
  show: columns('stage', 'perMinute'),
})

export const ring = command({
  name: 'queue ring',
  summary: 'Have a stage that looks for its work itself look now.',
  input: z.object({ stage }),
  positional: ['stage'],
  changes: true,
  async run({ stage: name }, { deps, out }) {
    const rung = pipeline.some((stage) => stage.name === name && stage.wakeUp)
    if (rung) await deps.queues.wake(name, { ...WAKE, trace: randomUUID() })
    out({ stage: name, rung })
    return rung ? 0 : 1
  },
  show: columns('stage', 'rung'),
})
