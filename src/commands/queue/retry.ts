import { z } from 'zod'
import type { JobData } from '../../io/queue-jobs.ts'
import { columns, command } from '../command.ts'
import { wholeNumber } from '../inputs.ts'
import { openFailures, runFilter } from './inputs.ts'

const MOST_A_MINUTE = 6_000

export const retry = command({
  name: 'queue retry',
  summary: 'Try failed runs of the last week again: all, or those that match.',
  input: z.object({
    ...runFilter,
    perMinute: wholeNumber(1, MOST_A_MINUTE).optional().describe('slowly: so many a minute'),
  }),
  positional: [],
  changes: true,
  async confirm({ perMinute, ...filter }, deps) {
    const { length } = await openFailures(filter, deps)
    const pace = perMinute ? `, ${perMinute} a minute` : ''
    return `${length} failed ${length === 1 ? 'run' : 'runs'} would be tried again${pace}.`
  },
  async run({ perMinute, ...filter }, { deps, out, record }) {
    const { queues, store } = deps
    const found = await openFailures(filter, deps)
    const gapMs = perMinute ? Math.ceil(60_000 / perMinute) : 0
    for (const [stage, jobs] of byStage(found)) {
      await queues.again(stage, jobs, gapMs)
      out({ stage, retried: jobs.length })
    }
    await store.runList.reopen(found)
    record({ ...filter, retried: found.length })
    return 0
  },
  show: columns('stage', 'retried'),
})

/** Several attempts and versions of one row may have failed; one job stands for a version. */
function byStage(
  failures: readonly { stage: string; rowId: string; version: number; trace: string }[],
): Map<string, JobData[]> {
  const jobs = new Map<string, Map<string, JobData>>()
  for (const { stage, rowId: id, version, trace } of failures) {
    const ofStage = jobs.get(stage) ?? new Map<string, JobData>()
    jobs.set(stage, ofStage.set(`${id} ${version}`, { id, version, trace }))
  }
  return new Map([...jobs].map(([stage, ofStage]) => [stage, [...ofStage.values()]]))
}
