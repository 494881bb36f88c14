import { z } from 'zod'

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }
/** More often is no manners, more seldom no news. */
const SHORTEST_SECONDS = 300
const LONGEST_SECONDS = 86_400
const SAYS = 'expected a time from 5m to 1d, e.g. 30m or 2h, or auto'

/** A time between two readings, as people write it or in seconds; seconds come out. */
const time = z
  .union([z.number(), z.string().regex(/^\s*\d{1,6}\s*[smhd]?\s*$/, SAYS)], SAYS)
  .transform((given) => {
    if (typeof given === 'number') return given
    const [, count = '', unit = 's'] = /(\d+)\s*([smhd]?)/.exec(given) ?? []
    return Number(count) * (UNIT_SECONDS[unit] ?? 1)
  })
  .refine((seconds) => seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS, SAYS)

/** `auto` leaves it to what the source publishes. */
export const interval = z.union([z.literal('auto'), time], SAYS)
