import { existsSync } from 'node:fs'
import { backUp, backupFolder } from './commands/backup.ts'
import type { Config } from './config.ts'
import { archiveOf } from './io/archive.ts'
import type { Deps } from './workers/stage.ts'
import { sweep } from './workers/sweep.ts'

/** How often it is looked whether a new day has begun or yesterday's work is still to be done. */
const LOOK_MS = 15 * 60_000
/** The first look, for those that do not stay up for long. */
const FIRST_LOOK_MS = 60_000

/**
 * What is done once a day (UTC): a back-up of a folder, seven kept, since PGlite never syncs to
 * disk; what has been kept for long enough goes, and domains nobody asks any more. What failed is
 * tried again.
 *
 * @returns what ends it, once the work that runs is done.
 */
export function startNights(deps: Deps, config: Config): () => Promise<void> {
  const today = () => deps.clock.now().slice(0, 10)
  const isBackedUp = existsSync(archiveOf(backupFolder(deps), today()))
  const nights = createNights(today, () => spendNight(deps, config), isBackedUp ? today() : '')
  const look = () =>
    nights.look().catch((error: unknown) => deps.log.error('the night’s work failed', { error }))
  const first = setTimeout(look, FIRST_LOOK_MS).unref()
  const timer = setInterval(look, LOOK_MS).unref()
  return async () => {
    clearTimeout(first)
    clearInterval(timer)
    await nights.idle()
  }
}

/** Does `work` once a day, one at a time; a day counts as done when its work has succeeded. */
export function createNights(today: () => string, work: () => Promise<void>, done = '') {
  let running: Promise<void> | null = null
  const spend = async (day: string) => {
    await work()
    done = day
  }
  return {
    /** @throws what the work throws. */
    async look(): Promise<void> {
      const day = today()
      if (day === done || running) return
      running = spend(day).finally(() => {
        running = null
      })
      await running
    },
    async idle(): Promise<void> {
      await running?.catch(() => undefined) // told to whoever looked
    },
  }
}

async function spendNight(deps: Deps, config: Config): Promise<void> {
  await sweep(deps)
  await deps.store.turns.prune()
  await deps.store.quota.prune()
  if (!config.DATABASE_URL) deps.log.info('back-up written', { file: await backUp(deps) })
}
