import { z } from 'zod'
import { columns, command } from '../command.ts'
import { wholeNumber } from '../inputs.ts'
import { failuresSince, ringNames, runFilter } from './inputs.ts'

const STATES = ['running', 'done', 'failed', 'retrying'] as const
const MOST = 1_000

export const runs = command({
  name: 'queue runs',
  summary: 'List the newest runs: each attempt of a stage on a version of a row.',
  input: z.object({
    ...runFilter,
    state: z.enum(STATES).optional().describe(STATES.join(', ')),
    limit: wholeNumber(1, MOST).default(50).describe('how many at most; 50'),
  }),
  positional: [],
  changes: false,
  async run({ limit, ...filter }, { deps, out }) {
    for (const run of await deps.store.runList.page(filter, null, limit)) out(run)
    return 0
  },
  show: columns('startedAt', 'stage', 'rowId', 'version', 'attempt', 'state', 'error'),
})

export const failures = command({
  name: 'queue failures',
  summary:
    'Group the failures of the last week by what went wrong; those made up for are left out.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    for (const group of await deps.store.runList.failures(failuresSince(deps), ringNames))
      out(group)
    return 0
  },
  show: columns('runs', 'stage', 'lastAt', 'kind'),
})
