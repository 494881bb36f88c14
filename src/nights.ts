import { existsSync } from 'node:fs'
import { backUp, backupFolder } from './commands/backup.ts'
import type { Config } from './config.ts'
import { LETTER_DAYS } from './delivery/letter.ts'
import { archiveOf } from './io/archive.ts'
import type { Deps } from './workers/stage.ts'

/** How often it is looked whether a new day has begun or yesterday's work is still to be done. */
const LOOK_MS = 15 * 60_000
/** The first look, for those that do not stay up for long. */
const FIRST_LOOK_MS = 60_000
const DAY_MS = 86_400_000
/** Days for which it is known from which network address a reader agreed. */
const CONSENT_ADDRESS_DAYS = 90

/**
 * What is done once a day (UTC): a back-up of a folder, seven kept, since PGlite never syncs to
 * disk; records of runs older than RETENTION_DAYS go, and domains nobody asks any more, old letters, from
 * where readers once agreed, and what issues told that nobody remembers. What failed is tried again.
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
  const oldest = Date.parse(deps.clock.now()) - config.RETENTION_DAYS * DAY_MS
  await deps.store.runs.prune(new Date(oldest).toISOString())
  await deps.store.turns.prune()
  const daysAgo = (days: number) =>
    new Date(Date.parse(deps.clock.now()) - days * DAY_MS).toISOString()
  await deps.store.letters.prune(daysAgo(LETTER_DAYS))
  await deps.store.readers.pruneConsent(daysAgo(CONSENT_ADDRESS_DAYS))
  await deps.store.issues.prune(deps.clock.now())
  await deps.store.quota.prune()
  if (!config.DATABASE_URL) deps.log.info('back-up written', { file: await backUp(deps) })
}
