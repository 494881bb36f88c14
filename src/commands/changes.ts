import type { Row } from './command.ts'

/** What was changed, value by value; empty where nothing was. */
export type Changes = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>

export function difference(before: object, after: object): Changes {
  const [old, now] = [before, after] as Record<string, unknown>[]
  const keys = Object.keys(after).filter(
    (key) => JSON.stringify(old?.[key]) !== JSON.stringify(now?.[key]),
  )
  return Object.fromEntries(keys.map((key) => [key, { from: old?.[key], to: now?.[key] }]))
}

/** A row with `id`, `name`, `added` and `changed`, in a line. */
export function showChanged(row: Row): string {
  const changed = Object.entries((row.changed ?? {}) as Changes)
  if (row.added) return `${row.id}\t${row.name} added`
  if (changed.length === 0) return `${row.id}\t${row.name} unchanged`
  const told = changed.map(([key, { from, to }]) => `${key}: ${shown(from)} → ${shown(to)}`)
  return `${row.id}\t${row.name} changed: ${told.join('; ')}`
}

const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
