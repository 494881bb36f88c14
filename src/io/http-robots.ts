import { ALLOW_ALL, parseRobots, type RobotsRules } from './http-robots-rules.ts'

/** What was found where robots.txt should be. */
export type RobotsAnswer =
  | { readonly kind: 'text'; readonly text: string; readonly maxAgeSeconds: number | null }
  /** 4xx: the host has no rules, RFC 9309 §2.3.1.3. */
  | { readonly kind: 'none' }
  /** 5xx or no answer: nothing is allowed for now, §2.3.1.4. */
  | { readonly kind: 'unknown'; readonly reason: string }

export type Verdict =
  | { readonly allowed: true; readonly crawlDelaySeconds: number | null }
  | { readonly allowed: false; readonly reason: string }

export type ReadRobots = (url: URL) => Promise<RobotsAnswer>

export type Robots = {
  /**
   * Whether our crawler may ask for a URL.
   *
   * @param read asks for the rules where none are kept. Two that want them at once ask once.
   */
  judge(url: URL, read: ReadRobots): Promise<Verdict>
}

const HOUR_MS = 3_600_000
/** Rules are asked for again after a day at most, §2.4. */
const LONGEST_KEPT_MS = 24 * HOUR_MS
/** And not more often than this, whatever the host says: they stand before every page. */
const SHORTEST_KEPT_MS = HOUR_MS
/** A host whose rules could not be read is asked for them again after this long. */
const UNKNOWN_KEPT_MS = 10 * 60_000
/** Origins remembered; each costs at most the text of its rules. The oldest goes first. */
const MOST_ORIGINS = 1_000
/** Bytes read of one file; what is behind them does not count, §2.5. */
export const ROBOTS_BYTES = 500 * 1_024

type Kept = { readonly rules: Promise<RobotsRules | string>; until: number }

/**
 * The rules of robots.txt, kept per origin.
 *
 * @param product name of our crawler without version.
 */
export function createRobots(product: string, now: () => number = Date.now): Robots {
  const origins = new Map<string, Kept>()
  const load = (origin: string, read: ReadRobots): Kept => {
    const kept: Kept = {
      until: Infinity,
      rules: read(new URL('/robots.txt', origin)).then(
        (answer) => {
          kept.until = now() + keptMs(answer)
          return rulesOf(answer, product.toLowerCase())
        },
        (error: unknown) => {
          origins.delete(origin) // a fault of ours tells nothing of the host
          throw error
        },
      ),
    }
    origins.delete(origin)
    origins.set(origin, kept)
    const [oldest] = origins.keys()
    if (origins.size > MOST_ORIGINS && oldest !== undefined) origins.delete(oldest)
    return kept
  }
  return {
    async judge(url, read) {
      const kept = origins.get(url.origin)
      const rules = await (kept && kept.until > now() ? kept : load(url.origin, read)).rules
      if (typeof rules === 'string') return { allowed: false, reason: rules }
      if (!rules.allows(url.pathname + url.search))
        return { allowed: false, reason: `robots.txt of ${url.host} asks not to` }
      return { allowed: true, crawlDelaySeconds: rules.crawlDelaySeconds }
    },
  }
}

function rulesOf(answer: RobotsAnswer, product: string): RobotsRules | string {
  if (answer.kind === 'unknown') return `robots.txt could not be read (${answer.reason})`
  return answer.kind === 'none' ? ALLOW_ALL : parseRobots(answer.text, product)
}

function keptMs(answer: RobotsAnswer): number {
  if (answer.kind === 'unknown') return UNKNOWN_KEPT_MS
  const told = answer.kind === 'text' ? answer.maxAgeSeconds : null
  if (told === null) return LONGEST_KEPT_MS
  return Math.min(Math.max(told * 1_000, SHORTEST_KEPT_MS), LONGEST_KEPT_MS)
}
