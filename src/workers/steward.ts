import type { Config } from '../config.ts'
import type { Log } from '../io/log.ts'
import { type Permit, STRIKES_MAX, type Steward } from '../io/smtp-account.ts'
import type { PausedAccount } from '../store/quota.ts'
import type { Store } from '../store/store.ts'

/** For so long the list of paused accounts is believed. */
const FRESH_MS = 1_000

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const FREE: Permit = { kind: 'given', waitMs: 0 }

/**
 * Keeps the limits of accounts and domains, and pauses an account that fails instead of burning the
 * list through it: refusals in a row, a refused log-in, policy. Strikes are counted by each process,
 * pauses hold for all.
 */
export function createSteward(
  { quota }: Pick<Store, 'quota'>,
  { DOMAIN_PER_MINUTE, RETRY_SECONDS }: Pick<Config, 'DOMAIN_PER_MINUTE' | 'RETRY_SECONDS'>,
  log: Log,
): Steward {
  const strikes = new Map<string, number>()
  const pausedOnce = new Set<string>()
  let looked = { at: Number.NEGATIVE_INFINITY, accounts: Promise.resolve(none) }

  const paused = async (account: string): Promise<PausedAccount | undefined> => {
    const now = performance.now()
    if (now - looked.at > FRESH_MS) looked = { at: now, accounts: quota.paused() }
    return (await looked.accounts).find(({ name }) => name === account)
  }

  return {
    async admit(domain) {
      if (DOMAIN_PER_MINUTE === undefined) return FREE
      const limit = { ...NO_WINDOW, stepMs: MINUTE_MS / DOMAIN_PER_MINUTE }
      const share = await quota.take(`domain ${domain}`, limit)
      return share.kind === 'given' ? share : { ...share, reason: `the limit for ${domain}` }
    },

    async permit(account, { rate, hourly = null, daily = null, warmup = null }) {
      const pause = await paused(account)
      if (pause) {
        pausedOnce.add(account)
        const retryMs = Math.max(SECOND_MS, Date.parse(pause.until) - Date.now())
        return { kind: 'busy', retryMs, reason: `${account} is paused: ${pause.reason}` }
      }
      if (rate === undefined && hourly === null && daily === null && warmup === null) return FREE
      const stepMs = rate === undefined ? 0 : SECOND_MS / rate
      const share = await quota.take(`account ${account}`, { stepMs, hourly, daily, warmup })
      return share.kind === 'given' ? share : { ...share, reason: `the limit of ${account}` }
    },

    async tell(account, given, reason) {
      if (given === 0) {
        strikes.delete(account)
        if (pausedOnce.delete(account)) await quota.recover(account)
        return
      }
      const sum = (strikes.get(account) ?? 0) + given
      strikes.set(account, sum)
      if (sum < STRIKES_MAX) return
      strikes.delete(account)
      pausedOnce.add(account)
      await quota.pause(account, RETRY_SECONDS, reason)
      looked = { at: Number.NEGATIVE_INFINITY, accounts: looked.accounts }
      log.error('a mail server fails; sending by it is paused', { account, reason })
    },
  }
}

const none: PausedAccount[] = []
const NO_WINDOW = { hourly: null, daily: null, warmup: null }
