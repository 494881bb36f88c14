import { z } from 'zod'

/** Names a place in the order of a list, for the address of the page that follows. */
export const writeKey = (parts: readonly (string | number)[]): string => JSON.stringify(parts)

/** The place, or the first one where somebody has made the key up. */
export function readKey<Place>(schema: z.ZodType<Place>, key: string | null): Place | null {
  if (key === null) return null
  try {
    return schema.safeParse(JSON.parse(key)).data ?? null
  } catch {
    return null
  }
}

/** Instants and counters of rows, as they stand in keys. */
export const keyInstant = z.iso.datetime({ offset: true })
export const keyNumber = z.int().min(-1e9).max(1e9)
