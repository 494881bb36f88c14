import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pruneOutbox } from '../io/outbox.ts'
import { cutoff, type KeepRule, keepRules, keptDays } from '../upkeep/retention.ts'
import type { Deps } from './stage.ts'

/** Rows of one statement, and a rest between two: nobody waits for the sweeping. */
const BATCH = 1_000
const REST_MS = 20

/** Days that hold for each rule. */
export const keptBy = async ({ store, config }: Pick<Deps, 'store' | 'config'>) =>
  keptDays(await store.house.kept(), config.RETENTION_DAYS)

/**
 * Deletes what has been kept for long enough, a little at a time.
 *
 * @returns how much of each went.
 */
export async function sweep(deps: Deps): Promise<Partial<Record<KeepRule, number>>> {
  const kept = await keptBy(deps)
  const gone: Partial<Record<KeepRule, number>> = {}
  for (const rule of keepRules) {
    const before = cutoff(kept[rule], deps.clock.now())
    const n = before === null ? 0 : await sweepRule(rule, before, deps)
    if (n > 0) gone[rule] = n
  }
  if (Object.keys(gone).length > 0) deps.log.info('the house is swept', gone)
  return gone
}

async function sweepRule(rule: KeepRule, before: string, deps: Deps): Promise<number> {
  const { store, queues, config } = deps
  if (rule === 'outbox') return pruneOutbox(join(config.DATA_DIR, 'outbox'), before)
  if (rule === 'jobs') return queues.forgetFailed(before)
  let [sum, next]: [number, string | null] = [0, '']
  while (next !== null && !queues.stopping.aborted) {
    const swept = await store.house.sweep(rule, before, BATCH, next)
    sum += swept.rows
    next = swept.next
    await sleep(REST_MS)
  }
  return sum
}
