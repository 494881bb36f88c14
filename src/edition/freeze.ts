import { createHash } from 'node:crypto'
import type { Edition } from '../model.ts'

/** What freezing fixes: all that readers see of an edition. */
export type FrozenContent = Pick<
  Edition,
  'date' | 'span' | 'subject' | 'preheader' | 'counters' | 'pool' | 'size' | 'corrections'
>

/**
 * SHA-256, hex, of the content as JSON with sorted keys and no white space, so that what a
 * database gives back in another key order has the same hash. Other fields of `content` do not count.
 */
export function hashEdition(content: FrozenContent): string {
  const { date, span, subject, preheader, counters, pool, size, corrections = [] } = content
  const frozen = {
    ...{ date, span, subject, preheader, counters, pool, size },
    ...(corrections.length > 0 && { corrections }),
  }
  return createHash('sha256').update(JSON.stringify(frozen, sortKeys), 'utf8').digest('hex')
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
