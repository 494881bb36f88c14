import { z } from 'zod'
import { pipeline } from '../../workers/pipeline.ts'
import { columns, command } from '../command.ts'

const DAY_MS = 86_400_000

export const list = command({
  name: 'queue list',
  summary: 'List the stages with what waits, runs and has failed in their queues.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const { queues, store, clock } = deps
    const since = new Date(Date.parse(clock.now()) - DAY_MS).toISOString()
    const runs = await store.runs.counts(since)
    for (const { name, does } of pipeline) {
      const done = runs.find(({ stage, state }) => stage === name && state === 'done')?.n ?? 0
      const [counts, paused, perMinute, oldest] = await Promise.all([
        queues.counts(name),
        queues.isPaused(name),
        queues.limitOf(name),
        queues.oldestWaiting(name),
      ])
      out({ stage: name, ...counts, done24h: done, paused, perMinute, oldest, does })
    }
    return 0
  },
  show: columns(
    ...['stage', 'waiting', 'active', 'delayed', 'failed', 'done24h', 'paused', 'perMinute'],
    ...['oldest', 'does'],
  ),
})
